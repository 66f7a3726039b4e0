/**
 * What the page says of its map (backend/web/city_map_view.py). `tiles` asks for what the page's address lets through;
 * `further` names what of that no counter knows.
 */
export interface MapDocument {
  isPublic: boolean;
  bounds: [number, number, number, number];
  ground: { kind: "city" | "pmtiles" | "raster"; url: string; city_url: string };
  tiles: string;
  further: string;
  coverage: string;
  incident: string;
  services: Readonly<Record<string, string>>;
  states: Readonly<Record<string, string>>;
  bands: readonly string[];
}

export function mapDocument(): MapDocument {
  return JSON.parse(document.getElementById("map-document")?.textContent ?? "null") as MapDocument;
}
