import { html } from "lit-html";

import type { Point } from "../store/kept.js";
import { t } from "../words/words.js";
import { MAX_ZOOM, MapFrame, type Steps } from "./map_frame.js";
import { placeWords } from "./place_words.js";

const METRES_PER_DEGREE = 111_195;
const STEP_M = 5;
const SMALL_STEP_M = 1;
const NEAR_ZOOM = 17;
/** Keys come one after the other; the pin is at rest when they stop. */
const REST_MS = 350;

export interface PlaceMap {
  /** Put the pin somewhere else, where the place was found in another way. */
  moveTo(place: Point): void;
  remove(): void;
}

/**
 * Fill `inside` with a map around `start`, the whole city without it. The pin stands in the middle:
 * the map is moved under it by a finger, a tap, or arrow keys (5 m, 1 m with shift). `onPick` is
 * called when it comes to rest somewhere else.
 */
export async function pickPlace(
  inside: HTMLElement,
  start: Point | null,
  onPick: (place: Point) => void,
): Promise<PlaceMap> {
  const picker = new Picker(inside, start, onPick);
  await picker.begin();
  return picker;
}

class Picker implements PlaceMap {
  private readonly frame: MapFrame;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private isDragged = false;
  private turn = 0;

  constructor(
    inside: HTMLElement,
    private place: Point | null,
    private readonly onPick: (place: Point) => void,
  ) {
    this.frame = new MapFrame(inside, {
      label: t("Map with a pin in the middle. Arrow keys move the pin by 5 metres, with the shift key by 1. Plus and minus zoom."),
      role: "application",
      over: pin(),
      onArrow: (steps) => this.step(steps),
      onZoom: (by) => this.look(this.zoom + by),
      onHere: (place) => this.pick(place, NEAR_ZOOM),
    });
    const { map } = this.frame;
    map.on("dragstart", () => (this.isDragged = true));
    map.on("moveend", () => this.settle());
    map.on("click", ({ latlng }) => this.pick({ lat: latlng.lat, lon: latlng.wrap().lng }));
    map.getContainer().addEventListener("blur", () => this.tellIfDue());
  }

  async begin(): Promise<void> {
    await this.frame.begin(this.place && (() => this.look(NEAR_ZOOM)));
    this.frame.say(t("Move the map or tap it, until the pin is on the place."));
  }

  moveTo(place: Point): void {
    this.turn++;
    this.place = place;
    this.look(Math.max(this.zoom, NEAR_ZOOM));
  }

  remove(): void {
    this.tellIfDue();
    this.turn++;
    this.frame.remove();
  }

  private get zoom(): number {
    return this.frame.map.getZoom();
  }

  private get middle(): Point {
    const { lat, lng } = this.frame.map.getCenter().wrap();
    return { lat, lon: lng };
  }

  /** Show the place in the middle, exactly: by whole pixels it would creep as the map is zoomed. */
  private look(zoom: number): void {
    const { lat, lon } = this.place ?? this.middle;
    this.frame.map.setView([lat, lon], Math.min(zoom, MAX_ZOOM), { reset: zoom === this.frame.map.getZoom() } as object);
  }

  private step({ east, north, isSmall }: Steps): void {
    const { lat, lon } = this.place ?? this.middle;
    const degrees = (isSmall ? SMALL_STEP_M : STEP_M) / METRES_PER_DEGREE;
    this.place = { lat: lat + north * degrees, lon: lon + (east * degrees) / Math.cos((lat * Math.PI) / 180) };
    this.look(this.zoom);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.tell(), REST_MS);
  }

  private pick(place: Point, zoom = this.zoom): void {
    this.place = place;
    this.look(Math.max(zoom, this.zoom));
    this.tell();
  }

  /** Only a finger moves the map to a place of its own; zooming leaves the pin where it is. */
  private settle(): void {
    if (!this.isDragged) return;
    this.isDragged = false;
    this.place = this.middle;
    this.tell();
  }

  private tellIfDue(): void {
    if (this.rest !== undefined) this.tell();
  }

  private tell(): void {
    clearTimeout(this.rest);
    this.rest = undefined;
    if (!this.place) return;
    const turn = ++this.turn;
    this.onPick(this.place);
    void placeWords(this.place, this.frame.ground).then((words) => {
      if (turn === this.turn) this.frame.say(words);
    });
  }
}

/** Its foot is the middle of the map. */
const pin = () => html`
  <svg class="map-pin" viewBox="0 0 32 44" width="40" height="55" aria-hidden="true">
    <path class="map-pin-edge" d="M16 43S2 27 2 16a14 14 0 0 1 28 0c0 11-14 27-14 27Z" />
    <circle class="map-pin-eye" cx="16" cy="16" r="5" />
  </svg>
`;
