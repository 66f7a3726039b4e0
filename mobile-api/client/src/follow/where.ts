import { html, nothing, type TemplateResult } from "lit-html";

import { call, type Answer } from "../api/call.js";
import { redraw } from "../shell/screen.js";
import type { Point } from "../store/kept.js";
import { textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { failure, notice } from "../ui/notices.js";
import { n, t } from "../words/words.js";

/** A place somebody looks around. */
export interface Where extends Point {
  /** In words; null is where the phone was. */
  label: string | null;
}

/** Under this name the phone keeps the last one. */
export const PLACE = "near_place";

type Found = Answer<"/v1/places/search">["places"][number];

const PAUSE_MS = 300;
const PATIENCE = { timeout: 20_000, maximumAge: 60_000 } as const;
/** A place that is asked around is rounded to so many digits of a degree, about ten metres. */
const DIGITS = 4;

/** Asks where to look: the phone's own place after a tap, or a street or district that is typed. */
export class WhereField {
  private typed = "";
  private found: Found[] | null = null;
  private error: unknown = null;
  private refusal: "denied" | "missing" | null = null;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private readonly locating = new Doing();

  constructor(private readonly onFound: (place: Where) => void) {}

  view(): TemplateResult {
    return html`
      <div class="stack">
        ${this.locating.button(t("Use where I am"), () => this.locate())}
        ${this.refusal ? notice("plain", this.refused()) : nothing}
        ${textField({
          id: "near-place",
          label: t("Or type a street or a part of the city"),
          value: this.typed,
          type: "search",
          inputmode: "search",
          onInput: (typed) => this.type(typed),
        })}
        ${this.error ? failure(this.error) : nothing}
        <p class="for-screen-readers" role="status">${this.found && n(this.found.length, "{count} place found", "{count} places found")}</p>
        ${this.found?.length
          ? html`<ul class="ways" role="list">${this.found.map((one) => this.choice(one))}</ul>`
          : this.found
            ? html`<p>${t("Nothing is called that here. Try fewer letters, or the name of the district.")}</p>`
            : nothing}
      </div>
    `;
  }

  /** Take the phone's own place, where it was allowed before. */
  async locateIfAllowed(): Promise<void> {
    // Old Safari cannot say; then somebody taps.
    const asked = navigator.permissions?.query({ name: "geolocation" });
    const allowed = await asked?.catch(() => null);
    if (allowed?.state === "granted") await this.locate();
  }

  private async locate(): Promise<void> {
    this.refusal = null;
    const fix = await position().catch((error: unknown) => {
      this.refusal = (error as GeolocationPositionError | null)?.code === 1 ? "denied" : "missing";
      return null;
    });
    if (fix) this.onFound({ ...fix, label: null });
    redraw();
  }

  private refused(): string {
    return this.refusal === "denied"
      ? t("This phone does not tell us where you are, and that is fine. Type a street instead.")
      : t("This phone cannot tell where it is now. Type a street instead.");
  }

  private type(typed: string): void {
    this.typed = typed;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => void this.search(typed.trim()), PAUSE_MS);
  }

  private async search(q: string): Promise<void> {
    this.error = null;
    const answer = q
      ? await call("get", "/v1/places/search", { query: { q } }).catch((error: unknown) => {
          this.error = error;
          return null;
        })
      : null;
    // Whoever typed on gets the answer to that.
    if (q !== this.typed.trim()) return;
    this.found = answer?.places ?? null;
    redraw();
  }

  private choice({ lat, lon, label, district }: Found): TemplateResult {
    const where = district && !label.includes(district.name) ? district.name : null;
    return html`
      <li>
        <button class="way" @click=${() => this.onFound({ lat: rounded(lat), lon: rounded(lon), label })}>
          <span>${label}</span>${where ? html`<span class="small soft">${where}</span>` : nothing}
        </button>
      </li>
    `;
  }
}

function position(): Promise<Point> {
  return new Promise((resolve, reject) => {
    if (!("geolocation" in navigator)) reject(new Error("no geolocation"));
    else
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => resolve({ lat: rounded(coords.latitude), lon: rounded(coords.longitude) }),
        reject,
        PATIENCE,
      );
  });
}

const rounded = (degrees: number): number => Number(degrees.toFixed(DIGITS));
