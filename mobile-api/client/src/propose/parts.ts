import "./propose.css";

import { html, nothing, type TemplateResult } from "lit-html";

import { amount } from "../words/formats.js";
import { n, t } from "../words/words.js";
import type { Compared } from "./compared.js";
import { MOST_COMPARED } from "./compared.js";

/** One of many by its name, where there are too many to lay out. */
export const select = (
  field: { id: string; label: string; choices: readonly { value: string; words: string }[]; chosen: string; onChange(value: string): void },
): TemplateResult => html`
  <div class="field">
    <label for=${field.id}>${field.label}</label>
    <select class="input" id=${field.id} @change=${(event: Event) => field.onChange((event.target as HTMLSelectElement).value)}>
      ${field.choices.map(({ value, words }) => html`<option value=${value} .selected=${value === field.chosen}>${words}</option>`)}
    </select>
  </div>
`;

/** What it costs, as far as anybody knows. */
export const costWords = (cost: number | null, money: { currency: string; money_scale: number }): string =>
  cost === null ? t("Cost not known yet") : amount(cost, money);

export const supportWords = (count: number): string => n(count, "{count} person supports it", "{count} people support it");

/** Puts a proposal beside others, or takes it away. */
export const compareButton = (compared: Compared, number: string, title: string): TemplateResult => {
  const isIn = compared.has(number);
  return html`
    <button
      class="button button-quiet" type="button" aria-pressed=${isIn ? "true" : "false"} ?disabled=${!isIn && compared.isFull}
      aria-label=${t("Compare: {title}", { title })} @click=${() => void compared.toggle(number)}
    >${isIn ? t("In your comparison") : t("Compare")}</button>
  `;
};

/** The way to what is put side by side. */
export const compareBar = ({ numbers, isFull }: Compared, slug: string): TemplateResult => html`
  <div role="status">
    ${numbers.length === 0
      ? nothing
      : numbers.length === 1
        ? html`<p>${t("One proposal to compare. Add another one.")}</p>`
        : html`<a class="button button-wide" href=${`/app/budgets/${slug}/compare`}>${n(numbers.length, "Compare {count} proposal", "Compare {count} proposals")}</a>
            ${isFull ? html`<p class="for-screen-readers">${t("{count} is the most.", { count: MOST_COMPARED })}</p>` : nothing}`}
  </div>
`;

/** What to know of a screen that is read, without a network. */
export const readAgain = (): string => t("No connection. What was read here before can be read again.");

/** Words in the language they were written in, which may run the other way than the page. */
export const said = (text: string, language: string, className = ""): TemplateResult => html`<span class=${className} lang=${language} dir="auto">${text}</span>`;

export { focusSoon } from "../report/parts.js";
