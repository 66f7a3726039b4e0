import { call, Refused } from "../api/call.js";
import type { Point } from "../store/kept.js";
import { distance } from "../words/formats.js";
import { t } from "../words/words.js";
import type { Ground } from "./ground.js";

const NEAR_METRES = 80;

/** Where a place is in words: as the city says it, else by the street that the map has beside it. */
export async function placeWords(place: Point, ground: Ground | null): Promise<string> {
  const query = { lat: place.lat.toFixed(6), lon: place.lon.toFixed(6), limit: 1 };
  try {
    const { streets: [nearest] } = await call("get", "/v1/places/streets", { query });
    if (nearest) return nearest.metres < NEAR_METRES ? nearest.label : away(nearest.label, nearest.metres);
  } catch (error) {
    if (error instanceof Refused && error.problem.status < 500) return error.problem.title;
  }
  const street = await ground?.streetAt(place.lat, place.lon).catch(() => null);
  return street ? t("On or beside {street}", { street }) : t("The pin has moved. No street is known there.");
}

const away = (street: string, metres: number) => t("{distance} from {street}", { distance: distance(metres), street });
