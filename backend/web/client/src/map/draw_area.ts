import type { GeoJSONSource, LngLat, Map as MapLibre, MapMouseEvent } from "maplibre-gl";

import { token } from "./look.js";

export type Corner = [number, number];
export type Drawing = "box" | "area";

export const MOST_CORNERS = 60;
const SOURCE = "drawn";
const NEAR_PIXELS = 12;
const DECIMALS = 5;

/** The corners as an address carries them (backend/reports/drawn_area.py). */
export const asText = (corners: readonly Corner[]) => corners.flat().map((one) => one.toFixed(DECIMALS)).join(",");

/** The corners of an area in an address; none of one that cannot be read. */
export function fromText(text: string): Corner[] {
  const numbers = text.split(",").map(Number);
  if (numbers.some((one) => !Number.isFinite(one)) || numbers.length % 2) return [];
  const [west = 0, south = 0, east = 0, north = 0] = numbers;
  if (numbers.length === 4) return boxOf([west, south], [east, north]);
  return Array.from({ length: numbers.length / 2 }, (_, at) => [numbers[2 * at] ?? 0, numbers[2 * at + 1] ?? 0]);
}

export function boxOf([x1, y1]: Corner, [x2, y2]: Corner): Corner[] {
  const [west, east, south, north] = [Math.min(x1, x2), Math.max(x1, x2), Math.min(y1, y2), Math.max(y1, y2)];
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
}

/** Show an area, or none. */
export function showArea(map: MapLibre, corners: readonly Corner[]): void {
  const first = corners[0];
  const data: Parameters<GeoJSONSource["setData"]>[0] = {
    type: "Feature",
    properties: {},
    geometry: { type: "Polygon", coordinates: first ? [[...corners, first]] : [] },
  };
  const known = map.getSource<GeoJSONSource>(SOURCE);
  if (known) {
    known.setData(data);
    return;
  }
  map.addSource(SOURCE, { type: "geojson", data });
  map.addLayer({ id: "drawn", type: "fill", source: SOURCE, paint: { "fill-color": token("accent"), "fill-opacity": 0.12 } });
  map.addLayer({ id: "drawn-edge", type: "line", source: SOURCE, paint: { "line-color": token("accent"), "line-width": 3 } });
}

/** Let somebody draw; resolves with the corners, or with none where they ended it. */
export function draw(map: MapLibre, kind: Drawing, tooMany: () => void): Promise<Corner[]> {
  const canvas = map.getCanvas();
  const corners: Corner[] = [];
  let last: Corner = [0, 0];
  map.dragPan.disable();
  map.doubleClickZoom.disable();
  canvas.style.cursor = "crosshair";
  canvas.focus();
  return new Promise((resolve) => {
    const shown = () => (kind === "box" && corners[0] ? boxOf(corners[0], last) : [...corners, last]);
    const end = (drawn: Corner[]) => {
      for (const one of heard) one.unsubscribe();
      canvas.removeEventListener("keydown", key);
      map.dragPan.enable();
      map.doubleClickZoom.enable();
      canvas.style.cursor = "";
      showArea(map, drawn);
      resolve(drawn);
    };
    const press = ({ lngLat }: MapMouseEvent) => {
      if (kind === "box") corners[0] = place(lngLat);
    };
    const move = ({ lngLat }: MapMouseEvent) => {
      last = place(lngLat);
      if (corners.length) showArea(map, shown());
    };
    const lift = ({ lngLat }: MapMouseEvent) => {
      const [first] = corners;
      if (kind === "box" && first && !isNear(map, first, place(lngLat))) end(boxOf(first, place(lngLat)));
    };
    const click = ({ lngLat }: MapMouseEvent) => {
      if (kind === "box") return;
      const [first] = corners;
      if (corners.length > 2 && first && isNear(map, first, place(lngLat))) end(corners);
      else if (corners.length === MOST_CORNERS) tooMany();
      else corners.push(place(lngLat));
    };
    const key = (event: KeyboardEvent) => {
      if (event.key === "Escape") end([]);
      if (event.key === "Enter" && corners.length > 2) end(corners);
    };
    const heard = [map.on("mousedown", press), map.on("mousemove", move), map.on("mouseup", lift), map.on("click", click)];
    canvas.addEventListener("keydown", key);
  });
}

const place = ({ lng, lat }: LngLat): Corner => [lng, lat];

function isNear(map: MapLibre, one: Corner, other: Corner): boolean {
  const [a, b] = [map.project(one), map.project(other)];
  return Math.hypot(a.x - b.x, a.y - b.y) < NEAR_PIXELS;
}
