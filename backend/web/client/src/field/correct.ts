// What the city refused goes back into the form it was typed in.

import type { Entry } from "./entries.js";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Made anew with each sending. */
const OWN = new Set(["id", "at", "seen", "csrf_token"]);

/** The form of this page that an entry was typed in; what has nothing to type is not corrected. */
export function formOf(entry: Entry): HTMLFormElement | undefined {
  const told = (form: HTMLFormElement) => [...form.querySelectorAll<HTMLInputElement>("input[type=hidden]")].filter(({ name }) => !OWN.has(name));
  return [...document.querySelectorAll<HTMLFormElement>("form[data-where]")].find(
    (form) =>
      new URL(form.action).pathname === entry.address &&
      form.querySelector("input:not([type=hidden]), textarea") &&
      told(form).every(({ name, value }) => entry.fields.some(([key, kept]) => key === name && kept === value)),
  );
}

/** Fill a form with what an entry holds; the folded part it stands in opens. */
export function fill(form: HTMLFormElement, entry: Entry): void {
  form.reset();
  for (const field of form.querySelectorAll<Field>("input:not([type=hidden]), textarea, select")) {
    const kept = entry.fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) field.checked = kept.includes(field.value);
    else if (kept[0] !== undefined) field.value = kept[0];
  }
  // What the chosen kind asks is shown.
  form.dispatchEvent(new Event("change", { bubbles: true }));
  const part = form.closest("details");
  if (part) part.open = true;
}
