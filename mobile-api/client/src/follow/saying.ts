import { html, type TemplateResult } from "lit-html";

import { redraw } from "../shell/screen.js";
import { choice, choose, database, wordsOn } from "../store/database.js";
import { textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { t } from "../words/words.js";

interface Words {
  label: string;
  hint: string;
  send: string;
  longest: number;
}

/** Some words that somebody writes and sends; none are sent where there are none. */
export class Saying {
  private typed = "";
  private isMissing = false;
  private readonly doing = new Doing();
  /** Under this name the phone keeps the words until they are sent. */
  private readonly kept: string;

  constructor(
    number: string,
    private readonly name: string,
    private readonly onSend: (text: string) => Promise<void>,
  ) {
    this.kept = wordsOn(number, name);
    void this.fetch();
  }

  get text(): string {
    return this.typed.trim();
  }

  view({ label, hint, send, longest }: Words): TemplateResult {
    return html`
      <div class="form stack-close">
        ${textField({
          id: `say-${this.name}`,
          label,
          hint,
          lines: 3,
          value: this.typed,
          longest,
          problem: this.isMissing ? t("Write a few words first.") : undefined,
          onInput: (typed) => this.type(typed),
        })}
        ${this.doing.button(send, () => this.send(), "button")}
      </div>
    `;
  }

  private type(typed: string): void {
    this.typed = typed;
    // A phone without room forgets them with the page.
    void (this.text ? choose(this.kept, typed) : this.forget()).catch(() => undefined);
  }

  private async send(): Promise<void> {
    this.isMissing = !this.text;
    if (this.isMissing) {
      redraw();
      document.getElementById(`say-${this.name}`)?.focus();
      return;
    }
    await this.onSend(this.text);
    this.typed = "";
    await this.forget();
  }

  private async fetch(): Promise<void> {
    const kept = await choice<string>(this.kept).catch(() => null);
    this.typed ||= kept ?? "";
    if (kept) redraw();
  }

  private async forget(): Promise<void> {
    await (await database()).delete("choice", this.kept);
  }
}
