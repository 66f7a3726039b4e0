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
  carry(here, fresh, sent);
  // The switch of the keys goes on working.
  const keys = here.querySelector("#keys-part");
  if (keys) fresh.querySelector("#keys-part")?.replaceWith(document.adoptNode(keys));
  here.replaceChildren(...document.adoptNode(fresh).childNodes);
  return true;
}

const owner = (page: Element) => page.querySelector<HTMLInputElement>("input[name=typed_by]")?.value;

/** Show the page as it is now; where nobody may see it any more, what was typed stays here. */
async function show(address: string): Promise<void> {
  try {
    if (!put((await askPage(address)).page)) return location.assign(address);
    document.querySelector("main")?.focus({ preventScroll: true });
  } catch (error) {
    if (!(error instanceof NotHad)) throw error;
    if (written().length) complain(error.page);
    else location.assign(address);
  }
}

const written = (sent?: HTMLFormElement) =>
  [...document.querySelectorAll<HTMLFormElement>("main form")].filter((form) => form !== sent && isWritten(form));

/** Send one form and keep what is typed in the others: the page that answers takes the place of this one. */
async function send(form: HTMLFormElement, pressed: HTMLElement | null): Promise<void> {
  if (form.getAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  try {
    const { page, address } = await sendForm(form, pressed);
    const part = form.closest("details");
    if (part) part.open = false;
    if (put(page, form)) told();
    else location.assign(address);
  } catch (error) {
    if (!(error instanceof NotHad)) throw error;
    if (error.page && put(error.page, form)) told();
    else complain(error.page);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** To what the page says of it: why it was refused, or that it is done. */
function told(): void {
  const said = document.getElementById("refused") ?? document.querySelector<HTMLElement>(".notices .notice, [data-problem]");
  if (!said) return document.querySelector("main")?.focus();
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
    const link = event.target instanceof Element && event.target.closest<HTMLAnchorElement>("#moved-on a");
    if (!link) return;
    event.preventDefault();
    void show(link.href);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.closest("main") || !written(form).length) return;
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
