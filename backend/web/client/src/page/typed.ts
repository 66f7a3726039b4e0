// What is typed into the forms of a page, and how it goes into the same forms of a newer one.

const FIELDS = "input:not([type=hidden], [type=submit]), textarea, select";
// What tells forms with the same address apart.
const TOLD = ["to", "report", "comment", "step"];

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Whether somebody typed into a form, here or before it came back with what they typed. */
export const isWritten = (form: HTMLFormElement) => isKept(form) || fieldsOf(form).some(isTyped);

/**
 * What was typed in any form here but `sent` goes into the same form there, and folded parts stay open.
 * Gives back the words that have no place there.
 */
export function carry(here: Element, fresh: Element, sent?: HTMLFormElement): string[] {
  const forms = [...fresh.querySelectorAll("form")];
  const left: string[] = [];
  for (const form of here.querySelectorAll("form")) {
    if (form === sent) continue;
    const same = forms.find((one) => name(one, fresh) === name(form, here));
    if (same && isKept(form)) same.dataset["kept"] = "";
    for (const field of fieldsOf(form)) {
      if (!isKept(form) && !isTyped(field)) continue;
      const to = same && twin(same, field);
      if (to) put(field, to);
      else if (isWords(field)) left.push(field.value);
    }
  }
  for (const part of here.querySelectorAll<HTMLDetailsElement>("details[id][open]")) {
    const its = fresh.querySelector<HTMLDetailsElement>(`#${CSS.escape(part.id)}`);
    if (its) its.open = true;
  }
  return left;
}

const fieldsOf = (form: Element) => [...form.querySelectorAll<Field>(FIELDS)];

const isKept = (form: HTMLFormElement) => form.dataset["kept"] !== undefined;

/**
 * A form is known by its address and by what tells it from others with the same: hidden fields, and the part it is in.
 * The number of the page's own report is left out, as that may have been joined to another.
 */
function name(form: HTMLFormElement, page: Element): string {
  const hidden = (one: string) => form.querySelector<HTMLInputElement>(`input[type=hidden][name=${one}]`)?.value;
  const number = page.querySelector<HTMLElement>("[data-number]")?.dataset["number"];
  const action = form.getAttribute("action")?.replace(`/${number}/`, "//");
  return [action, form.closest("details")?.id, ...TOLD.map(hidden)].join(" ");
}

const twin = (form: Element, field: Field): Field | undefined =>
  fieldsOf(form).find((one) => one.name === field.name && (!isTicked(field) || one.value === field.value));

const isWords = (field: Field) => (field.type === "textarea" || field.type === "text") && field.value.trim() !== "";

const isTicked = (field: Field): field is HTMLInputElement => field.type === "checkbox" || field.type === "radio";

function isTyped(field: Field): boolean {
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    return field.value !== (options.find((one) => one.defaultSelected) ?? options[0])?.value;
  }
  return isTicked(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function put(from: Field, to: Field): void {
  if (isTicked(from) && isTicked(to)) to.checked = from.checked;
  else to.value = from.value;
}
