import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { t } from "../words/words.js";

/** The emergency number where it is about danger; said by a screen reader as soon as it appears. */
export const danger = (isDanger: boolean): TemplateResult => {
  const { number, sentence } = city().emergency;
  return html`
    <div role="alert">
      ${isDanger
        ? html`
            <div class="urgent stack-close">
              <p><strong>${sentence ?? t("Is somebody in danger? Call first, then report it here.")}</strong></p>
              <p><a class="call" href=${`tel:${number}`}>${t("Call {number}", { number })}</a></p>
            </div>
          `
        : nothing}
    </div>
  `;
};
