import { html, type nothing, type TemplateResult } from "lit-html";

import { trouble } from "../report/parts.js";
import { go } from "../shell/router.js";
import type { ProposalStep } from "../store/kept.js";
import { keepsNothing } from "../store/stand_in.js";
import { t } from "../words/words.js";
import type { Writing } from "./writing.js";

/** The longest that the city takes, in characters. */
export const LONGEST = { title: 120, summary: 500, description: 8000, display_name: 80, interests: 1000, alt: 300 } as const;

export const pathOf = ({ kept }: Writing, step: ProposalStep): string => `/budgets/${kept.cycle}/propose/${kept.id}/${step}`;

/** Where "Back" leads: to the last screen for whoever came from there to change one thing. */
export const backTo = (writing: Writing, before: ProposalStep, isChange: boolean): string =>
  pathOf(writing, isChange ? "check" : before);

/** Go on to a screen, which is where the draft is opened the next time. */
export async function goTo(writing: Writing, step: ProposalStep): Promise<void> {
  writing.change({ step });
  await writing.keep();
  await go(pathOf(writing, step));
}

/** That what is typed is kept here, or loudly that it is not. */
export const keeping = (writing: Writing): TemplateResult | typeof nothing =>
  writing.trouble || keepsNothing()
    ? trouble(writing)
    : html`<p class="small soft">${t("What you write is kept on this phone with every letter, also without a network.")}</p>`;

/** What to know while a proposal is written without a network. */
export const notByItself = (): string =>
  keepsNothing()
    ? t("No connection, and nothing is kept on this phone. Leave this page open, and send it when there is one.")
    : t("No connection. What you write stays on this phone. Come back and send it.");
