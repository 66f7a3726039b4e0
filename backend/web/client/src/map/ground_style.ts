import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from "maplibre-gl";

import type { MapDocument } from "./document.js";
import { DARK, fonts, token } from "./look.js";

const GREENS =
  "park wood forest grass grassland meadow garden cemetery nature_reserve recreation_ground pitch playground golf_course village_green allotments orchard scrub farmland".split(" ");
const LARGE = "arterial highway major_road motorway trunk primary secondary tertiary".split(" ");
const NOT_WALKED = "rail ferry transit other aerialway aeroway".split(" ");
const KIND: ExpressionSpecification = ["coalesce", ["get", "kind"], ["get", "class"], ""];
const SOURCE = "ground";

export interface Ground {
  sources: Record<string, SourceSpecification>;
  layers: LayerSpecification[];
}

/** A quiet ground in the page's colours: the city's own tiles, Protomaps' or OpenMapTiles', or pictures. */
export function groundOf({ ground: { kind, url, city_url } }: MapDocument): Ground {
  const paper: LayerSpecification = { id: "paper", type: "background", paint: { "background-color": token("paper") } };
  if (kind === "raster") {
    const pictures: LayerSpecification = {
      id: "pictures",
      type: "raster",
      source: SOURCE,
      paint: { "raster-saturation": -0.7, "raster-opacity": DARK.matches ? 0.45 : 0.7 },
    };
    return { sources: { [SOURCE]: { type: "raster", tiles: [url], tileSize: 256, maxzoom: 19 } }, layers: [paper, pictures] };
  }
  const file = kind === "pmtiles" ? url : city_url && new URL(city_url, location.href).href;
  if (!file) return { sources: {}, layers: [paper] };
  return {
    sources: { [SOURCE]: { type: "vector", url: `pmtiles://${file}` } },
    layers: [paper, ...(kind === "pmtiles" ? worldLayers() : cityLayers())],
  };
}

function cityLayers(): LayerSpecification[] {
  const only = (...kinds: string[]): ExpressionSpecification => ["in", KIND, ["literal", kinds]];
  return [
    area("land", "city", "ground", only("boundary")),
    area("green", "city", "green", only("green")),
    area("water", "city", "water", only("water")),
    ...streets("city", only("street", "arterial")),
    line("edges", "city", only("boundary"), token("line"), 1.5, [3, 2]),
    names("city"),
  ];
}

function worldLayers(): LayerSpecification[] {
  const isGreen: ExpressionSpecification = ["in", KIND, ["literal", GREENS]];
  const isStreet: ExpressionSpecification = ["!", ["in", KIND, ["literal", NOT_WALKED]]];
  return [
    area("earth", "earth", "ground"),
    ...["landuse", "landcover"].map((layer) => area(layer, layer, "green", isGreen)),
    area("park", "park", "green"),
    area("water", "water", "water"),
    area("buildings", "buildings", "line"),
    area("building", "building", "line"),
    ...["roads", "transportation"].flatMap((layer) => streets(layer, isStreet)),
    ...["roads", "transportation_name"].map(names),
  ];
}

function area(id: string, layer: string, colour: string, filter: ExpressionSpecification | boolean = true): LayerSpecification {
  const isArea: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
  return {
    id: `ground-${id}`,
    type: "fill",
    source: SOURCE,
    "source-layer": layer,
    filter: ["all", isArea, filter],
    paint: { "fill-color": token(colour) },
  };
}

function line(
  id: string,
  layer: string,
  filter: ExpressionSpecification,
  colour: string,
  width: number | ExpressionSpecification,
  dashes?: number[],
): LayerSpecification {
  return {
    id: `ground-${id}`,
    type: "line",
    source: SOURCE,
    "source-layer": layer,
    filter,
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour, "line-width": width, ...(dashes ? { "line-dasharray": dashes } : {}) },
  };
}

/** Streets in their casing: by day lighter than the ground, by night too. */
function streets(layer: string, filter: ExpressionSpecification): LayerSpecification[] {
  const [inside, edge] = DARK.matches ? [token("line"), token("paper")] : [token("paper"), token("line")];
  const isLarge: ExpressionSpecification = ["in", KIND, ["literal", LARGE]];
  const wide = (street: number, large: number): ExpressionSpecification => [
    "interpolate",
    ["exponential", 1.55],
    ["zoom"],
    10,
    ["case", isLarge, large * 0.25, street * 0.12],
    15,
    ["case", isLarge, large, street],
    20,
    ["case", isLarge, large * 7, street * 7],
  ];
  return [
    line(`${layer}-casing`, layer, filter, edge, wide(5, 7)),
    { ...line(`${layer}-streets`, layer, filter, inside, wide(3, 5)), minzoom: 12 } as LayerSpecification,
  ];
}

function names(layer: string): LayerSpecification {
  return {
    id: `ground-${layer}-names`,
    type: "symbol",
    source: SOURCE,
    "source-layer": layer,
    minzoom: 14,
    filter: ["==", ["geometry-type"], "LineString"],
    layout: {
      "symbol-placement": "line",
      "text-field": ["coalesce", ["get", `name:${document.documentElement.lang}`], ["get", "name"], ""],
      "text-font": fonts(),
      "text-size": 12,
    },
    paint: { "text-color": token("ink-soft"), "text-halo-color": token("paper"), "text-halo-width": 1.5 },
  };
}
