import { Refused } from "../api/call.js";
import { placesCalled, type Found } from "../report/places_called.js";
import { database } from "../store/database.js";
import type { Command } from "../store/kept.js";
import { folded } from "../words/folded.js";
import { announceChange } from "./changes.js";
import { isPlaceless } from "./outbox.js";

/**
 * Look up the places of reports that say them in words alone. Where the words name one house, that
 * is it; else the report comes back to its writer, who picks the place: nothing is sent with a point
 * that nobody meant.
 *
 * Raises `Offline` where nobody answers.
 */
export async function findPlaces(commands: readonly Command[]): Promise<void> {
  for (const { id, body } of commands.filter(isPlaceless)) {
    const houses = await housesIn(String(body["address"])).catch(ifOverrun);
    if (!houses) continue;
    const [house] = houses;
    const place = house && houses.length === 1 && !house.is_approximate ? { lat: house.lat, lon: house.lon } : null;
    const work = (await database()).transaction("outbox", "readwrite");
    const now = await work.store.get(id);
    // Somebody may have taken it back meanwhile, and said where it is.
    if (now && isPlaceless(now)) await work.store.put(place ? { ...now, body: { ...now.body, ...place } } : { ...now, state: "refused" });
    await work.done;
    announceChange();
  }
}

/** The houses whose number and whole street are among the words. */
export async function housesIn(words: string): Promise<Found[]> {
  const said = plain(words);
  const isSaid = ({ kind, name, number }: Found) =>
    kind === "address" && said.includes(plain(name)) && said.includes(plain(number ?? ""));
  return (await placesCalled(words)).filter(isSaid);
}

/** A city that has no time now is asked another time. */
function ifOverrun(error: unknown): null {
  if (error instanceof Refused) return null;
  throw error;
}

const plain = (words: string): string => ` ${folded(words).replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
