import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";

import type { MapDocument } from "./document.js";
import { groundOf } from "./ground_style.js";
import { fonts, token } from "./look.js";

export const CELLS = "cells";
export const POINTS = "points";
export const TILES = "reports";
export const COVERAGE = "coverage";
const CLOSEST_TILE = 20;

/** Numbers that count more than was chosen stand in hollow circles. */
export const IS_WIDER: ExpressionSpecification = ["has", "is_wider"];

/** The states by the mark they have in lists (templates/components/marks.html). */
const MARKS: ExpressionSpecification = [
  "match",
  ["get", "state"],
  ["scheduled", "in_progress"],
  "moving",
  ["waiting_reporter", "waiting_contractor"],
  "waiting",
  ["resolved", "confirmed"],
  "done",
  ["refused", "duplicate", "handed_over", "outside"],
  "ended",
  "new",
];

/** All the map shows, from the ground up, in the colours the page has now. */
export function styleOf(page: MapDocument, hasCoverage: boolean): StyleSpecification {
  const ground = groundOf(page);
  const tiles: SourceSpecification = { type: "vector", tiles: [`${location.origin}${page.tiles}`], maxzoom: CLOSEST_TILE };
  const coverage: SourceSpecification = { type: "geojson", data: new URL(page.coverage, location.href).href };
  return {
    version: 8,
    sources: { ...ground.sources, [TILES]: tiles, ...(hasCoverage ? { [COVERAGE]: coverage } : {}) },
    layers: [...ground.layers, ...(hasCoverage ? coverageLayers() : []), ...countLayers(), pointLayer(page.isPublic)],
  };
}

/** A colour where the whole interval lies on one side of what is usual; a hatch where nobody can tell. */
function coverageLayers(): LayerSpecification[] {
  const is = (kind: string): ExpressionSpecification => ["==", ["get", "kind"], kind];
  return [
    {
      id: COVERAGE,
      type: "fill",
      source: COVERAGE,
      paint: {
        "fill-color": ["match", ["get", "kind"], "less", token("ramp-0"), "more", token("ramp-3"), "usual", token("ramp-1"), token("paper")],
        "fill-opacity": 0.6,
      },
    },
    { id: "coverage-unknown", type: "fill", source: COVERAGE, filter: is("unknown"), paint: { "fill-pattern": "hatch", "fill-opacity": 0.5 } },
    { id: "coverage-edges", type: "line", source: COVERAGE, paint: { "line-color": token("ink-soft"), "line-width": 1 } },
    {
      id: "coverage-words",
      type: "symbol",
      source: COVERAGE,
      layout: {
        "text-field": ["get", "label"],
        "text-font": fonts(),
        "text-size": 12,
        "text-max-width": 8,
        "text-variable-anchor": ["center", "top", "bottom"],
        "text-radial-offset": 1.4,
      },
      paint: { "text-color": token("ink"), "text-halo-color": token("paper"), "text-halo-width": 2 },
    },
  ];
}

function countLayers(): LayerSpecification[] {
  const root: ExpressionSpecification = ["sqrt", ["get", "incidents"]];
  const ofTiles = { source: TILES, "source-layer": "cells" } as const;
  return [
    {
      id: CELLS,
      type: "circle",
      ...ofTiles,
      paint: {
        "circle-color": ["case", IS_WIDER, token("paper"), token("accent")],
        "circle-stroke-color": ["case", IS_WIDER, token("accent"), token("paper")],
        "circle-stroke-width": 1.5,
        "circle-radius": ["interpolate", ["linear"], root, 1, 11, 10, 15, 32, 20, 100, 26, 320, 31],
      },
    },
    {
      id: "cell-counts",
      type: "symbol",
      ...ofTiles,
      layout: {
        "text-field": ["number-format", ["get", "incidents"], { locale: document.documentElement.lang }],
        "text-font": fonts(),
        "text-size": 13,
        "text-allow-overlap": true,
        "text-padding": 10,
      },
      paint: { "text-color": ["case", IS_WIDER, token("ink"), token("on-accent")] },
    },
  ];
}

function pointLayer(isPublic: boolean): LayerSpecification {
  const severity: ExpressionSpecification = ["concat", "band-", ["to-string", ["get", "band"]]];
  const isClosed: ExpressionSpecification = ["in", MARKS, ["literal", ["done", "ended"]]];
  return {
    id: POINTS,
    type: "symbol",
    source: TILES,
    "source-layer": "reports",
    layout: {
      "icon-image": isPublic ? MARKS : ["case", isClosed, MARKS, severity],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      // What is urgent lies on top.
      "symbol-sort-key": isPublic ? 0 : ["-", 9, ["get", "band"]],
    },
  };
}
