import { PMTiles, TileType } from "pmtiles";

import { read } from "../store/read.js";
import type { Answer } from "../api/call.js";
import { KeptGround } from "./kept_ground.js";
import { streetsNamed, type KeptStreet } from "./kept_streets.js";
import { TileLayer, type GridLayer, type LeafletMap } from "./leaflet.js";
import { DrawnGround } from "./drawn_ground.js";

export type Basemap = Answer<"/v1/basemap">;
/** What a map stands on: whose it is, and the street beside a place where the ground knows it. */
export interface Ground {
  layer: GridLayer;
  attribution: string;
  streetAt(lat: number, lon: number): Promise<string | null>;
}

/** What the city says of its ground, from this phone where nobody can be asked; null where neither is. */
export async function knownGround(): Promise<Basemap | null> {
  return read("/v1/basemap").then(
    ({ document }) => document,
    () => null,
  );
}

/**
 * The streets that are called like the words, without a network: the city's ground stays on this
 * phone once a map was shown.
 */
export async function keptStreets(words: string): Promise<KeptStreet[]> {
  const url = (await knownGround())?.city_url;
  return url ? streetsNamed(words, new PMTiles(new KeptGround(url))) : [];
}

/** Lay the ground the city has chosen, or its own where that fails; null where there is none. */
export async function layGround(map: LeafletMap, basemap: Basemap | null): Promise<Ground | null> {
  for (const open of waysOf(basemap)) {
    const ground = await open(map).catch(() => null);
    if (ground) return ground;
  }
  return null;
}

type Open = (map: LeafletMap) => Promise<Ground>;

function waysOf(basemap: Basemap | null): Open[] {
  if (!basemap) return [];
  const { kind, url, city_url, attribution, city_attribution } = basemap;
  const ways: Open[] = [];
  if (kind === "raster" && url) ways.push((map) => pictures(map, url, attribution));
  if (kind === "pmtiles" && url) ways.push((map) => drawn(map, new PMTiles(url), attribution));
  if (city_url) ways.push((map) => drawn(map, new PMTiles(new KeptGround(city_url)), city_attribution ?? ""));
  return ways;
}

async function drawn(map: LeafletMap, tiles: PMTiles, attribution: string): Promise<Ground> {
  const { tileType, minZoom, maxZoom } = await tiles.getHeader();
  if (tileType !== TileType.Mvt) throw new Error("These tiles are no vector tiles.");
  const layer = new DrawnGround(tiles, minZoom, maxZoom);
  layer.addTo(map);
  const { attribution: own } = ((await tiles.getMetadata()) ?? {}) as { attribution?: string };
  return {
    layer,
    attribution: [...new Set([attribution, plain(own ?? "")])].filter(Boolean).join(" · "),
    streetAt: (lat, lon) => layer.streetAt(lat, lon),
  };
}

/** A file may say whose it is with links. */
const plain = (markup: string) => markup.replace(/<[^>]*>/g, "").trim();

/** Somebody's pictures; they have failed when the first of them does. */
function pictures(map: LeafletMap, url: string, attribution: string): Promise<Ground> {
  const layer = new TileLayer(url, { maxZoom: map.getMaxZoom(), maxNativeZoom: 19, className: "map-pictures" });
  return new Promise((resolve, reject) => {
    layer.once("tileload", () => resolve({ layer, attribution, streetAt: () => Promise.resolve(null) }));
    layer.once("tileerror", () => {
      layer.remove();
      reject(new Error("The pictures of the ground do not come."));
    });
    layer.addTo(map);
  });
}
