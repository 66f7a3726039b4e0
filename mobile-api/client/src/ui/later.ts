import { html, nothing, type TemplateResult } from "lit-html";

import { redraw } from "../shell/screen.js";
import { t } from "../words/words.js";
import { failure, undone } from "./notices.js";

/** Something that is asked for and comes later, or not at all. */
export class Later<T> {
  private state: { is: "waiting" } | { is: "here"; value: T } | { is: "failed"; error: unknown } = { is: "waiting" };
  private asked = 0;

  constructor(private readonly ask: () => Promise<T>) {
    void this.again();
  }

  /** Ask anew; what was there stays until the answer comes. */
  async again(): Promise<void> {
    const turn = ++this.asked;
    const state = await this.ask().then(
      (value) => ({ is: "here", value }) as const,
      (error: unknown) => ({ is: "failed", error }) as const,
    );
    if (turn !== this.asked) return;
    this.state = state;
    redraw();
  }

  /** What came, null before that. */
  get value(): T | null {
    return this.state.is === "here" ? this.state.value : null;
  }

  /** Whether it did not come. */
  get hasFailed(): boolean {
    return this.state.is === "failed";
  }

  /** `view` of what came; before that a word that it comes, and why not where it does not. */
  shown(view: (value: T) => TemplateResult): TemplateResult {
    if (this.state.is === "here") return view(this.state.value);
    if (this.state.is === "waiting") return html`<p class="soft" role="status">${t("One moment …")}</p>`;
    return html`${failure(this.state.error)}<p><button class="button" @click=${() => this.retry()}>${t("Try again")}</button></p>`;
  }

  private retry(): void {
    this.state = { is: "waiting" };
    redraw();
    void this.again();
  }
}

/** A button that is busy while what it does is under way, so that nobody does it twice. */
export class Doing {
  error: unknown = null;
  isBusy = false;

  button(words: string, act: () => Promise<void>, className = "button button-wide"): TemplateResult {
    return html`
      ${this.problem()}
      <button class=${className} aria-busy=${this.isBusy ? "true" : nothing} @click=${() => void this.run(act)}>${words}</button>
    `;
  }

  /** Why it could not be done the last time. */
  problem(): TemplateResult | typeof nothing {
    return this.error ? undone(this.error) : nothing;
  }

  /** Do it, for what is a button of its own kind. */
  async run(act: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.error = null;
    redraw();
    await act().catch((error: unknown) => (this.error = error));
    this.isBusy = false;
    redraw();
  }
}
