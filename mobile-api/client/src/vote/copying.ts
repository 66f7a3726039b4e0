import { html, type TemplateResult } from "lit-html";

import { redraw } from "../shell/screen.js";
import { t } from "../words/words.js";

/** A button that copies, and says that it did. */
export class Copying {
  private words: string | null = null;

  button(text: string): TemplateResult {
    return html`
      <button class="button button-quiet" @click=${() => void this.copy(text)}>${t("Copy")}</button>
      <span role="status">${this.words}</span>
    `;
  }

  private async copy(text: string): Promise<void> {
    // A browser may forbid it; then the words say what to do by hand.
    this.words = await navigator.clipboard.writeText(text).then(
      () => t("Copied."),
      () => t("This browser does not copy. Write it down."),
    );
    redraw();
  }
}
