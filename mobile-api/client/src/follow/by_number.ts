import { html, type TemplateResult } from "lit-html";

import { go } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { textField } from "../ui/fields.js";
import { plainDigits } from "../words/digits.js";
import { t } from "../words/words.js";

/** The way to a report for whoever has its number from a call, a letter or somebody else. */
export class ByNumber {
  private typed = "";
  private isMissing = false;

  view(): TemplateResult {
    return html`
      <details>
        <summary class="open-up">${t("You have a number?")}</summary>
        <form class="form" @submit=${(event: Event) => this.show(event)}>
          ${textField({
            id: "number",
            label: t("Number of a report"),
            hint: t("It has eight letters and digits."),
            value: this.typed,
            problem: this.isMissing ? t("Type the number first.") : undefined,
            onInput: (typed) => (this.typed = typed),
          })}
          <button class="button">${t("Show it")}</button>
        </form>
      </details>
    `;
  }

  private show(event: Event): void {
    event.preventDefault();
    const number = plainDigits(this.typed).replace(/[\s-]/g, "").toUpperCase();
    this.isMissing = !number;
    if (number) void go(`/reports/${encodeURIComponent(number)}`);
    else redraw();
  }
}
