import { html, nothing, type TemplateResult } from "lit-html";

import { go } from "../shell/router.js";
import type { ProposalStep } from "../store/kept.js";
import { notice } from "../ui/notices.js";
import { t } from "../words/words.js";
import type { Writing } from "./writing.js";

/** The longest that the city takes, in characters. */
export const LONGEST = { title: 120, summary: 500, description: 8000, display_name: 80, interests: 1000, alt: 300 } as const;

export const pathOf = ({ kept }: Writing, step: ProposalStep): string => `/budgets/${kept.cycle}/propose/${kept.id}/${step}`;

/** How far somebody has come; whether it is one of the others is asked in between. */
export const progress = (step: 1 | 2 | 3): TemplateResult => html`<p class="soft">${t("Step {step} of 3", { step })}</p>`;

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
export const keeping = ({ trouble }: Writing): TemplateResult => {
  if (trouble === "full")
    return notice("error", html`<strong>${t("This phone has no room left")}</strong>
      <p>${t("What you changed last is not kept. Delete some pictures or apps from the phone, then change something here.")}</p>`);
  if (trouble)
    return notice("error", html`<strong>${t("This browser keeps nothing")}</strong>
      <p>${t("What you write is gone when you close this page. Open it in a normal window, not a private one.")}</p>`);
  return html`<p class="small soft">${t("What you write is kept on this phone with every letter, also without a network.")}</p>`;
};

/** What to know while a proposal is written without a network. */
export const notByItself = (): string => t("No connection. What you write stays on this phone. Come back and send it.");

/** The way to the next screen. */
export const onward = (words: string, next: () => void, isBusy = false): TemplateResult => html`
  <button class="button button-wide" type="button" aria-busy=${isBusy ? "true" : nothing} @click=${next}>${words}</button>
`;
