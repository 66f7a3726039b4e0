import { html, type TemplateResult } from "lit-html";

import { redraw } from "../shell/screen.js";
import { Doing } from "../ui/later.js";
import { n, t } from "../words/words.js";
import { readProposal } from "./catalogue.js";

/** Keeps the whole of some proposals on the phone, for reading where there is no network. */
export class KeepAll {
  private readonly doing = new Doing();
  private kept = 0;
  private wanted = 0;

  constructor(private readonly numbers: () => readonly string[]) {}

  view(): TemplateResult {
    const isDone = this.wanted > 0 && this.kept === this.wanted;
    return html`
      <div class="stack-close">
        ${this.doing.button(t("Keep these to read without a network"), () => this.keep(), "button button-quiet")}
        <p class="small soft" role="status">
          ${isDone
            ? n(this.kept, "{count} proposal is on this phone now, with what voters should know.", "{count} proposals are on this phone now, with what voters should know.")
            : this.wanted
              ? t("{kept} of {wanted}", { kept: this.kept, wanted: this.wanted })
              : ""}
        </p>
      </div>
    `;
  }

  /** One after the other: a bad network carries little at a time. */
  private async keep(): Promise<void> {
    const numbers = this.numbers();
    [this.kept, this.wanted] = [0, numbers.length];
    for (const number of numbers) {
      await readProposal(number);
      this.kept += 1;
      redraw();
    }
  }
}
