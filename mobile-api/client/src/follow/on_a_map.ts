import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";

import { go } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import type { Point } from "../store/kept.js";
import { t } from "../words/words.js";
import type { Kind } from "./standing.js";

/** Something on a map; `words` are its name, said to whoever comes to it without seeing it. */
export interface ShownPoint extends Point {
  kind: Kind;
  words: string;
  path: string;
}

/** A map that is loaded and drawn only after somebody asked for it. */
export class OnAMap {
  private isOpen = false;
  private box: HTMLElement | undefined;
  private remove: (() => void) | undefined;
  private error: unknown = null;

  /** `pick` is called with a point that is tapped; without it the point's path is gone to. */
  constructor(
    private readonly points: () => ShownPoint[],
    private readonly pick: (point: ShownPoint) => void = ({ path }) => void go(path),
  ) {}

  view(): TemplateResult {
    if (!this.isOpen)
      return html`<p><button class="button button-quiet" @click=${() => this.open()}>${t("Show on a map")}</button></p>`;
    return html`
      ${this.error ? html`<p role="status">${t("The map cannot be shown now. The list has everything on it.")}</p>` : nothing}
      <div class="on-a-map" ${ref(this.fill)}></div>
    `;
  }

  close(): void {
    this.isOpen = false;
    this.clear();
  }

  private clear(): void {
    this.remove?.();
    this.remove = undefined;
  }

  private open(): void {
    [this.isOpen, this.error] = [true, null];
    redraw();
  }

  private readonly fill = (box?: Element): void => {
    if (box === this.box) return;
    this.clear();
    this.box = box as HTMLElement | undefined;
    if (!this.box) return;
    void this.draw(this.box).catch((error: unknown) => {
      this.error = error;
      redraw();
    });
  };

  private async draw(box: HTMLElement): Promise<void> {
    const { showPoints } = await import("../map/show_points.js");
    const remove = await showPoints(box, this.points(), this.pick);
    // Whoever was faster than the map has left it.
    if (this.isOpen && box === this.box) this.remove = remove;
    else remove();
  }
}
