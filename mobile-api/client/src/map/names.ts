import type { Feature, Role, TileFeatures, XY } from "./features.js";
import { clipped, roomIn } from "./plane.js";
import type { Lie, Look } from "./paint.js";

const GAP = 6;
/** Streets are looked at in steps of so many pixels. */
const STEP = 8;
/** A piece of a street is straight enough to write along when its ends are nearly as far apart. */
const STRAIGHT = 0.94;
/** A long street says its name again. */
const AGAIN_STEPS = 32;
/** From which zoom on a name is shown, the weightiest first. */
const FROM: Partial<Record<Role, number>> = { arterial: 14, water: 13, green: 15, street: 16 };
const WEIGHT = Object.keys(FROM);

/** Write the names of a tile where they fit into it whole, none over another and an area's once. */
export function writeNames(
  on: CanvasRenderingContext2D,
  tile: TileFeatures,
  lie: Lie,
  zoom: number,
  side: number,
  look: Look,
): void {
  on.font = `${look.size}px ${look.font}`;
  on.textAlign = "center";
  on.textBaseline = "middle";
  on.lineJoin = "round";
  on.lineWidth = 4;
  on.fillStyle = look.ink;
  const said = new Set<string>();
  const taken: Box[] = [];
  for (const feature of byWeight(tile.features, zoom)) {
    if (said.has(feature.name)) continue;
    const width = on.measureText(feature.name).width;
    const lines = feature.lines.map((line) => line.map(({ x, y }) => ({ x: x * lie.scale + lie.x, y: y * lie.scale + lie.y })));
    const places = feature.isArea ? within(lines, width, look.size, side) : along(lines, width, side);
    on.strokeStyle = feature.role === "water" ? look.water : feature.role === "green" ? look.green : look.street;
    for (const place of places) {
      const box = boxOf(place, width, look.size);
      if (!fits(box, side, taken)) continue;
      taken.push(box);
      if (feature.isArea) said.add(feature.name);
      write(on, feature.name, place);
    }
  }
}

interface Place extends XY {
  angle: number;
}
type Box = readonly [left: number, top: number, right: number, bottom: number];

function byWeight(features: readonly Feature[], zoom: number): Feature[] {
  return features
    .filter(({ name, role }) => name && zoom >= (FROM[role] ?? Infinity))
    .sort((a, b) => WEIGHT.indexOf(a.role) - WEIGHT.indexOf(b.role));
}

function write(on: CanvasRenderingContext2D, text: string, { x, y, angle }: Place): void {
  on.save();
  on.translate(x, y);
  on.rotate(angle);
  on.strokeText(text, 0, 0);
  on.fillText(text, 0, 0);
  on.restore();
}

/** Inside of an area, where it is widest. */
function within(rings: readonly XY[][], width: number, height: number, side: number): Place[] {
  const room = roomIn(rings, side, height);
  return room && room.width >= width + 2 * GAP ? [{ x: room.x, y: room.y, angle: 0 }] : [];
}

/** On a street, wherever it is straight enough for the length of the name. */
function along(lines: readonly XY[][], width: number, side: number): Place[] {
  const steps = Math.ceil((width + 2 * GAP) / STEP);
  const places: Place[] = [];
  for (const piece of lines.flatMap((line) => steppedInside(line, side))) {
    for (let first = 0; first + steps < piece.length; first++) {
      const [from, middle, to] = [piece[first], piece[first + (steps >> 1)], piece[first + steps]];
      if (!from || !middle || !to) continue;
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      if (Math.hypot(dx, dy) < STRAIGHT * steps * STEP) continue;
      places.push({ x: middle.x, y: middle.y, angle: Math.atan(dy / (dx || 1e-9)) });
      first += steps + AGAIN_STEPS;
    }
  }
  return places;
}

/** The pieces of a line inside of the tile, each as points at even steps. */
function steppedInside(line: readonly XY[], side: number): XY[][] {
  const pieces: XY[][] = [];
  let piece: XY[] = [];
  let last: XY | null = null;
  let left = 0;
  for (const [index, to] of line.entries()) {
    const part = index ? clipped(line[index - 1] ?? to, to, side) : null;
    if (!part) continue;
    const [from, end] = part;
    if (!last || Math.hypot(from.x - last.x, from.y - last.y) > 1) {
      pieces.push((piece = []));
      left = 0;
    }
    const length = Math.hypot(end.x - from.x, end.y - from.y);
    for (; left < length; left += STEP)
      piece.push({ x: from.x + ((end.x - from.x) * left) / length, y: from.y + ((end.y - from.y) * left) / length });
    left -= length;
    last = end;
  }
  return pieces;
}

function boxOf({ x, y, angle }: Place, width: number, height: number): Box {
  const across = (Math.abs(Math.cos(angle)) * width + Math.abs(Math.sin(angle)) * height) / 2 + 2;
  const down = (Math.abs(Math.sin(angle)) * width + Math.abs(Math.cos(angle)) * height) / 2 + 2;
  return [x - across, y - down, x + across, y + down];
}

/** A name that is cut at the edge of a tile cannot be read. */
function fits([left, top, right, bottom]: Box, side: number, taken: readonly Box[]): boolean {
  const isInside = left >= 0 && top >= 0 && right <= side && bottom <= side;
  return isInside && taken.every(([l, t, r, b]) => right < l || left > r || bottom < t || top > b);
}
