import { html, nothing, type TemplateResult } from "lit-html";

import { t } from "../words/words.js";
import { Doing } from "./later.js";
import { notice } from "./notices.js";

/** A button that passes an address on. */
export class Share {
  private readonly doing = new Doing();
  private done: unknown = null;

  /** `words` go along with the address, where the phone takes them. */
  view(label: string, { title, url, words }: { title: string; url: string; words?: string }): TemplateResult {
    return html`
      ${this.doing.button(label, () => this.share(title, url, words), "button button-quiet")}
      ${this.done ? notice("done", this.done) : nothing}
    `;
  }

  /** With what the phone shares by; else the address is copied, and shown where that fails. */
  private async share(title: string, url: string, words: string | undefined): Promise<void> {
    // Not every browser has what its types promise.
    const phone: Partial<Navigator> = navigator;
    if (phone.share) {
      await phone.share({ title, url, ...(words ? { text: words } : {}) }).catch(unlessCancelled);
      return;
    }
    const isCopied = await phone.clipboard?.writeText(url).then(
      () => true,
      () => false,
    );
    this.done = isCopied ? t("The address is copied.") : html`${t("This is its address:")} <span class="code-shown small">${url}</span>`;
  }
}

/** Whoever closes the phone's own list of ways to share changed their mind. */
function unlessCancelled(error: unknown): void {
  if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
}
