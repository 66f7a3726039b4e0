// The pages of today on the way: what is entered stays on the device until the city has it, and what
// others enter comes as soon as there is a network.

import { CHANGED, drop, entries, keep, tell, type Entry } from "./field/entries.js";
import { forgetPages } from "./field/pages.js";
import { sendAll, type Outcome } from "./field/send.js";
import { fill, formOf } from "./field/correct.js";
import { followKinds } from "./field/kinds.js";
import { asReport, isTooLate } from "./field/late.js";
import { asSure, isDoubted } from "./field/doubt.js";
import { askPage, NotHad } from "./page/ask.js";
import { scriptAddress } from "./page/trusted.js";
import { announce, say } from "./page/words.js";

const EVERY_MS = 30_000;
const PATIENCE_MS = 15_000;
const LIVE = "[id^=live-]";

const box = document.getElementById("outbox");
const { who = "", pass = "", worker = "", keep: addresses = "" } = box?.dataset ?? {};
let outcome: Outcome = "done";
let isAway = false;
/** How many waited when it was last said. */
let told = 0;
/** What the box says. */
let shown = "";

/** An element with a text in it. */
function made<Name extends keyof HTMLElementTagNameMap>(name: Name, text: string, tag = ""): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = tag;
  return element;
}

function button(text: string, act: () => unknown): HTMLButtonElement {
  const element = made("button", text, "button button-quiet");
  element.type = "button";
  element.addEventListener("click", () => void act());
  return element;
}

let drawn = Promise.resolve();

/** Say what is not sent yet: loudly on top, and each entry where it was made. */
const draw = (): Promise<void> => (drawn = drawn.then(drawNow, drawNow));

async function drawNow(): Promise<void> {
  if (!box) return;
  const all = await entries();
  const own = all.filter((entry) => entry.who === who);
  const waiting = own.filter(({ refusal }) => !refusal);
  const refused = own.filter(({ refusal }) => refusal);
  for (const list of document.querySelectorAll<HTMLElement>("[data-waiting]")) {
    const here = own.filter(({ where }) => where === list.dataset["waiting"]);
    list.replaceChildren(...here.map((entry) => made("li", `${entry.label} (${entry.refusal ? say("refused", { count: 1 }) : say("waits")})`)));
  }
  const parts: HTMLElement[] = [];
  if (waiting.length) {
    parts.push(made("p", say("waiting", { count: waiting.length }), "outbox-count"), made("p", say("kept"), "small"));
  }
  if (isAway) parts.push(made("p", say("away", { time: document.getElementById("made")?.dataset["time"] ?? "" })));
  if (outcome === "signed out" && waiting.length) parts.push(signIn());
  if (refused.length) parts.push(made("p", say("refused", { count: refused.length }), "outbox-count"), refusals(refused));
  if (all.length > own.length) parts.push(ofOthers(all.length - own.length));
  const fresh = parts.map(({ outerHTML }) => outerHTML).join("");
  // Whoever reads in it, or is about to press a button there, is left alone.
  if (fresh !== shown) box.replaceChildren(...parts);
  shown = fresh;
  box.hidden = !parts.length;
  if (told && !waiting.length && !refused.length) announce(say("all_sent"));
  told = waiting.length;
}

function signIn(): HTMLElement {
  const line = made("p", `${say("signed_out")} `);
  const link = made("a", say("sign_in"));
  link.href = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
  line.append(link);
  return line;
}

/** Each refused entry with the city's words, to correct, to make a report, to send once more or to take away. */
function refusals(refused: Entry[]): HTMLElement {
  const list = document.createElement("ul");
  list.setAttribute("role", "list");
  for (const entry of refused) {
    const item = document.createElement("li");
    item.dataset["entry"] = entry.id;
    const acts = made("p", "", "joined");
    const report = isTooLate(entry) ? asReport(entry) : undefined;
    const form = isTooLate(entry) ? undefined : formOf(entry);
    if (report) acts.append(button(say("late"), () => enter(report)));
    if (form) acts.append(button(say("correct"), () => correct(entry, form)));
    // Under an id of its own: whoever read why it was refused decides anew, and has seen what stands there.
    const again = button(say(isDoubted(entry) ? "sure" : "again"), async () => {
      const next = { ...renewed(isDoubted(entry) ? asSure(entry) : entry), refusal: "" };
      // Kept before the other goes: in between the page may be closed.
      await keep(next);
      await drop(entry.id);
      await enter(next);
    });
    if (!isTooLate(entry)) acts.append(again);
    acts.append(
      button(say("drop"), async () => {
        await drop(entry.id);
        tell();
        await draw();
      }),
    );
    item.append(made("strong", entry.label), made("p", entry.refusal));
    // Where the page has no such form any more, its words can at least be copied.
    const typed = form ? undefined : entry.fields.find(([name]) => name === "description")?.[1];
    if (typed) item.append(made("p", typed, "as-written"));
    item.append(acts);
    list.append(item);
  }
  return list;
}

/** Put what was refused back where it was typed. */
function correct(entry: Entry, form: HTMLFormElement): void {
  fill(form, entry);
  form.dataset["corrects"] = entry.id;
  form.scrollIntoView({ block: "start" });
  form.querySelector<HTMLElement>("[name=description], input:not([type=hidden]), textarea")?.focus({ preventScroll: true });
}

function ofOthers(count: number): HTMLElement {
  const line = made("p", `${say("others", { count })} `);
  line.append(
    button(say("forget_others"), async () => {
      if (!confirm(say("forget_sure"))) return;
      for (const entry of await entries()) if (entry.who !== who) await drop(entry.id);
      await draw();
    }),
  );
  return line;
}

/** The same entry with what the page knows by now. */
function renewed(entry: Entry): Entry {
  const id = crypto.randomUUID();
  const seen = document.querySelector<HTMLInputElement>(`#${CSS.escape(entry.where)} [name=seen]`)?.value;
  const fields = entry.fields.map(([name, value]): [string, string] => {
    if (name === "id") return [name, id];
    return [name, name === "seen" && seen !== undefined ? seen : value];
  });
  return { ...entry, id, fields };
}

/** What a form holds, as an entry of its own. */
async function entryOf(form: HTMLFormElement, pressed: HTMLElement | null): Promise<Entry> {
  const data = new FormData(form, pressed);
  const place = String(data.get("stop") ?? "");
  const kind = form.querySelector<HTMLSelectElement>("[data-kinds]")?.selectedOptions[0]?.text ?? "";
  const where = (form.dataset["where"] ?? "").replace("{stop}", place);
  const marks = (await entries()).filter((entry) => entry.where === where && entry.fields.some(([name]) => name === "seen"));
  const id = crypto.randomUUID();
  const at = new Date().toISOString();
  data.delete("csrf_token");
  data.set("id", id);
  data.set("at", at);
  // A mark that still waits here stands before the next.
  const last = marks.at(-1);
  if (last && place && data.has("seen")) data.set("seen", last.id);
  const label = pressed?.dataset["later"] ?? form.dataset["later"] ?? "";
  return {
    id,
    who,
    address: new URL(form.action).pathname,
    fields: [...data].map(([name, value]) => [name, String(value)]),
    label: label.replace("{stop}", place).replace("{kind}", kind),
    where,
    at,
    refusal: "",
  };
}

async function enter(entry: Entry): Promise<void> {
  await keep(entry);
  tell();
  await draw();
  await askToBeWoken();
  await goOn();
}

/** Background Sync, where the browser has it and lets us. */
async function askToBeWoken(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  await sync?.register(CHANGED).catch(() => undefined);
}

let going: Promise<void> | null = null;
let isAskedAgain = false;

/**
 * Send what waits, then see what others entered; once at a time, and once more where it was asked for meanwhile: what
 * was entered after the last look may be sent by the worker already.
 */
function goOn(): Promise<void> {
  if (going) {
    isAskedAgain = true;
    return going;
  }
  isAskedAgain = false;
  going = sendAndLook().finally(() => {
    going = null;
    return isAskedAgain ? goOn() : undefined;
  });
  return going;
}

async function sendAndLook(): Promise<void> {
  outcome = await sendAll(pass);
  try {
    const { page } = await askPage(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    isAway = false;
    show(page);
  } catch (error) {
    if (!(error instanceof NotHad)) throw error;
    if (error.status === 401) outcome = "signed out";
    isAway = error.status === 0 || error.status >= 500;
  }
  await draw();
}

/** Put what the city knows now in the place of what it knew; what somebody is in the middle of stays. */
function show(page: Document): void {
  const time = page.getElementById("made");
  if (time) document.getElementById("made")?.replaceWith(document.adoptNode(time));
  // The day was recorded meanwhile: there is nothing left to enter, but what somebody is writing.
  if (document.getElementById("end") && !page.getElementById("end")) {
    if (!isWriting()) location.reload();
    return;
  }
  for (const part of document.querySelectorAll<HTMLElement>(LIVE)) {
    const fresh = page.getElementById(part.id);
    if (!fresh || part.contains(document.activeElement)) continue;
    part.replaceWith(document.adoptNode(fresh));
  }
}

const isWriting = () => [...document.querySelectorAll<HTMLInputElement>("#find-words, #find-address")].some(({ value }) => value);

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (!box || !("where" in form.dataset)) return;
  event.preventDefault();
  const pressed = event.submitter;
  void entryOf(form, pressed).then(async (entry) => {
    form.reset();
    form.dispatchEvent(new Event("change", { bubbles: true }));
    const details = form.closest("details");
    if (details) details.open = false;
    announce(`${entry.label}: ${say("sending")}`);
    document.getElementById(entry.where)?.focus({ preventScroll: true });
    const { corrects } = form.dataset;
    delete form.dataset["corrects"];
    await enter(entry);
    // Only now: until then the words that were refused are kept.
    if (corrects) await drop(corrects);
    tell();
    await draw();
  });
});

// The one form for what is new goes where it is asked for, with its stop chosen.
document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLElement>("a[data-find]");
  const find = document.getElementById("find");
  const stop = find?.querySelector<HTMLSelectElement>("[name=stop]");
  if (!link || !find || !stop) return;
  event.preventDefault();
  stop.value = link.dataset["find"] ?? "";
  link.closest("section")?.append(find);
  find.scrollIntoView({ block: "start" });
  find.querySelector<HTMLSelectElement>("[data-kinds]")?.focus();
});

/** Pages of today and what this one is made of, so that they are there without a network. */
async function fetchAhead(): Promise<void> {
  const parts = [...performance.getEntriesByType("resource").map(({ name }) => name), ...addressesOfParts()];
  const own = parts.filter((name) => new URL(name).origin === location.origin && /\/(static|built)\//.test(name));
  const wanted = [...new Set(own), ...addresses.split(" ")];
  await Promise.all(wanted.map((address) => fetchWhole(address).catch(() => null)));
}

/** To its end: what nobody reads stays under way. */
const fetchWhole = async (address: string): Promise<unknown> => (await fetch(address, { credentials: "same-origin" })).arrayBuffer();

const addressesOfParts = () =>
  [...document.querySelectorAll<HTMLLinkElement | HTMLScriptElement>("link[rel=stylesheet], link[rel=icon], script[src]")].map((one) =>
    "href" in one ? one.href : one.src,
  );

/** Who was here before leaves no page behind. */
async function beginAs(): Promise<void> {
  const before = localStorage.getItem("today");
  if (before && before !== who) await forgetPages();
  localStorage.setItem("today", who);
}

async function start(): Promise<void> {
  await beginAs();
  new BroadcastChannel(CHANGED).addEventListener("message", () => void draw());
  for (const name of ["online", "focus"]) window.addEventListener(name, () => void goOn());
  window.addEventListener("offline", () => void goOn());
  document.addEventListener("visibilitychange", () => document.hidden || void goOn());
  setInterval(() => document.hidden || void goOn(), EVERY_MS);
  await draw();
  if (navigator.serviceWorker) {
    navigator.serviceWorker.addEventListener("controllerchange", () => void fetchAhead());
    // Without it, this page still keeps what is entered; it only has to stay open.
    await navigator.serviceWorker.register(scriptAddress(worker)).catch(() => undefined);
    if (navigator.serviceWorker.controller) void fetchAhead();
  }
  await goOn();
}

/** Where the browser keeps nothing, as in a private window, the forms go as they always do. */
function goWithout(): void {
  if (!box) return;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-where]")) delete form.dataset["where"];
  box.replaceChildren(made("p", say("unkept")));
  box.hidden = false;
}

followKinds();
if (box) void start().catch(goWithout);
