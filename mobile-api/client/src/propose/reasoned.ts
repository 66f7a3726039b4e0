import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { redraw } from "../shell/screen.js";
import { textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { t } from "../words/words.js";
import { focusSoon } from "./parts.js";
import { forgetSaying, keepSaying, keptSaying, type Kept } from "./saying.js";

/** Something that is done for good: asked once more, with a reason where there is one to give. */
export class Reasoned {
  private readonly doing = new Doing();
  private kept: Kept | null = null;
  private isAsked = false;
  private problem: string | undefined;

  constructor(
    private readonly number: string,
    private readonly name: string,
    private readonly act: (id: string, reason: string) => Promise<void>,
  ) {
    void this.fetch();
  }

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
            value: this.kept?.text ?? "",
            problem: this.problem,
            onInput: (text) => this.say(text),
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

  /** A reason that somebody has begun to give is in sight again. */
  private async fetch(): Promise<void> {
    this.kept = await keptSaying(this.keptAs);
    this.isAsked ||= Boolean(this.kept.text);
    redraw();
  }

  /** Under this name the phone keeps the reason until it is sent. */
  private get keptAs(): string {
    return `${this.number}:${this.name}`;
  }

  private say(text: string): void {
    if (!this.kept) return;
    this.kept = { ...this.kept, text };
    // A phone without room forgets it with the page.
    void keepSaying(this.keptAs, this.kept).catch(() => undefined);
    redraw();
  }

  private async do(isNeeded: boolean): Promise<void> {
    if (!this.kept) return;
    const { id, text } = this.kept;
    const reason = text.trim();
    this.problem = isNeeded && !reason ? t("Say why, in a sentence.") : undefined;
    if (this.problem) return focusSoon(`reason-${this.name}`);
    await this.act(id, reason);
    this.isAsked = false;
    await forgetSaying(this.keptAs);
    this.kept = await keptSaying(this.keptAs);
  }
}
