import type { Coords, DoneCallback } from "leaflet";
import type { PMTiles } from "pmtiles";

import { language } from "../words/words.js";
import { featuresOf, type TileFeatures } from "./features.js";
import { GridLayer } from "./leaflet.js";
import { writeNames } from "./names.js";
import { DARK, lookNow, paint, type Lie } from "./paint.js";
import { nearestStreet } from "./nearest_street.js";

const SIDE = 512;
/** Tiles are named for squares of 256 pixels; ours are twice as wide, so that names have room. */
const WIDER = 1;
const MOST_READ = 48;

/** A quiet ground of vector tiles, drawn in the colours of the page; nothing is asked but the tiles. */
export class DrawnGround extends GridLayer {
  private readonly read = new Map<string, Promise<TileFeatures | null>>();
  private readonly dark = matchMedia(DARK);

  constructor(
    private readonly tiles: PMTiles,
    private readonly least: number,
    private readonly most: number,
  ) {
    super({ tileSize: SIDE, minZoom: least, keepBuffer: 1 });
    const anew = () => this.redraw();
    this.on("add", () => this.dark.addEventListener("change", anew));
    this.on("remove", () => this.dark.removeEventListener("change", anew));
  }

  override createTile(coords: Coords, done: DoneCallback): HTMLElement {
    const canvas = document.createElement("canvas");
    const ratio = Math.min(devicePixelRatio, 2);
    canvas.width = canvas.height = SIDE * ratio;
    void this.draw(canvas, ratio, coords).then(
      () => done(undefined, canvas),
      (error: Error) => done(error, canvas),
    );
    return canvas;
  }

  /** The name of the street beside a place, as far as the tiles know it. */
  async streetAt(lat: number, lon: number): Promise<string | null> {
    const count = 2 ** this.most;
    const turned = (lat * Math.PI) / 180;
    const x = ((lon + 180) / 360) * count;
    const y = ((1 - Math.asinh(Math.tan(turned)) / Math.PI) / 2) * count;
    const tile = await this.tile(this.most, Math.floor(x), Math.floor(y));
    const metresPerTile = (40_075_017 * Math.cos(turned)) / count;
    return tile && nearestStreet(tile, { x: x % 1, y: y % 1 }, metresPerTile);
  }

  private async draw(canvas: HTMLCanvasElement, ratio: number, { x, y, z }: Coords): Promise<void> {
    const parts = await Promise.all(
      this.partsOf(x, y, z - WIDER).map(async (part) => ({ ...part, tile: await this.tile(part.z, part.x, part.y) })),
    );
    const on = canvas.getContext("2d");
    if (!on) throw new Error("Nothing can be drawn here.");
    const look = lookNow();
    on.scale(ratio, ratio);
    for (const { tile, lie } of parts) if (tile) paint(on, tile, { ...lie, scale: lie.scale / tile.extent }, z, look);
    for (const { tile, lie } of parts)
      if (tile) writeNames(on, tile, { ...lie, scale: lie.scale / tile.extent }, z, SIDE, look);
  }

  /** The tiles there are for a square of the map, and how each lies on it: `scale` is its side. */
  private partsOf(x: number, y: number, z: number): { z: number; x: number; y: number; lie: Lie }[] {
    if (z >= this.least) {
      const deeper = 2 ** Math.max(0, z - this.most);
      const [left, top] = [Math.floor(x / deeper), Math.floor(y / deeper)];
      const scale = SIDE * deeper;
      const lie = { scale, x: left * scale - x * SIDE, y: top * scale - y * SIDE };
      return [{ z: Math.min(z, this.most), x: left, y: top, lie }];
    }
    const half = SIDE / 2;
    return [0, 1, 2, 3].map((quarter) => {
      const [across, down] = [quarter % 2, quarter >> 1];
      return { z: z + 1, x: 2 * x + across, y: 2 * y + down, lie: { scale: half, x: across * half, y: down * half } };
    });
  }

  private tile(z: number, x: number, y: number): Promise<TileFeatures | null> {
    const key = `${z}/${x}/${y}`;
    const known = this.read.get(key) ?? this.fetch(z, x, y);
    // The one that was wanted last is forgotten last; one that did not come is asked for again.
    this.read.delete(key);
    this.read.set(key, known);
    known.catch(() => this.read.delete(key));
    for (const old of this.read.keys()) if (this.read.size > MOST_READ) this.read.delete(old);
    return known;
  }

  private async fetch(z: number, x: number, y: number): Promise<TileFeatures | null> {
    const count = 2 ** z;
    if (y < 0 || y >= count) return null;
    const found = await this.tiles.getZxy(z, ((x % count) + count) % count, y);
    return found ? featuresOf(found.data, language()) : null;
  }
}
