import { NavigationControl, Popup, type Map as MapLibre, type MapMouseEvent, type PointLike } from "maplibre-gl";

import { wordsIn } from "../page/words.js";
import { mapDocument } from "./document.js";
import { asText, boxOf, draw, fromText, MOST_CORNERS, showArea, type Corner, type Drawing } from "./draw_area.js";
import { ListInView } from "./in_view.js";
import { DARK } from "./look.js";
import { addMarks } from "./marks.js";
import { openMap } from "./open_map.js";
import { CELLS, COVERAGE, IS_WIDER, POINTS, styleOf, TILES } from "./report_layers.js";

const REACH = 6;
const CLOSER = 2;
const MOST_TOGETHER = 12;

/** Draw the map of a page and join it with what stands around it. */
export function showMap(frame: HTMLElement): void {
  new CityMap(frame).begin();
}

class CityMap {
  private readonly page = mapDocument();
  private readonly say = wordsIn("map-words");
  private readonly map: MapLibre;
  private readonly list: ListInView;
  private area = new URL(location.href).searchParams.get("area") ?? "";
  private hasCoverage = false;
  private isDrawing = false;

  constructor(private readonly frame: HTMLElement) {
    this.part("[data-map]").classList.remove("map-to-come");
    this.list = new ListInView(frame.dataset["list"] ?? "", (was) => this.tell(was === "failed" ? "failed" : this.area ? "drawn" : "in-view"));
    this.map = openMap(this.part("[data-canvas]"), this.page.bounds, styleOf(this.page, false));
    const controls = { "NavigationControl.ZoomIn": this.say("in"), "NavigationControl.ZoomOut": this.say("out") };
    Object.assign(this.map._locale, controls);
  }

  begin(): void {
    const { map } = this;
    map.addControl(new NavigationControl({ showCompass: false }));
    map.getCanvas().setAttribute("aria-label", this.say("map"));
    map.setMissingStyleImageResolver(() => addMarks(map, this.frame));
    map.on("style.load", () => showArea(map, fromText(this.area)));
    // What the page came with is listed already.
    map.once("idle", () =>
      map.on("moveend", () => {
        if (!this.area && this.list.isThere) this.list.follow(this.view());
      }),
    );
    map.on("idle", () => {
      this.tellIfCut();
      this.tellIfWider();
    });
    map.on("click", (event) => this.isDrawing || this.open(event));
    map.on("mousemove", COVERAGE, ({ features }) => this.isDrawing || this.tellWords(features?.[0]?.properties["words"]));
    for (const layer of [CELLS, POINTS]) {
      map.on("mouseenter", layer, () => this.isDrawing || (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", layer, () => this.isDrawing || (map.getCanvas().style.cursor = ""));
    }
    DARK.addEventListener("change", () => this.dress());
    this.listen();
  }

  private listen(): void {
    for (const button of this.frame.querySelectorAll<HTMLButtonElement>("[data-draw]"))
      button.addEventListener("click", () => void this.choose(button.dataset["draw"] as Drawing | "view"));
    const coverage = this.frame.querySelector<HTMLInputElement>("[data-coverage]");
    coverage?.addEventListener("change", () => {
      this.hasCoverage = coverage.checked;
      this.part("[data-coverage-legend]").hidden = !coverage.checked;
      this.dress();
    });
  }

  /** The style anew: colours and layers are what it is made of. */
  private dress(): void {
    this.map.setStyle(styleOf(this.page, this.hasCoverage), { diff: false });
  }

  private async choose(kind: Drawing | "view"): Promise<void> {
    if (this.isDrawing) return;
    if (kind === "view") {
      this.take(this.view());
      return;
    }
    this.isDrawing = true;
    this.tell(`draw-${kind}`);
    const drawn = await draw(this.map, kind, () => this.tell("too-many-corners", { most: MOST_CORNERS }));
    // The click that ends it opens nothing.
    setTimeout(() => (this.isDrawing = false));
    if (drawn.length) this.take(asText(drawn));
    else {
      showArea(this.map, fromText(this.area));
      this.part("[data-status]").textContent = "";
    }
  }

  /** The address is what is asked for: it can be sent to a colleague, and the page answers to it. */
  private take(area: string): void {
    const address = new URL(location.href);
    address.searchParams.set("area", area);
    for (const counted of ["page", "after", "before"]) address.searchParams.delete(counted);
    if (!this.list.isThere) {
      location.assign(address);
      return;
    }
    this.area = area;
    history.replaceState(history.state, "", address);
    showArea(this.map, fromText(area));
    this.part("[data-clear]").hidden = false;
    for (const field of document.querySelectorAll<HTMLInputElement>("input[name=area]")) field.value = area;
    this.list.follow(area);
  }

  private view(): string {
    const bounds = this.map.getBounds();
    const [southWest, northEast] = [bounds.getSouthWest().toArray(), bounds.getNorthEast().toArray()] as [Corner, Corner];
    const [first, , third] = boxOf(southWest, northEast);
    return asText([first ?? southWest, third ?? northEast]);
  }

  private open({ point, lngLat }: MapMouseEvent): void {
    const around: [PointLike, PointLike] = [
      [point.x - REACH, point.y - REACH],
      [point.x + REACH, point.y + REACH],
    ];
    const [cell] = this.map.queryRenderedFeatures(around, { layers: [CELLS] });
    if (cell) {
      this.map.easeTo({ center: lngLat, zoom: Math.floor(this.map.getZoom()) + CLOSER });
      return;
    }
    const found = this.map.queryRenderedFeatures(around, { layers: [POINTS] }).map(({ properties }) => properties);
    const numbers = [...new Map(found.map((one) => [String(one["number"]), one])).entries()];
    const [first] = numbers;
    if (first && numbers.length === 1) location.assign(this.page.incident + first[0]);
    else if (first) this.offer(lngLat, numbers);
  }

  /** Several in one place: which of them? */
  private offer(at: MapMouseEvent["lngLat"], numbers: [string, Record<string, unknown>][]): void {
    const list = document.createElement("ul");
    list.setAttribute("role", "list");
    for (const [number, { service, state }] of numbers.slice(0, MOST_TOGETHER)) {
      const link = document.createElement("a");
      link.href = this.page.incident + number;
      link.textContent = this.page.services[String(service)] ?? number;
      const line = document.createElement("li");
      line.append(link, ` ${number} · ${this.page.states[String(state)] ?? ""}`);
      list.append(line);
    }
    const title = document.createElement("p");
    title.textContent = this.say("here", { count: numbers.length });
    const box = document.createElement("div");
    box.className = "map-offer";
    box.append(title, list);
    new Popup({ closeButton: false, maxWidth: "20rem" }).setLngLat(at).setDOMContent(box).addTo(this.map);
  }

  private tellIfCut(): void {
    const line = this.part("[data-cut]");
    const [cut] = this.map.querySourceFeatures(TILES, { sourceLayer: "cut" });
    line.textContent = cut ? this.say("cut", { shown: cut.properties["shown"] }) : "";
  }

  /** Which of what was chosen the numbers in view do not know. */
  private tellIfWider(): void {
    const isWider = this.map.querySourceFeatures(TILES, { sourceLayer: "cells", filter: IS_WIDER }).length > 0;
    this.part("[data-wider]").textContent = isWider ? this.say("wider", { filters: this.page.further }) : "";
    this.part("[data-wider-legend]").hidden = !isWider;
  }

  /** What is known of the district under the pointer; the table has it for everybody. */
  private tellWords(words: unknown): void {
    this.part("[data-status]").textContent = String(words ?? "");
  }

  private tell(name: string, facts: Record<string, string | number> = {}): void {
    this.part("[data-status]").textContent = this.say(name, facts);
  }

  private part(selector: string): HTMLElement {
    const found = this.frame.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`The page's map has no ${selector}.`);
    return found;
  }
}
