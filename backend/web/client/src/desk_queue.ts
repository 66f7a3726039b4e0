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

function complain(within: Element, words: string): void {
  const place = within.querySelector<HTMLElement>(".refusal");
  if (!place) return;
  place.textContent = words;
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
  line.querySelector(".change")?.replaceChildren(say("gone"));
  line.querySelector<HTMLInputElement>("[name=number]")?.remove();
  return line;
}

/** Send a form about one line and show what came of it. */
async function send(form: HTMLFormElement, number: string): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("button:not([type=button])");
  form.setAttribute("aria-busy", "true");
  if (button) button.disabled = true;
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
    if (button) button.disabled = false;
  }
}

/** Say why it was refused, beside what was typed; the line is as it is now, and can be sent again. */
function refuse(form: HTMLFormElement, page: Document | null, number: string): void {
  const words = page?.querySelector("[data-problem] p, .notice-error p, main p")?.textContent?.trim() ?? say("unreached");
  const fresh = page?.querySelector<HTMLFormElement>(`tr[id="${number}"] form`);
  announce(words);
  if (form.closest("dialog")) {
    const version = fresh?.querySelector<HTMLInputElement>("[name=version]");
    const field = form.querySelector<HTMLInputElement>("[name=version]");
    if (version && field) field.value = version.value;
    if (page) renew(page, number);
    return complain(form, words);
  }
  const line = page && fresh ? renew(page, number) : null;
  const panel = line?.querySelector<HTMLDetailsElement>("details.drop");
  if (panel) {
    panel.open = true;
    panel.querySelector("select")?.focus();
    return;
  }
  const place = form.querySelector(".refusal") ?? form.insertAdjacentElement("afterbegin", document.createElement("p"));
  if (place) {
    place.className = "refusal";
    place.textContent = words;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const line = form.closest<HTMLTableRowElement>("table.queue tr");
  const number = line?.id ?? form.querySelector<HTMLInputElement>("#give [name=number]")?.value ?? takenNumber(form);
  if (!number) return;
  event.preventDefault();
  void send(form, number);
});

const takenNumber = (form: HTMLFormElement) =>
  form.id === "take-back" ? form.querySelector<HTMLElement>("[data-number]")?.dataset["number"] : undefined;

function takeBack(): void {
  const form = byId<HTMLFormElement>("take-back");
  if (form) form.requestSubmit();
  else announce(say("nothing_to_undo"));
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
    u: takeBack,
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
