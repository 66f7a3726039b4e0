import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { oneOf, textField } from "../ui/fields.js";
import { n, t } from "../words/words.js";
import { serviceOf } from "./services.js";
import type { Writing } from "./writing.js";

/** For whom it is, and how to reach them: all of it can be left out, and what each choice means. */
export function whoView(writing: Writing): TemplateResult {
  const isForOther = writing.report.on_behalf ?? false;
  return html`
    ${oneOf({
      id: "for",
      label: t("Who is it for?"),
      choices: [
        { value: "me", words: t("For myself"), hint: t("It counts as yours on this phone. Nobody needs your name.") },
        {
          value: "other",
          words: t("For somebody else"),
          hint: t("You write it down for them. It does not count as yours."),
        },
      ],
      chosen: isForOther ? "other" : "me",
      onChange: (who) => writing.say({ on_behalf: who === "other" }),
    })}
    <details ?open=${hasContact(writing)}>
      <summary>${isForOther ? t("How to reach them (you can leave this out)") : t("How to reach you (you can leave this out)")}</summary>
      <div class="stack">
        ${isForOther ? html`<p>${t("Ask them first: write their contact only if they agree.")}</p>` : nothing}
        ${contact(writing, "name", t("Name"))} ${contact(writing, "phone", t("Phone"))}
        ${contact(writing, "email", t("E-mail"))}
      </div>
    </details>
    <p class="soft" role="status">${hasContact(writing) ? seenBy(writing) : withoutContact(isForOther)}</p>
  `;
}

type Field = "name" | "phone" | "email";
const TYPES = {
  name: { type: "text", autocomplete: "name" },
  phone: { type: "tel", autocomplete: "tel" },
  email: { type: "email", autocomplete: "email" },
} as const;

function contact(writing: Writing, name: Field, label: string): TemplateResult {
  const { type, autocomplete } = TYPES[name];
  return textField({
    id: `contact-${name}`,
    label,
    type,
    // What a phone knows of its owner is of no use for somebody else.
    autocomplete: writing.report.on_behalf ? "off" : autocomplete,
    longest: city().limits.contact[name],
    value: writing.report.contact?.[name] ?? "",
    onInput: (text) => writing.say({ contact: { ...writing.report.contact, [name]: text } }),
  });
}

const hasContact = ({ report }: Writing) => Object.values(report.contact ?? {}).some((text) => text.trim());

const withoutContact = (isForOther: boolean) =>
  isForOther
    ? t("Without a contact the city cannot ask them anything. What happens is shown on this phone.")
    : t("Without a contact nobody knows who you are. What happens is shown on this phone.");

function seenBy({ report }: Writing): string {
  const days = serviceOf(report.service_code)?.retention_days;
  if (days == null) return t("Only people who work for the city see the contact. It is never published.");
  return n(
    days,
    "Only people who work for the city see the contact. It is never published, and deleted {count} day after the report is closed.",
    "Only people who work for the city see the contact. It is never published, and deleted {count} days after the report is closed.",
  );
}
