import { html, nothing, type TemplateResult } from "lit-html";

import type { Trouble } from "../photo/in_hand.js";
import { notice } from "../ui/notices.js";
import { t } from "../words/words.js";

/** How far somebody has come. */
export const progress = (step: 1 | 2 | 3): TemplateResult => html`
  <p class="soft">${t("Step {step} of 3", { step })}</p>
`;

/** That what was written is not kept, and why. */
export const trouble = ({ trouble: why }: { readonly trouble: Trouble | null }): TemplateResult | typeof nothing => {
  if (!why) return nothing;
  return notice(
    "error",
    why === "full"
      ? html`<strong>${t("This phone has no room left")}</strong>
          <p>${t("What you changed last is not kept. Send it before you close this page. Or delete some pictures or apps from the phone, then change something here.")}</p>`
      : html`<strong>${t("This browser keeps nothing")}</strong>
          <p>${t("What you write is gone when you close this page. Open it in a normal window, not a private one.")}</p>`,
  );
};

/** The way to the next screen. */
export const onward = (words: string, go: () => void, isBusy = false): TemplateResult => html`
  <button class="button button-wide" aria-busy=${isBusy ? "true" : nothing} @click=${go}>${words}</button>
`;

/** Put the focus on `id` once what was changed is drawn. */
export function focusSoon(id: string): void {
  setTimeout(() => document.getElementById(id)?.focus());
}
