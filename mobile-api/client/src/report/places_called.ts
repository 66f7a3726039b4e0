import { call, type Answer } from "../api/call.js";
import { folded } from "../words/folded.js";

export type Found = Answer<"/v1/places/search">["places"][number];

/** As much as the city reads. */
const LONGEST = 200;
/** Here people go on to say what is beside it. */
const COMMA = /[,،;]/;
/** As many words as a place may be called by, with its number; the most are tried first. */
const FEWER = [5, 3];

/**
 * The places that the words may mean, the likeliest first: by all of them, else by those before the
 * first comma, else by the first few, whichever lead to a name that was typed.
 *
 * Raises `Offline` and `Refused` as `call` does.
 */
export async function placesCalled(words: string, query: { limit?: number; near?: string } = {}): Promise<Found[]> {
  let like: Found[] = [];
  for (const typed of [words, ...shorter(words)]) {
    const { places } = await call("get", "/v1/places/search", { query: { q: typed.slice(0, LONGEST), ...query } });
    // Whoever writes on has written the name; what only resembles the words may be another.
    if (places.some(({ name }) => folded(words).includes(folded(name)))) return places;
    like = like.length ? like : places;
  }
  return like;
}

/** The beginnings of the words that may be the place alone. */
function shorter(words: string): string[] {
  const first = words.split(COMMA)[0]!.trim();
  const each = first.split(/\s+/);
  const fewer = FEWER.filter((count) => count < each.length).map((count) => each.slice(0, count).join(" "));
  return [...(first && first !== words ? [first] : []), ...fewer];
}
