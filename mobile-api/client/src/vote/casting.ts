import { html, nothing, type TemplateResult } from "lit-html";

import { Offline } from "../api/call.js";
import { Doing } from "../ui/later.js";
import { failure, notice } from "../ui/notices.js";
import { t } from "../words/words.js";
import { CastMeanwhile } from "./ballot.js";

/** A ballot on its way into the box; what went wrong is said in words of its own. */
export class Casting extends Doing {
  override problem(): TemplateResult | typeof nothing {
    return this.error ? whyNot(this.error) : nothing;
  }
}

/** Why it is not in the box, or nobody knows; every word is for the voter who waits for an answer. */
function whyNot(error: unknown): TemplateResult {
  if (error instanceof CastMeanwhile)
    return notice("error", html`
      <strong>${t("Another ballot of yours came first")}</strong>
      <p>${t("It went into the box from another window or device while this one was open. This one is not in the box.")}</p>
      <p>${t("If this one shall take its place, put it into the box now. If not, there is nothing you need to do.")}</p>
    `);
  if (error instanceof Offline)
    return notice("error", html`
      <strong>${t("No answer")}</strong>
      <p>${t("Your ballot may not have arrived. What you chose is still here.")}</p>
      <p>${t("It is not sent by itself: press the button again when you have a connection. It is the same ballot and counts once.")}</p>
    `);
  return failure(error);
}
