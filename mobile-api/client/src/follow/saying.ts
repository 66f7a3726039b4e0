import { html, type TemplateResult } from "lit-html";

import { redraw } from "../shell/screen.js";
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
  private text = "";
  private isMissing = false;
  private readonly doing = new Doing();

  constructor(
    private readonly name: string,
    private readonly onSend: (text: string) => Promise<void>,
  ) {}

  view({ label, hint, send, longest }: Words): TemplateResult {
    return html`
      <div class="form stack-close">
        ${textField({
          id: `say-${this.name}`,
          label,
          hint,
          lines: 3,
          value: this.text,
          longest,
          problem: this.isMissing ? t("Write a few words first.") : undefined,
          onInput: (text) => (this.text = text),
        })}
        ${this.doing.button(send, () => this.send(), "button")}
      </div>
    `;
  }

  private async send(): Promise<void> {
    this.isMissing = !this.text.trim();
    if (this.isMissing) {
      redraw();
      document.getElementById(`say-${this.name}`)?.focus();
      return;
    }
    await this.onSend(this.text.trim());
    this.text = "";
  }
}
