import { call, type Answer } from "../api/call.js";

export type Found = Answer<"/v1/places/search">["places"][number];

/** As much as the city reads. */
const LONGEST = 200;
/** Here people go on to say what is beside it. */
const COMMA = /[,،;]/;

/**
 * The places that the words may mean, the likeliest first: by all of them, else by those before the
 * first comma. Raises `Offline` and `Refused` as `call` does.
 */
export async function placesCalled(words: string, query: { limit?: number; near?: string } = {}): Promise<Found[]> {
  const { places } = await call("get", "/v1/places/search", { query: { q: words.slice(0, LONGEST), ...query } });
  const [first = ""] = words.split(COMMA);
  return places.length || first === words || !first.trim() ? places : placesCalled(first, query);
}
