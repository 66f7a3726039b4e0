import { html, nothing, type TemplateResult } from "lit-html";

import { t } from "../words/words.js";

/** What every field has: a name, a label, perhaps a hint and what is wrong with it. */
interface Field {
  id: string;
  label: string;
  hint?: string | undefined;
  problem?: string | undefined;
}

interface TextField extends Field {
  value: string;
  onInput(value: string): void;
  lines?: number;
  type?: "text" | "email" | "tel" | "search" | "number" | "date" | "time" | "datetime-local" | "password";
  autocomplete?: AutoFill;
  inputmode?: "numeric" | "decimal" | "search";
  longest?: number | undefined;
}

/** A line or some lines of text. */
export const textField = (field: TextField): TemplateResult => {
  const shared = (event: Event) => field.onInput((event.target as HTMLInputElement).value);
  return html`
    <div class="field">
      <label for=${field.id}>${field.label}</label>
      ${about(field)}
      ${field.lines
        ? html`<textarea
            class="input" id=${field.id} rows=${field.lines} maxlength=${field.longest ?? nothing}
            aria-describedby=${described(field)} aria-invalid=${field.problem ? "true" : nothing}
            .value=${field.value} @input=${shared}
          ></textarea>`
        : html`<input
            class="input" id=${field.id} type=${field.type ?? "text"} maxlength=${field.longest ?? nothing}
            autocomplete=${field.autocomplete ?? "off"} inputmode=${field.inputmode ?? nothing}
            aria-describedby=${described(field)} aria-invalid=${field.problem ? "true" : nothing}
            .value=${field.value} @input=${shared}
          />`}
    </div>
  `;
};

interface Choices<V extends string> extends Field {
  choices: readonly { value: V; words: string; hint?: string }[];
  chosen: V | null;
  onChange(value: V): void;
}

/** One of several, each large enough for a thumb. */
export const oneOf = <V extends string>(field: Choices<V>): TemplateResult => html`
  <fieldset class="choices" id=${field.id} aria-describedby=${described(field)}>
    <legend>${field.label}</legend>
    ${about(field)}
    ${field.choices.map(
      ({ value, words, hint }) => html`
        <label class="choice">
          <input type="radio" name=${field.id} .checked=${value === field.chosen} @change=${() => field.onChange(value)} />
          <span>${words}${hint ? html`<span class="hint">${hint}</span>` : nothing}</span>
        </label>
      `,
    )}
  </fieldset>
`;

/** A box to tick. */
export const tick = (words: string, isOn: boolean, onChange: (isOn: boolean) => void): TemplateResult => html`
  <label class="choice">
    <input type="checkbox" .checked=${isOn} @change=${(event: Event) => onChange((event.target as HTMLInputElement).checked)} />
    <span>${words}</span>
  </label>
`;

const about = ({ id, hint, problem }: Field) => html`
  ${hint ? html`<span class="hint" id=${`${id}-hint`}>${hint}</span>` : nothing}
  ${problem ? html`<strong class="problem" id=${`${id}-problem`}>${problem}</strong>` : nothing}
`;

const described = ({ id, hint, problem }: Field) =>
  [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ") || nothing;

/**
 * What is wrong with a form, above it, each a way to its field. It takes the focus when it appears,
 * so that nobody has to look for it.
 */
export const summary = (problems: readonly { id: string; words: string }[]): TemplateResult | typeof nothing =>
  problems.length === 0
    ? nothing
    : html`
        <div class="notice notice-error" role="alert" tabindex="-1" id="problems">
          <div>
            <h2>${t("This needs another look")}</h2>
            <ul role="list">
              ${problems.map(({ id, words }) => html`<li><a href=${`#${id}`} @click=${focusOn(id)}>${words}</a></li>`)}
            </ul>
          </div>
        </div>
      `;

const focusOn = (id: string) => (event: Event) => {
  event.preventDefault();
  const field = document.getElementById(id);
  (field?.matches("fieldset") ? field.querySelector("input") : field)?.focus();
};
