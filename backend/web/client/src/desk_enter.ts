// The desk's form looks up by itself, while somebody types, what its button looks up, and stays as
// it is where the city does not answer. Photos go ahead as soon as they are chosen.

import { NotHad, sendForm } from "./page/ask.js";

const QUIET_MS = 250;
const PARTS = "[id^=live-]";
const TYPED = "textarea, input:not([type=radio], [type=checkbox])";

let typed = 0;
let shown = 0;
/** Photos are on their way: what is typed meanwhile does not send them once more. */
let isSending = false;
/** The browser itself sends the form, and shows what answers. */
let isLeaving = false;
let waiting: ReturnType<typeof setTimeout> | undefined;

const theForm = () => document.querySelector<HTMLFormElement>("form#enter");
const photosOf = (form: HTMLFormElement) => form.querySelector<HTMLInputElement>("#photos");
const button = (form: HTMLFormElement, act: string) => form.querySelector<HTMLButtonElement>(`button[value=${act}]`);

/** Put what the city says now in the place of what it said before; what somebody types in stays. */
function show(page: Document): void {
  for (const part of document.querySelectorAll(PARTS)) {
    const fresh = page.getElementById(part.id);
    const held = part.contains(document.activeElement) ? (document.activeElement as HTMLInputElement) : null;
    if (!fresh || fresh.isEqualNode(part) || held?.matches(TYPED)) continue;
    const again = held && [...fresh.querySelectorAll<HTMLInputElement>("input, select")].find(
      (one) => one.name === held.name && (one.type === "select-one" || one.value === held.value),
    );
    part.replaceChildren(...document.adoptNode(fresh).childNodes);
    again?.focus();
  }
}

/** Ask what the city makes of the form, unless something else is typed meanwhile; whether it said so. */
async function look(form: HTMLFormElement): Promise<boolean> {
  clearTimeout(waiting);
  const asked = typed;
  const photos = photosOf(form);
  const first = isSending ? undefined : photos?.files?.[0];
  if (first) isSending = true;
  try {
    const { page } = await sendForm(form, button(form, "look"), Boolean(first));
    // They are at the city now, and wait there for the report.
    if (first && photos?.files?.[0] === first) photos.value = "";
    if (asked === typed) {
      show(page);
      shown = asked;
    }
    unreached(form, false);
    notTaken(form, null);
  } catch (error) {
    if (!(error instanceof NotHad)) throw error;
    // Signed out meanwhile: what is typed stays, and saving it leads to where one signs in.
    if (error.page?.getElementById("held")) return true;
    refuse(form, error);
  } finally {
    if (first) isSending = false;
  }
  return shown === asked;
}

/** What is typed stays, with why it was not taken: on the page that answers, or in a line of this one. */
function refuse(form: HTMLFormElement, { page, status }: NotHad): void {
  unreached(form, !page || status >= 500);
  if (!page || status >= 500) return;
  if (page.getElementById("enter")) turnTo(page);
  else notTaken(form, page);
}

/** Say why another page than the form's answers, or take that away again. */
function notTaken(form: HTMLFormElement, page: Document | null): void {
  const line = form.querySelector<HTMLElement>("#not-taken");
  if (!line) return;
  const reasons = [...(page?.querySelectorAll("main .lead, main .notice-plain p") ?? [])];
  const why = reasons.map((one) => one.textContent?.trim()).join(" ");
  line.textContent = page ? (line.dataset["words"] ?? "").replace("{why}", why) : "";
  line.hidden = !page;
}

/** Say that nobody answers, or no longer. */
function unreached(form: HTMLFormElement, is: boolean): void {
  const line = form.querySelector<HTMLElement>("#unreached");
  if (line) line.hidden = !is;
}

/** Save without leaving the page, so that nothing is lost where nobody answers. */
async function save(form: HTMLFormElement): Promise<void> {
  if (shown !== typed && !(await look(form))) return;
  try {
    const { page, address } = await sendForm(form, button(form, "save"));
    history.replaceState(null, "", address);
    turnTo(page);
  } catch (error) {
    if (!(error instanceof NotHad)) throw error;
    if (!error.page?.getElementById("held")) return refuse(form, error);
    // A page that holds words is there again when it is loaded anew, if the browser itself asked for it.
    isLeaving = true;
    form.requestSubmit(button(form, "save"));
  }
}

function turnTo(page: Document): void {
  const [main, fresh] = [document.querySelector("main"), page.querySelector("main")];
  if (!main || !fresh) return;
  document.title = page.title;
  main.replaceChildren(...document.adoptNode(fresh).childNodes);
  typed = shown = 0;
  scrollTo(0, 0);
  document.querySelector<HTMLElement>("main :is([autofocus], .notice-error a)")?.focus();
}

document.addEventListener("input", ({ target }) => {
  const form = (target as Element).closest<HTMLFormElement>("form#enter");
  if (!form) return;
  typed += 1;
  clearTimeout(waiting);
  waiting = setTimeout(() => void look(form), QUIET_MS);
});

document.addEventListener("submit", (event) => {
  const form = theForm();
  if (!form || event.target !== form || isLeaving) return;
  const act = (event.submitter as HTMLButtonElement | null)?.value ?? "look";
  if (act === "look") {
    event.preventDefault();
    void look(form).then(() => {
      const places = [...form.querySelectorAll<HTMLInputElement>("[name=place]")];
      (places.find((one) => one.checked) ?? places[0])?.focus();
    });
  } else if (act === "save" && !form.elements.namedItem("lead")) {
    event.preventDefault();
    void save(form);
  }
});

document.addEventListener("keydown", (event) => {
  const form = theForm();
  if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(button(form, "save"));
});
