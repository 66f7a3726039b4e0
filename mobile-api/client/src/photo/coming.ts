import { html, nothing, type TemplateResult } from "lit-html";

import { redraw } from "../shell/screen.js";
import { notice } from "../ui/notices.js";
import { n, t } from "../words/words.js";
import { NotAPicture, small } from "./small.js";

/** Pictures that somebody chose, on their way to be kept: made small, one after the other. */
export class Coming {
  count = 0;
  private problem: string | null = null;

  constructor(private readonly keep: (picture: Blob, file: File) => Promise<unknown>) {}

  /** Take what a field for files brought, as much as there is room for. */
  async take(field: HTMLInputElement, room: number): Promise<void> {
    const chosen = Array.from(field.files ?? []);
    const files = chosen.slice(0, room);
    const left = chosen.length - files.length;
    field.value = "";
    this.problem = left
      ? n(left, "{count} picture was left out: there is no room for more.", "{count} pictures were left out: there is no room for more.")
      : null;
    this.count += files.length;
    redraw();
    // One after the other: a large picture takes much of a small phone's memory.
    for (const file of files) {
      await this.takeOne(file);
      this.count -= 1;
      redraw();
    }
  }

  view(): TemplateResult {
    return html`
      <p class="soft" role="status">${this.count ? n(this.count, "Making {count} picture smaller …", "Making {count} pictures smaller …") : nothing}</p>
      ${this.problem ? notice("error", this.problem) : nothing}
    `;
  }

  private async takeOne(file: File): Promise<void> {
    try {
      await this.keep(await small(file), file);
    } catch (error) {
      if (!(error instanceof NotAPicture)) throw error;
      this.problem = t("This file cannot be shown as a picture. Try another one, or take a new photo.");
    }
  }
}
