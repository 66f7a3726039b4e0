import { html, type TemplateResult } from "lit-html";

import { textField } from "../ui/fields.js";
import { plainDigits } from "../words/digits.js";
import { amount } from "../words/formats.js";
import { t } from "../words/words.js";
import type { Cycle } from "./catalogue.js";
import type { Writing } from "./writing.js";

/** Beyond this programs do not count exactly. */
const MOST = Number.MAX_SAFE_INTEGER;

/** What it may cost, for whoever has an idea of it; how the figures were understood is said below. */
export const costField = (writing: Writing, cycle: Cycle): TemplateResult => {
  const { cost } = writing.draft;
  return html`
    <div class="stack-close">
      ${textField({
        id: "cost",
        label: t("What it may cost, if you know"),
        hint: t("In whole {currency}. Leave it empty if you do not know: the city works it out.", { currency: cycle.currency }),
        inputmode: "numeric",
        value: writing.kept.cost_typed ?? "",
        longest: 20,
        problem: unreadableCost(writing),
        onInput: (typed) => {
          const read = readCost(typed);
          writing.change({ cost_typed: typed, draft: { ...writing.draft, cost: read === null ? null : read * cycle.money_scale } });
        },
      })}
      <p class="small soft" role="status">${cost ? t("That is {amount}.", { amount: amount(cost, cycle) }) : ""}</p>
    </div>
  `;
};

/** What is wrong with what was typed as the cost. */
export const unreadableCost = ({ kept }: Writing): string | undefined =>
  kept.cost_typed?.trim() && readCost(kept.cost_typed) === null ? t("Write the cost in digits, without cents, or leave it empty.") : undefined;

/** A whole number, however its thousands are parted; null for anything else. */
export function readCost(typed: string): number | null {
  const plain = plainDigits(typed.trim());
  if (!/^\d{1,3}([.,'\s\u066C]?\d{3})*$|^\d+$/.test(plain)) return null;
  const value = Number(plain.replace(/\D/g, ""));
  return value * 1000 <= MOST ? value : null;
}
