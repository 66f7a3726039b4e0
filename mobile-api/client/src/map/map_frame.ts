import "./map.css";

import { html, nothing, render, type TemplateResult } from "lit-html";

import { Offline } from "../api/call.js";
import { icon } from "../shell/icons.js";
import type { Point } from "../store/kept.js";
import { t } from "../words/words.js";
import { knownGround, layGround, type Basemap, type Ground } from "./ground.js";
import { HereMark } from "./here_mark.js";
import { LeafletMap } from "./leaflet.js";

export const MAX_ZOOM = 19;
const LEAST_ZOOM = 10;
const ZOOM_KEYS: Record<string, 1 | -1> = { "+": 1, "=": 1, "-": -1, _: -1 };
const COURSES: Record<string, readonly [east: number, north: number]> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

export type Steps = { east: number; north: number; isSmall: boolean };
interface Ways {
  /** What the map is, and which keys move it. */
  label: string;
  role: "application" | "group";
  /** What stands still over the middle of it. */
  over?: TemplateResult;
  onArrow(steps: Steps): void;
  onZoom(by: 1 | -1): void;
  onHere(place: Point): void;
}

/** A map with what belongs to every one: its ground and whose it is, its keys and its buttons. */
export class MapFrame {
  readonly map: LeafletMap;
  ground: Ground | null = null;
  private readonly view = document.createElement("div");
  private readonly here: HereMark;
  private readonly size = new ResizeObserver(() => this.map.invalidateSize({ animate: false }));
  private said = "";
  private state: "coming" | "laid" | "missing" = "coming";
  private isGone = false;

  constructor(
    private readonly box: HTMLElement,
    private readonly ways: Ways,
  ) {
    this.draw();
    this.map = leafletIn(this.view);
    this.here = new HereMark(this.map);
    this.size.observe(this.view);
    this.map.on("zoomend", () => this.draw());
    this.view.addEventListener("keydown", (event) => this.key(event));
  }

  /** Begin with `view`, or with the whole city; raises `Offline` where neither is known. */
  async begin(view: (() => void) | null): Promise<void> {
    view?.();
    const basemap = await knownGround();
    if (this.isGone) return;
    this.map.setMinZoom(basemap?.min_zoom ?? LEAST_ZOOM);
    if (!view) this.showCity(basemap?.bounds);
    void this.lay(basemap);
  }

  /** Say something under the map, aloud too. */
  say(words: string): void {
    this.said = words;
    this.draw();
  }

  remove(): void {
    this.isGone = true;
    this.size.disconnect();
    this.map.remove();
    render(nothing, this.box);
  }

  private showCity(bounds: number[] | null | undefined): void {
    const [west, south, east, north] = bounds ?? [];
    if (west === undefined || south === undefined || east === undefined || north === undefined) {
      this.remove();
      throw new Offline();
    }
    this.map.fitBounds([[south, west], [north, east]], { animate: false });
  }

  private async lay(basemap: Basemap | null): Promise<void> {
    this.ground = await layGround(this.map, basemap);
    this.state = this.ground ? "laid" : "missing";
    this.draw();
  }

  private standing(): string {
    if (this.state === "coming") return t("One moment …");
    return this.state === "missing" ? t("The map shows no streets now. Every place on it is right all the same.") : "";
  }

  private draw(): void {
    if (this.isGone) return;
    const { label, role, over } = this.ways;
    this.view.className ||= "map-view";
    this.view.tabIndex = 0;
    this.view.setAttribute("role", role);
    this.view.setAttribute("aria-label", label);
    render(
      html`
        <div class="map">
          <div class="map-ground">
            ${this.view}${over ?? nothing}
            <div class="map-ways">
              ${this.way(t("Zoom in"), shape("+"), () => this.ways.onZoom(1), this.zoom >= MAX_ZOOM)}
              ${this.way(t("Zoom out"), shape("−"), () => this.ways.onZoom(-1), this.zoom <= this.leastZoom)}
              ${"geolocation" in navigator ? this.way(t("Go to where I am"), icon("place"), () => this.goHere()) : nothing}
            </div>
            ${this.ground?.attribution ? html`<p class="map-from">${this.ground.attribution}</p>` : nothing}
          </div>
          <p class="map-says" role="status">${[this.standing(), this.said].filter(Boolean).join(" ")}</p>
        </div>
      `,
      this.box,
    );
  }

  private way(label: string, mark: TemplateResult, act: () => void, isOff = false): TemplateResult {
    return html`<button
      class="map-way" type="button" aria-label=${label} aria-disabled=${isOff ? "true" : nothing}
      @click=${() => isOff || act()}
    >${mark}</button>`;
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const [course, zoom] = [COURSES[event.key], ZOOM_KEYS[event.key]];
    if (!course && !zoom) return;
    event.preventDefault();
    if (course) this.ways.onArrow({ east: course[0], north: course[1], isSmall: event.shiftKey });
    if (zoom) this.ways.onZoom(zoom);
  }

  private goHere(): void {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (this.isGone) return;
        const place = { lat: coords.latitude, lon: coords.longitude };
        this.here.show(place, coords.accuracy);
        this.ways.onHere(place);
      },
      () => this.say(t("This phone cannot say where you are now. Move the map instead.")),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 10_000 },
    );
  }

  // Drawn once before there is a map.
  private get zoom(): number {
    return this.map?.getZoom() ?? 0;
  }

  private get leastZoom(): number {
    return this.map?.getMinZoom() ?? 0;
  }
}

const shape = (sign: string) => html`<span aria-hidden="true">${sign}</span>`;

/** Leaflet, calm where somebody asked for calm, and without the parts that make HTML from text. */
function leafletIn(view: HTMLElement): LeafletMap {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return new LeafletMap(view, {
    attributionControl: false,
    zoomControl: false,
    maxZoom: MAX_ZOOM,
    // The middle stays where it is, for a pin stands on it.
    touchZoom: "center",
    scrollWheelZoom: "center",
    zoomAnimation: !isCalm,
    fadeAnimation: !isCalm,
    markerZoomAnimation: !isCalm,
    inertia: !isCalm,
  });
}
