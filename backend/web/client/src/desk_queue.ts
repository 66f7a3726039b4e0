// The queue by keyboard: a line is changed where it stands, nothing moves under the reader, and every key can be
// switched off (WCAG 2.2, 2.1.4). Whatever is done here is a form or a link of the page.

import { NotHad, sendForm } from "./page/ask.js";
import { watchArrivals } from "./page/arrivals.js";
import { byKeys } from "./page/keys.js";
import { announce, say } from "./page/words.js";

const byId = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind | null;
const lines = () => [...document.querySelectorAll<HTMLTableRowElement>("table.queue > tbody > tr")];
const linkOf = (line: Element) => line.querySelector<HTMLAnchorElement>("th.what a");

/** The line somebody is at, wherever in it; none before the first key. */
const current = () => document.activeElement?.closest<HTMLTableRowElement>("table.queue > tbody > tr") ?? marked();
const marked = () => document.querySelector<HTMLTableRowElement>("tr[data-current]");

function goTo(line: HTMLTableRowElement): void {
  marked()?.removeAttribute("data-current");
  line.dataset["current"] = "";
  linkOf(line)?.focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest" });
}

function step(by: 1 | -1): void {
  const all = lines();
  const here = current();
  const next = all[here ? all.indexOf(here) + by : 0];
  if (next) goTo(next);
  else announce(say(by > 0 ? "last" : "first"));
}

/** The panel in which a line's state is changed. */
function openSteps(): void {
  const line = current() ?? lines()[0];
  const panel = line?.querySelector<HTMLDetailsElement>("details.drop");
  if (!line || !panel) return announce(say("no_change_here"));
  goTo(line);
  panel.open = true;
  panel.querySelector("select")?.focus();
  panel.scrollIntoView({ block: "nearest" });
}

function openGiving(): void {
  const line = current() ?? lines()[0];
  const dialog = byId<HTMLDialogElement>("give");
  const version = line?.querySelector<HTMLInputElement>("[name=version]")?.value;
  if (!line || !dialog || !version) return announce(say("no_change_here"));
  goTo(line);
  for (const [name, value] of Object.entries({ number: line.id, version })) {
    const field = dialog.querySelector<HTMLInputElement>(`[name=${name}]`);
    if (field) field.value = value;
  }
  const heading = dialog.querySelector("[data-number]");
  if (heading) heading.textContent = line.id;
  complain(dialog, "");
  dialog.showModal();
}

/** Put a sentence where it was refused, and where that leads; without words it is taken away again. */
function complain(within: Element, words: string, link?: Element): void {
  let place = within.querySelector<HTMLElement>(".refusal");
  if (!place) {
    place = document.createElement("p");
    place.className = "refusal";
    place.setAttribute("role", "alert");
    if (within instanceof HTMLFormElement) within.prepend(place);
    else within.append(place);
  }
  place.replaceChildren(words, ...(link ? [" ", link] : []));
  place.hidden = !words;
}

/** Put a line as the city has it now in the place of what it was; one that left the list stays and says so. */
function renew(page: Document, number: string): HTMLTableRowElement | null {
  const line = byId<HTMLTableRowElement>(number);
  const fresh = page.querySelector<HTMLTableRowElement>(`tr[id="${number}"]`);
  if (!line) return null;
  if (fresh) {
    const place = fresh.querySelector(".position");
    const stood = line.querySelector(".position")?.lastChild;
    // Its number is that of this list, which the page that answers may count from another moment.
    if (place?.lastChild && stood) place.lastChild.replaceWith(stood);
    line.replaceWith(document.adoptNode(fresh));
    return fresh;
  }
  line.classList.add("gone");
  const link = document.createElement("a");
  link.href = linkOf(line)?.href ?? "";
  link.textContent = say("open_it", { number });
  line.querySelector(".change")?.replaceChildren(say("gone"), " ", link);
  line.querySelector<HTMLInputElement>("[name=number]")?.remove();
  return line;
}

/** Send a form about one line and show what came of it. */
async function send(form: HTMLFormElement, number: string): Promise<void> {
  // A button that is switched off loses the focus, so the form itself says that it is on its way.
  if (form.getAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  try {
    const { page } = await sendForm(form);
    form.closest("dialog")?.close();
    const line = renew(page, number);
    const said = page.querySelector("#said form") ?? page.querySelector(".notices .notice");
    byId("said")?.replaceChildren(...(said ? [document.adoptNode(said)] : []));
    const words = said?.querySelector("[role=status], p")?.textContent ?? said?.textContent ?? "";
    announce([words.trim(), line?.classList.contains("gone") ? say("gone") : ""].join(" "));
    if (line) goTo(line);
  } catch (error) {
    if (!(error instanceof NotHad)) throw error;
    refuse(form, error.page, number);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

const versionIn = (line: Element | null | undefined) => line?.querySelector<HTMLInputElement>("[name=version]")?.value;

/** Why a page says no: a list tells it above its lines, another page in its first sentence. */
function reasonOn(page: Document | null): string {
  const places = ["[data-problem] p", ".notice-error p", "main .lead"];
  const found = places.map((place) => page?.querySelector(place)?.textContent?.trim()).find(Boolean);
  return found ?? say("unreached");
}

/** Leads to where somebody signs in, and from there back to the line in its list. */
function wayToSignIn(address: string, number: string): HTMLAnchorElement {
  const line = byId<HTMLTableRowElement>(number);
  const list = line && new URL(linkOf(line)?.href ?? "", location.href).searchParams.get("from");
  const link = document.createElement("a");
  link.href = `${address}?${new URLSearchParams({ next: `${list ?? location.pathname + location.search}#${number}` })}`;
  link.textContent = say("sign_in");
  return link;
}

/**
 * Say why it was refused. Where the report was changed meanwhile, what is open closes and its line shows how it
 * stands now: nothing is sent for that state before somebody saw it and asks anew. Where somebody is signed out,
 * the page that answers keeps what was typed; where nothing was, a link leads to sign in.
 */
function refuse(form: HTMLFormElement, page: Document | null, number: string): void {
  if (page?.getElementById("held")) return form.submit();
  const signIn = page?.getElementById("username")?.closest("form")?.getAttribute("action");
  if (signIn) return complain(form, say("signed_out"), wayToSignIn(signIn, number));
  const words = reasonOn(page);
  const fresh = page?.querySelector(`tr[id="${number}"]`);
  const isChanged = page?.getElementById("said") && versionIn(fresh) !== versionIn(byId(number));
  if (!page || !isChanged) return complain(form, words);
  form.closest("dialog")?.close();
  if (form.id === "take-back") form.remove();
  const panel = fresh?.querySelector<HTMLDetailsElement>("details.drop");
  if (panel) panel.open = false;
  const line = renew(page, number);
  if (!line) return announce(words);
  complain(line.querySelector(".standing-now") ?? line, words);
  goTo(line);
}

/** What was sent and not answered yet. */
let onItsWay: Promise<unknown> = Promise.resolve();

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const line = form.closest<HTMLTableRowElement>("table.queue tr");
  const number = line?.id ?? form.querySelector<HTMLInputElement>("#give [name=number]")?.value ?? takenNumber(form);
  if (!number) return;
  event.preventDefault();
  const sent = send(form, number);
  sent.catch(reportError);
  onItsWay = Promise.allSettled([onItsWay, sent]);
});

const takenNumber = (form: HTMLFormElement) =>
  form.id === "take-back" ? form.querySelector<HTMLElement>("[data-number]")?.dataset["number"] : undefined;

/** Before the last change is answered, the page offers to take back the one before it: that is never meant. */
async function takeBack(): Promise<void> {
  await onItsWay;
  const form = byId<HTMLFormElement>("take-back");
  if (form) return form.requestSubmit();
  byId("said")?.replaceChildren(say("nothing_to_undo"));
  announce(say("nothing_to_undo"));
}

function choose(): void {
  const line = current() ?? lines()[0];
  const box = line?.querySelector<HTMLInputElement>("[name=number][type=checkbox]");
  if (!line || !box) return;
  goTo(line);
  box.click();
}

document.addEventListener("change", (event) => {
  if (!(event.target as Element).matches("[name=number][type=checkbox]")) return;
  const count = document.querySelectorAll("[name=number]:checked").length;
  announce(say(count === 1 ? "chosen_one" : "chosen_many", { count }));
});

function close(): void {
  const open = document.activeElement?.closest<HTMLDetailsElement>("details.drop[open]");
  const line = open?.closest<HTMLTableRowElement>("table.queue tr");
  if (open) open.open = false;
  if (line) goTo(line);
}

/** Whoever opens a report finds its line again on the way back. */
document.addEventListener("click", (event) => {
  const line = (event.target as Element).closest("th.what a")?.closest("tr");
  if (line) history.replaceState(history.state, "", `#${line.id}`);
});

const follow = (selector: string) => document.querySelector<HTMLAnchorElement>(selector)?.click();

byKeys(
  {
    j: () => step(1),
    k: () => step(-1),
    o: () => {
      const line = current();
      if (line) linkOf(line)?.click();
    },
    s: openSteps,
    a: openGiving,
    u: () => void takeBack(),
    x: choose,
    w: () => current()?.querySelector<HTMLElement>("td.why summary")?.click(),
    n: () => follow(".pager [rel=next]"),
    p: () => follow(".pager [rel=prev]"),
    "/": () => byId<HTMLInputElement>("q")?.focus(),
    "?": () => byId<HTMLDialogElement>("keys")?.showModal(),
  },
  close,
);
watchArrivals();
const left = lines().find((line) => `#${line.id}` === location.hash);
if (left) {
  left.dataset["current"] = "";
  // Until it is loaded, the browser takes the focus to the top with the address.
  addEventListener("load", () => goTo(left));
}
