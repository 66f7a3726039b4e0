import "maplibre-gl/dist/maplibre-gl.css";

import * as maplibre from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { Protocol } from "pmtiles";

import { scriptAddress } from "../page/trusted.js";

maplibre.setWorkerUrl(asText(scriptAddress(workerUrl), workerUrl));
maplibre.addProtocol("pmtiles", new Protocol().tile);

/** A map of the city in `container`, within `bounds` (west, south, east, north in degrees). */
export function openMap(container: HTMLElement, bounds: [number, number, number, number], style: maplibre.StyleSpecification): maplibre.Map {
  return new maplibre.Map({
    container,
    style,
    bounds,
    fitBoundsOptions: { padding: 16 },
    // Whose ground it is stands under the map, in the page's own words.
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
  });
}

/** MapLibre reads the address as a text before it starts the worker, which takes no text but only a trusted address. */
function asText(trusted: unknown, text: string): string {
  if (typeof trusted === "string") return trusted;
  const read = { endsWith: (end: string) => text.endsWith(end), split: (at: RegExp) => text.split(at) };
  return Object.assign(trusted as object, read) as unknown as string;
}
