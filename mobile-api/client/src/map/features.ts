import { VectorTile, type VectorTileFeature } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";

/** What a thing on the ground is drawn as. */
export type Role = "land" | "green" | "water" | "building" | "boundary" | "path" | "street" | "arterial";
export interface XY {
  x: number;
  y: number;
}
/** One thing of a tile, its lines in the tile's own units. */
export interface Feature {
  role: Role;
  name: string;
  isArea: boolean;
  lines: XY[][];
}
/** What is read of a tile once; `extent` is its side in its own units. */
export interface TileFeatures {
  extent: number;
  features: Feature[];
}

const CITY: Record<string, Role> = {
  boundary: "boundary",
  green: "green",
  water: "water",
  street: "street",
  arterial: "arterial",
};
const GREEN = new Set(
  "park wood forest grass grassland meadow garden cemetery nature_reserve recreation_ground pitch playground golf_course village_green allotments orchard scrub farmland".split(" "),
);
const LARGE = new Set("highway major_road motorway trunk primary secondary tertiary".split(" "));
const SMALL = new Set("path track pier".split(" "));
const NONE = new Set("rail ferry transit other aerialway aeroway".split(" "));

/** What `layer` calls a thing by `kind`: the city's own tiles, Protomaps' and OpenMapTiles'. */
function roleOf(layer: string, kind: string, detail: unknown): Role | null {
  if (layer === "city") return CITY[kind] ?? null;
  if (layer === "earth") return kind === "cliff" ? null : "land";
  if (layer === "water" || layer === "waterway") return "water";
  if (layer === "buildings" || layer === "building") return "building";
  if (layer === "park") return "green";
  if (layer === "landuse" || layer === "landcover") return GREEN.has(kind) ? "green" : null;
  if (layer === "roads" || layer === "transportation" || layer === "transportation_name") return wayOf(kind, detail);
  return null;
}

function wayOf(kind: string, detail: unknown): Role | null {
  if (NONE.has(kind) || detail === "sidewalk" || detail === "crossing") return null;
  if (LARGE.has(kind)) return "arterial";
  return SMALL.has(kind) && detail !== "pedestrian" ? "path" : "street";
}

/** Read a vector tile (Mapbox Vector Tile 2.1), as far as a quiet ground shows it. */
export function featuresOf(bytes: ArrayBuffer, language: string): TileFeatures {
  const { layers } = new VectorTile(new PbfReader(bytes));
  const read: TileFeatures = { extent: 4096, features: [] };
  for (const layer of Object.values(layers)) {
    for (let index = 0; index < layer.length; index++) {
      const feature = layer.feature(index);
      const { properties } = feature;
      const kind = String(properties["kind"] ?? properties["class"] ?? "");
      const role = roleOf(layer.name, kind, properties["kind_detail"] ?? properties["subclass"]);
      if (!role || feature.type < 2) continue;
      const name = String(properties[`name:${language}`] ?? properties["name"] ?? "");
      read.features.push({ role, name, isArea: feature.type === 3, lines: scaled(feature, read.extent) });
    }
  }
  return read;
}

/** Layers of one tile may count in units of their own. */
function scaled(feature: VectorTileFeature, extent: number): XY[][] {
  const lines = feature.loadGeometry();
  const factor = extent / feature.extent;
  if (factor !== 1) for (const point of lines.flat()) point.mult(factor);
  return lines;
}
