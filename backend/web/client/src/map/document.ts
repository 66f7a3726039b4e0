/** What the page says of its map (backend/web/city_map_view.py). */
export interface MapDocument {
  isPublic: boolean;
  bounds: [number, number, number, number];
  ground: { kind: "city" | "pmtiles" | "raster"; url: string; city_url: string };
  tiles: string;
  coverage: string;
  incident: string;
  services: Readonly<Record<string, string>>;
  states: Readonly<Record<string, string>>;
  bands: readonly string[];
}

const FILTERS = ["district", "service", "state"];

export function mapDocument(): MapDocument {
  return JSON.parse(document.getElementById("map-document")?.textContent ?? "null") as MapDocument;
}

/** What the page's address lets through, as the tiles take it. */
export function filterOf(address: string): URLSearchParams {
  const given = new URL(address).searchParams;
  return new URLSearchParams([...given].filter(([name, value]) => FILTERS.includes(name) && value));
}
