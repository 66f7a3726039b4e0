// What is typed into the forms of a page, and how it goes into the same forms of a newer one.

const FIELDS = "input:not([type=hidden], [type=submit]), textarea, select";
// What tells forms with the same address apart.
const TOLD = ["to", "report", "comment", "step"];

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Whether somebody typed into a form, here or before it came back with what they typed. */
export const isWritten = (form: HTMLFormElement) => isKept(form) || fieldsOf(form).some(isTyped);

/** What was typed in any form here but `sent` goes into the same form there, and folded parts stay open. */
export function carry(here: Element, fresh: Element, sent?: HTMLFormElement): void {
  const forms = [...fresh.querySelectorAll("form")];
  for (const form of here.querySelectorAll("form")) {
    const same = form === sent ? undefined : forms.find((one) => name(one) === name(form));
    if (same && isKept(form)) same.dataset["kept"] = "";
    for (const field of same ? fieldsOf(form) : []) {
      const to = same && twin(same, field);
      if (to && (isKept(form) || isTyped(field))) put(field, to);
    }
  }
  for (const part of here.querySelectorAll<HTMLDetailsElement>("details[id][open]")) {
    const its = fresh.querySelector<HTMLDetailsElement>(`#${CSS.escape(part.id)}`);
    if (its) its.open = true;
  }
}

const fieldsOf = (form: Element) => [...form.querySelectorAll<Field>(FIELDS)];

const isKept = (form: HTMLFormElement) => form.dataset["kept"] !== undefined;

/** A form is known by its address and by what tells it from others with the same. */
function name(form: HTMLFormElement): string {
  const hidden = (one: string) => form.querySelector<HTMLInputElement>(`input[type=hidden][name=${one}]`)?.value;
  return [form.getAttribute("action"), ...TOLD.map(hidden)].join(" ");
}

const twin = (form: Element, field: Field): Field | undefined =>
  fieldsOf(form).find((one) => one.name === field.name && (!isTicked(field) || one.value === field.value));

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
