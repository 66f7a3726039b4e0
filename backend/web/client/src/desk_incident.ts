// One report on the desk says when somebody else changed it, and shows that without losing a word
// that is being typed. What the queue does by keyboard is done here by the same keys.

import { askPage, NotHad, sendForm } from "./page/ask.js";
import { byKeys } from "./page/keys.js";
import { carry, isWritten } from "./page/typed.js";
import { announce, say } from "./page/words.js";

const EVERY_MS = 15_000;
// What leads to the page of another report, where no other form of this one is.
const LEAVES = /\/(un)?link$/;

const line = () => document.getElementById("moved-on");

/** Ask whether it is still what is shown; who looks elsewhere asks when they come back. */
async function look(): Promise<void> {
  const { ask = "", mark = "" } = line()?.dataset ?? {};
  if (!ask || document.hidden) return;
  const headers = { "If-None-Match": `"${mark}"` };
  const answer = await fetch(ask, { credentials: "same-origin", headers }).catch(() => null);
  const words = line()?.querySelector<HTMLElement>("#is-changed");
  if (answer?.ok && words) words.hidden = false;
}

/** Put another page of this report in the place of this one, with all that was typed but in the form `sent`. */
function put(page: Document, sent?: HTMLFormElement): boolean {
  const [here, fresh] = [document.querySelector("main"), page.querySelector("main")];
  // Whoever signed in here since does not send what somebody else typed.
  if (!here || !fresh?.querySelector("#moved-on") || owner(here) !== owner(fresh)) return false;
  const before = unplaced(here);
  keep(fresh, [...before, ...carry(here, fresh, sent)]);
  // The switch of the keys goes on working.
  const keys = here.querySelector("#keys-part");
  if (keys) fresh.querySelector("#keys-part")?.replaceWith(document.adoptNode(keys));
  here.replaceChildren(...document.adoptNode(fresh).childNodes);
  document.title = page.title;
  told(unplaced(here).length > before.length);
  return true;
}

/** Words of forms that are gone, which stay above the page until they are put away. */
const unplaced = (page: ParentNode) => [...page.querySelectorAll("#without-place li")].map((one) => one.textContent);

function keep(page: Element, words: readonly string[]): void {
  const part = page.querySelector<HTMLElement>("#without-place");
  for (const text of words) {
    if (!part || unplaced(page).includes(text)) continue;
    const line = document.createElement("li");
    line.className = "as-written";
    line.textContent = text;
    part.querySelector("ul")?.append(line);
    part.hidden = false;
  }
}

function putAway(): void {
  const part = document.getElementById("without-place");
  part?.querySelector("ul")?.replaceChildren();
  if (part) part.hidden = true;
  document.querySelector("main")?.focus({ preventScroll: true });
}

const owner = (page: Element) => page.querySelector<HTMLInputElement>("input[name=typed_by]")?.value;

/** Show the page as it is now; where nobody may see it any more, what was typed stays here. */
async function show(address: string): Promise<void> {
  try {
    if (!put((await askPage(address)).page)) location.assign(address);
  } catch (error) {
    if (!(error instanceof NotHad)) throw error;
    if (holds()) complain(error.page);
    else location.assign(address);
  }
}

/** Whether words are on the page besides those of the form `sent`. */
const holds = (sent?: HTMLFormElement) =>
  unplaced(document).length > 0 ||
  [...document.querySelectorAll<HTMLFormElement>("main form")].some((form) => form !== sent && isWritten(form));

/** Send one form and keep what is typed in the others: the page that answers takes the place of this one. */
async function send(form: HTMLFormElement, pressed: HTMLElement | null): Promise<void> {
  if (form.getAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  try {
    const { page, address } = await sendForm(form, pressed);
    const part = form.closest("details");
    if (part) part.open = false;
    if (!put(page, form)) location.assign(address);
  } catch (error) {
    if (!(error instanceof NotHad)) throw error;
    if (!error.page || !put(error.page)) complain(error.page);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** To what the page says of it: that words lost their place, why it was refused, or that it is done. */
function told(isLost: boolean): void {
  const said =
    document.getElementById(isLost ? "without-place" : "refused") ??
    document.querySelector<HTMLElement>("#joined, .notices .notice, [data-problem]");
  if (!said) return document.querySelector("main")?.focus({ preventScroll: true });
  said.tabIndex = -1;
  said.focus();
}

/** Say above the page that it was not sent, and why where the answer says so; all that was typed stays. */
function complain(page: Document | null): void {
  const words = line()?.querySelector<HTMLElement>("#not-sent");
  if (!words) return;
  words.hidden = false;
  const why = page?.querySelector("main .lead, main .notice-error p")?.textContent?.trim();
  const place = words.querySelector("span");
  if (place) place.textContent = why ?? "";
  words.scrollIntoView({ block: "nearest" });
}

if (line()) {
  setInterval(() => void look(), EVERY_MS);
  document.addEventListener("visibilitychange", () => void look());
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest<HTMLAnchorElement>("#moved-on a, #without-place a");
    if (!link) return;
    event.preventDefault();
    if (link.closest("#moved-on")) void show(link.href);
    else putAway();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.closest("main") || !holds(form)) return;
    if (LEAVES.test(form.action)) {
      if (!confirm(say("lost"))) event.preventDefault();
      return;
    }
    event.preventDefault();
    send(form, event.submitter).catch(reportError);
  });
}

/** Follow a link of the page, or say why there is none. */
function follow(selector: string, otherwise: string): void {
  const link = document.querySelector<HTMLAnchorElement>(selector);
  if (link) link.click();
  else announce(say(otherwise));
}

/** Open what holds a field and go there. */
function goToField(selector: string): void {
  const field = document.querySelector<HTMLElement>(selector);
  const part = field?.closest("details");
  if (part) part.open = true;
  field?.focus();
  field?.scrollIntoView({ block: "nearest" });
  if (!field) announce(say("no_change_here"));
}

function takeBack(): void {
  const form = document.querySelector<HTMLFormElement>("form#take-back");
  if (form) form.requestSubmit();
  else announce(say("nothing_to_undo"));
}

byKeys(
  {
    j: () => follow("main a[rel=next]", "last"),
    k: () => follow("main a[rel=prev]", "first"),
    b: () => follow("#back", ""),
    s: () => goToField("#acts select[name=to]"),
    a: () => goToField("#acts select[name=assignee]"),
    u: takeBack,
    "?": () => document.querySelector<HTMLDialogElement>("#keys")?.showModal(),
  },
  () => (document.activeElement as HTMLElement | null)?.blur(),
);
