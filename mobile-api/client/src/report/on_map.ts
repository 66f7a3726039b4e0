import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";

import type { PlaceMap } from "../map/pick_place.js";
import { redraw } from "../shell/screen.js";
import type { Point } from "../store/kept.js";
import { failure } from "../ui/notices.js";
import { t } from "../words/words.js";

/** A small map to move the place on, loaded when somebody asks for it. */
export class PlaceOnMap {
  private isOpen = false;
  private error: unknown = null;
  private map: Promise<PlaceMap> | null = null;
  private shown: Point | null = null;

  constructor(
    private readonly writing: { readonly point: Point | null },
    private readonly onPick: (point: Point) => void,
  ) {}

  view(): TemplateResult {
    if (!this.isOpen)
      return html`<p><button class="button button-quiet" type="button" @click=${() => this.open()}>${t("Show it on a map")}</button></p>`;
    this.follow();
    return html`${this.error ? failure(this.error) : nothing}<div class="small-map" ${ref(this.fill)}></div>`;
  }

  close(): void {
    void this.map?.then((map) => map.remove());
    this.map = null;
    this.isOpen = false;
  }

  private open(): void {
    this.isOpen = true;
    this.error = null;
    redraw();
  }

  /** Put the pin where the place was found in another way meanwhile. */
  private follow(): void {
    const { point } = this.writing;
    if (!point || (point.lat === this.shown?.lat && point.lon === this.shown.lon)) return;
    this.shown = point;
    void this.map?.then((map) => map.moveTo(point));
  }

  private readonly fill = (element: Element | undefined): void => {
    if (this.map || !(element instanceof HTMLElement)) return;
    this.map = import("../map/pick_place.js").then(({ pickPlace }) =>
      pickPlace(element, this.writing.point, (point) => {
        this.onPick(point);
        this.shown = this.writing.point;
      }),
    );
    this.map.catch((error: unknown) => {
      this.error = error;
      redraw();
    });
  };
}
