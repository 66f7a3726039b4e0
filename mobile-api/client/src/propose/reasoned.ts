import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { redraw } from "../shell/screen.js";
import { uuid7 } from "../store/uuid.js";
import { textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { t } from "../words/words.js";
import { focusSoon } from "./parts.js";

/** Something that is done for good: asked once more, with a reason where there is one to give. */
export class Reasoned {
  private readonly doing = new Doing();
  private readonly id = uuid7();
  private reason = "";
  private isAsked = false;
  private problem: string | undefined;

  constructor(
    private readonly name: string,
    private readonly act: (id: string, reason: string) => Promise<void>,
  ) {}

  /** `label` is of the reason; null where none is asked for. */
  view(label: string | null, words: string, isNeeded: boolean): TemplateResult {
    if (!this.isAsked) return html`<p><button class="button button-quiet" type="button" @click=${() => this.open()}>${words} …</button></p>`;
    return html`
      <div class="stack-close" id=${`sure-${this.name}`} tabindex="-1">
      ${label === null
        ? nothing
        : textField({
            id: `reason-${this.name}`,
            label,
            hint: t("Everybody can read it."),
            lines: 3,
            longest: city().limits.reason,
            value: this.reason,
            problem: this.problem,
            onInput: (reason) => (this.reason = reason),
          })}
      <div class="quick">
        ${this.doing.button(words, () => this.do(isNeeded), "button")}
        <button class="button button-quiet" type="button" @click=${() => this.close()}>${t("Rather not")}</button>
      </div>
      </div>
    `;
  }

  private open(): void {
    this.isAsked = true;
    redraw();
    focusSoon(`sure-${this.name}`);
  }

  private close(): void {
    this.isAsked = false;
    redraw();
  }

  private async do(isNeeded: boolean): Promise<void> {
    const reason = this.reason.trim();
    this.problem = isNeeded && !reason ? t("Say why, in a sentence.") : undefined;
    if (this.problem) return focusSoon(`reason-${this.name}`);
    await this.act(this.id, reason);
    this.isAsked = false;
  }
}
