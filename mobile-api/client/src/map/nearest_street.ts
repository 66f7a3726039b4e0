import type { TileFeatures, XY } from "./features.js";
import { fromPiece } from "./plane.js";

const MOST_METRES = 60;

/** The name of the street nearest to `place` (in parts of the tile's side), null where none is near. */
export function nearestStreet(tile: TileFeatures, place: XY, metresPerTile: number): string | null {
  const here = { x: place.x * tile.extent, y: place.y * tile.extent };
  let best = (MOST_METRES / metresPerTile) * tile.extent;
  let name: string | null = null;
  for (const feature of tile.features) {
    if (!feature.name || (feature.role !== "street" && feature.role !== "arterial")) continue;
    for (const line of feature.lines) {
      for (const [index, to] of line.entries()) {
        const away = fromPiece(here, line[index - 1] ?? to, to);
        if (away < best) [best, name] = [away, feature.name];
      }
    }
  }
  return name;
}
