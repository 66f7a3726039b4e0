import { html, render } from "lit-html";

import { mark, type Kind } from "../follow/standing.js";
import type { Point } from "../store/kept.js";
import { number } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { clustered, spread } from "./clusters.js";
import type { XY } from "./features.js";
import { DivIcon, Marker } from "./leaflet.js";
import { MAX_ZOOM, MapFrame } from "./map_frame.js";

/** Something on a map: `words` are its name, and its kind is a shape as well as a colour. */
export interface PinPoint extends Point {
  kind: Kind;
  words: string;
}

/** So that no pin lies under the buttons at the side. */
const ROOM: [number, number] = [64, 44];
const ARROW_PX = 80;
const NEAR_ZOOM = 17;

/**
 * Draw `points` into the empty `box`, the map's part shown so that all are seen. `onPick` is called
 * with a point that is tapped; those that lie over each other are one pin with their count, which
 * zooms in. What it answers takes the map away.
 */
export async function showPoints<P extends PinPoint>(
  box: HTMLElement,
  points: readonly P[],
  onPick: (point: P) => void,
): Promise<() => void> {
  const pins = new Pins(box, points, onPick);
  await pins.begin();
  return () => pins.remove();
}

class Pins<P extends PinPoint> {
  private readonly frame: MapFrame;
  /** A pin is as large as a finger, larger where letters are; map.css says the same. */
  private readonly size = Math.max(44, 2.6 * parseFloat(getComputedStyle(document.documentElement).fontSize));
  private shown = new Map<string, Marker>();

  constructor(
    box: HTMLElement,
    private readonly points: readonly P[],
    private readonly onPick: (point: P) => void,
  ) {
    this.frame = new MapFrame(box, {
      label: t("Map. Arrow keys move it, plus and minus zoom."),
      role: "group",
      onArrow: ({ east, north }) => this.map.panBy([ARROW_PX * east, -ARROW_PX * north]),
      onZoom: (by) => this.map.setZoom(this.map.getZoom() + by),
      onHere: ({ lat, lon }) => this.map.setView([lat, lon], Math.max(NEAR_ZOOM, this.map.getZoom())),
    });
    this.map.on("moveend", () => this.place());
  }

  async begin(): Promise<void> {
    await this.frame.begin(this.points.length ? () => this.showAll() : null);
  }

  remove(): void {
    this.frame.remove();
  }

  private get map() {
    return this.frame.map;
  }

  private showAll(): void {
    this.map.fitBounds(this.points.map(corner), { maxZoom: NEAR_ZOOM, padding: ROOM });
  }

  /** Put the pins where the map is now; one that stays keeps the focus it may have. */
  private place(): void {
    const zoom = this.map.getZoom();
    const seen = this.map.getBounds().pad(0.2);
    const at = (point: Point) => this.map.project(corner(point), zoom);
    const next = new Map<string, Marker>();
    for (const group of clustered(this.points, at, this.size)) {
      const [first] = group;
      if (!first || !seen.contains(corner(first))) continue;
      const isApart = zoom >= MAX_ZOOM || group.length === 1;
      const places = isApart ? spread(group.length, this.size) : [{ x: 0, y: 0 }];
      for (const [index, away] of places.entries()) {
        const inside = isApart ? group.slice(index, index + 1) : group;
        const key = `${inside.map((one) => this.points.indexOf(one)).join()}@${isApart && group.length > 1}`;
        next.set(key, this.shown.get(key) ?? this.pin(inside, first, away));
      }
    }
    for (const [key, marker] of this.shown) if (!next.has(key)) marker.remove();
    this.shown = next;
  }

  private pin(inside: readonly P[], place: Point, away: XY): Marker {
    const button = document.createElement("button");
    button.type = "button";
    const [only] = inside;
    const isOne = only && inside.length === 1;
    button.className = isOne ? `pin state-${only.kind}` : "pin pin-many";
    const words = isOne ? only.words : n(inside.length, "{count} pin close together. Zoom in", "{count} pins close together. Zoom in");
    button.setAttribute("aria-label", words);
    render(html`<span class="pin-face">${isOne ? mark(only.kind, 16) : number(inside.length)}</span>`, button);
    button.addEventListener("click", () => (isOne ? this.onPick(only) : this.zoomInto(inside)));
    const icon = new DivIcon({
      html: button,
      className: "pin-place",
      iconSize: [this.size, this.size],
      iconAnchor: [this.size / 2 - away.x, this.size / 2 - away.y],
    });
    return new Marker(corner(place), { icon, interactive: false, keyboard: false }).addTo(this.map);
  }

  private zoomInto(inside: readonly P[]): void {
    const first = inside[0];
    this.map.once("moveend", () => first && this.focusOn(first));
    const zoom = Math.max(this.map.getBoundsZoom(inside.map(corner)), this.map.getZoom() + 1);
    this.map.setView(corner(middleOf(inside)), Math.min(zoom, MAX_ZOOM));
  }

  /** The pin that was pressed is gone: go on at the one that has its first point. */
  private focusOn(point: P): void {
    const index = String(this.points.indexOf(point));
    for (const [key, marker] of this.shown)
      if (key.split("@")[0]?.split(",").includes(index)) marker.getElement()?.querySelector("button")?.focus();
  }
}

const corner = ({ lat, lon }: Point): [number, number] => [lat, lon];

const middleOf = (group: readonly Point[]): Point => ({
  lat: group.reduce((sum, { lat }) => sum + lat, 0) / group.length,
  lon: group.reduce((sum, { lon }) => sum + lon, 0) / group.length,
});
