import { html, type TemplateResult } from "lit-html";

import { go } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { textField } from "../ui/fields.js";
import { plainDigits } from "../words/digits.js";
import { t } from "../words/words.js";
import { focusSoon } from "./parts.js";

/** The way to stand behind a proposal for whoever has its number, and perhaps its code already. */
export class ByNumber {
  private typed = "";
  private isMissing = false;

  constructor(private readonly code = "") {}

  view(): TemplateResult {
    return html`
      <form class="stack-close" @submit=${(event: Event) => this.join(event)}>
        ${textField({
          id: "number",
          label: t("The number of the proposal"),
          value: this.typed,
          longest: 20,
          problem: this.isMissing ? t("Type the number first.") : undefined,
          onInput: (typed) => (this.typed = typed),
        })}
        <p><button class="button button-quiet">${t("Go on")}</button></p>
      </form>
    `;
  }

  private join(event: Event): void {
    event.preventDefault();
    const number = plainDigits(this.typed).trim();
    this.isMissing = !number;
    if (number) return void go(`/proposals/join?number=${encodeURIComponent(number)}#${this.code}`);
    redraw();
    focusSoon("number");
  }
}
