import type { PMTiles } from "pmtiles";

import type { Point } from "../store/kept.js";
import { folded } from "../words/folded.js";
import { language } from "../words/words.js";
import { featuresOf, type XY } from "./features.js";
import { clipped } from "./plane.js";

/** A street as a whole, and a point about in the middle of it. */
export interface KeptStreet extends Point {
  label: string;
}
/** A straight piece of a street; the world is a square (Web Mercator) with sides from 0 to 1. */
type Piece = readonly [from: XY, to: XY];

const MOST = 5;
/** Further from its middle than this, a name is that of several streets, or of a ring. */
const MOST_METRES = 300;
const METRES_AROUND = 40_075_017;

let known: Promise<Map<string, Piece[]>> | null = null;

/** The streets of a ground that are called like some of the words; raises `Offline` where it is not here. */
export async function streetsNamed(words: string, tiles: PMTiles): Promise<KeptStreet[]> {
  const said = folded(words).split(" ").filter((word) => /^\p{L}{2}/u.test(word));
  known ??= streetsOf(tiles);
  known.catch(() => (known = null));
  const fits = [...(await known)].map(([label, pieces]) => ({ label, pieces, fit: fitOf(label, said) }));
  const best = Math.max(1, ...fits.map(({ fit }) => fit));
  return fits
    .filter(({ fit }) => fit === best)
    .flatMap(({ label, pieces }) => {
      const middle = middleOf(pieces);
      return middle ? [{ label, ...middle }] : [];
    })
    .slice(0, MOST);
}

/** How many of the words begin a word of the name. */
function fitOf(name: string, said: readonly string[]): number {
  const words = folded(name).split(" ");
  return said.filter((one) => words.some((word) => word.startsWith(one))).length;
}

async function streetsOf(tiles: PMTiles): Promise<Map<string, Piece[]>> {
  const streets = new Map<string, Piece[]>();
  const { maxZoom, minLon, minLat, maxLon, maxLat } = await tiles.getHeader();
  const count = 2 ** maxZoom;
  const [first, last] = [worldOf(maxLat, minLon), worldOf(minLat, maxLon)];
  for (let x = Math.floor(first.x * count); x <= last.x * count; x++)
    for (let y = Math.floor(first.y * count); y <= last.y * count; y++) {
      const tile = await tiles.getZxy(maxZoom, x, y);
      if (!tile) continue;
      const { extent, features } = featuresOf(tile.data, language());
      const inWorld = (at: XY): XY => ({ x: (x + at.x / extent) / count, y: (y + at.y / extent) / count });
      // A tile goes on a little into the next, which has the same again.
      const ofTile = (from: XY, to: XY): Piece[] => {
        const part = clipped(from, to, extent);
        return part ? [[inWorld(part[0]), inWorld(part[1])]] : [];
      };
      for (const { name, role, lines } of features) {
        if (!name || (role !== "street" && role !== "arterial")) continue;
        const pieces = lines.flatMap((line) => line.slice(1).flatMap((to, at) => ofTile(line[at] ?? to, to)));
        streets.set(name, [...(streets.get(name) ?? []), ...pieces]);
      }
    }
  return streets;
}

/** The point of a street that is nearest to its centre; null where that is not near. */
function middleOf(pieces: readonly Piece[]): Point | null {
  const centre = centreOf(pieces);
  const feet = pieces.map((piece) => footOn(piece, centre));
  const away = ({ x, y }: XY) => Math.hypot(x - centre.x, y - centre.y);
  const foot = feet.reduce((one, other) => (away(other) < away(one) ? other : one));
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * foot.y))) * 180) / Math.PI;
  const metres = away(foot) * METRES_AROUND * Math.cos((lat * Math.PI) / 180);
  return metres < MOST_METRES ? { lat, lon: foot.x * 360 - 180 } : null;
}

function centreOf(pieces: readonly Piece[]): XY {
  let [x, y, all] = [0, 0, 0];
  for (const [from, to] of pieces) {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    x += (length * (from.x + to.x)) / 2;
    y += (length * (from.y + to.y)) / 2;
    all += length;
  }
  return { x: x / all, y: y / all };
}

function footOn([from, to]: Piece, { x, y }: XY): XY {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const part = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1);
  const inside = Math.min(Math.max(part, 0), 1);
  return { x: from.x + inside * dx, y: from.y + inside * dy };
}

function worldOf(lat: number, lon: number): XY {
  return { x: (lon + 180) / 360, y: (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2 };
}
