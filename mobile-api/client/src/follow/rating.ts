import { html, nothing, type TemplateResult } from "lit-html";

import { call, type Body } from "../api/call.js";
import { city } from "../city/city.js";
import { redraw } from "../shell/screen.js";
import { textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { t } from "../words/words.js";

type Answer = Body<"/v1/reports/{number}/rating", "put">["answer"];

/** Was it dealt with well? One tap; words are for whoever wants. */
export class Rating {
  private chosen: Answer | null = null;
  private words = "";
  private thanks: string | null = null;
  private readonly doing = new Doing();
  private readonly adding = new Doing();

  constructor(
    private readonly number: string,
    private readonly onRated: () => Promise<void>,
  ) {}

  view(before: string | null): TemplateResult {
    const chosen = this.chosen ?? before;
    return html`
      <section class="action stack-close" aria-labelledby="rating">
        <h2 id="rating">${t("Was it dealt with well?")}</h2>
        <div class="choices-in-row" role="group" aria-labelledby="rating">
          ${this.choice("yes", t("Yes"), chosen)} ${this.choice("partly", t("Partly"), chosen)} ${this.choice("no", t("No"), chosen)}
        </div>
        ${this.doing.problem()}
        ${this.thanks ? notice("done", this.thanks) : nothing}
        ${this.chosen ? this.why() : nothing}
      </section>
    `;
  }

  private choice(answer: Answer, words: string, chosen: string | null): TemplateResult {
    return html`
      <button class="button button-quiet" aria-pressed=${chosen === answer ? "true" : "false"}
        @click=${() => void this.doing.run(() => this.rate(answer))}>${words}</button>
    `;
  }

  private why(): TemplateResult {
    return html`
      ${textField({
        id: "rating-words",
        label: t("Why? If you like"),
        hint: t("Only people who work for the city read this."),
        lines: 2,
        value: this.words,
        longest: city().limits.comment,
        onInput: (words) => (this.words = words),
      })}
      ${this.adding.button(t("Send these words"), () => this.addWords(), "button button-quiet")}
    `;
  }

  private async rate(answer: Answer): Promise<void> {
    await this.put(answer);
    this.chosen = answer;
    this.thanks = t("Thank you. You can change it as long as this is shown.");
    await this.onRated();
    redraw();
  }

  private async addWords(): Promise<void> {
    if (!this.chosen || !this.words.trim()) return;
    await this.put(this.chosen);
    this.thanks = t("Thank you. The city has your words.");
  }

  private async put(answer: Answer): Promise<void> {
    const body = { answer, words: this.words.trim() };
    await call("put", "/v1/reports/{number}/rating", { params: { number: this.number }, body });
  }
}
