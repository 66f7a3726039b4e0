// One report on the desk says when somebody else changed it, and shows that without losing a word
// that is being typed. What the queue does by keyboard is done here by the same keys.

import { askPage, NotHad } from "./page/ask.js";
import { byKeys } from "./page/keys.js";
import { announce, say } from "./page/words.js";

const EVERY_MS = 15_000;
const FIELDS = "input:not([type=hidden], [type=submit]), textarea, select";
const TOLD = ["to", "report", "comment", "step"];

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const line = () => document.getElementById("moved-on");

/** Ask whether it is still what is shown; who looks elsewhere asks when they come back. */
async function look(): Promise<void> {
  const { ask = "", mark = "" } = line()?.dataset ?? {};
  if (!ask || document.hidden) return;
  const headers = { "If-None-Match": `"${mark}"` };
  const answer = await fetch(ask, { credentials: "same-origin", headers }).catch(() => null);
  const words = line()?.querySelector("p");
  if (answer?.ok && words) words.hidden = false;
}

/** Put the page as it is now in the place of this one, with all that was typed. */
async function show(address: string): Promise<void> {
  try {
    const { page } = await askPage(address);
    const [here, fresh] = [document.querySelector("main"), page.querySelector("main")];
    if (!here || !fresh?.querySelector("#moved-on")) return location.assign(address);
    carry(here, fresh);
    // The switch of the keys goes on working.
    const keys = here.querySelector("#keys-part");
    if (keys) fresh.querySelector("#keys-part")?.replaceWith(document.adoptNode(keys));
    here.replaceChildren(...document.adoptNode(fresh).childNodes);
    here.focus({ preventScroll: true });
  } catch (error) {
    if (!(error instanceof NotHad)) throw error;
    location.assign(address);
  }
}

/** What was typed in a form here goes into the same form there, and folded parts stay open. */
function carry(here: Element, fresh: Element): void {
  const forms = [...fresh.querySelectorAll("form")];
  for (const form of here.querySelectorAll("form")) {
    const same = forms.find((one) => name(one) === name(form));
    for (const field of same ? form.querySelectorAll<Field>(FIELDS) : []) {
      const to = same && twin(same, field);
      if (to && isTyped(field)) put(field, to);
    }
  }
  for (const part of here.querySelectorAll<HTMLDetailsElement>("details[id][open]")) {
    const its = fresh.querySelector<HTMLDetailsElement>(`#${CSS.escape(part.id)}`);
    if (its) its.open = true;
  }
}

/** A form is known by its address and by what tells it from others with the same. */
function name(form: HTMLFormElement): string {
  const hidden = (one: string) => form.querySelector<HTMLInputElement>(`input[type=hidden][name=${one}]`)?.value;
  return [form.getAttribute("action"), ...TOLD.map(hidden)].join(" ");
}

const twin = (form: Element, field: Field): Field | undefined =>
  [...form.querySelectorAll<Field>(FIELDS)].find(
    (one) => one.name === field.name && (!isTicked(field) || one.value === field.value),
  );

const isTicked = (field: Field): field is HTMLInputElement => field.type === "checkbox" || field.type === "radio";

function isTyped(field: Field): boolean {
  if (field instanceof HTMLSelectElement) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  return isTicked(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function put(from: Field, to: Field): void {
  if (isTicked(from) && isTicked(to)) to.checked = from.checked;
  else to.value = from.value;
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
