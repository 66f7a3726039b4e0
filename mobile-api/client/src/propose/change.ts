import { call, Refused } from "../api/call.js";
import type { ProposalDraft, Said } from "../store/kept.js";
import type { finished } from "./sending.js";
import { standing, type Writing } from "./writing.js";

type Edits = NonNullable<ProposalDraft["edits"]>;

/**
 * Say a proposal in other words. Where what stands is no longer what it was, and not what this phone
 * sent without hearing of it either, it is kept to be looked at, and the next try is for that.
 *
 * Returns its number. Raises `Offline` and `Refused` as `call` does.
 */
export async function change(writing: Writing, edits: Edits, draft: ReturnType<typeof finished>): Promise<string> {
  const { number, version, known = [] } = edits;
  writing.change({ edits: { ...edits, known: [...known, draft] } });
  await writing.keep();
  try {
    return (await call("put", "/v1/proposals/{number}", { params: { number }, body: { version, draft } })).number;
  } catch (error) {
    if (!(error instanceof Refused) || error.slug !== "proposal-moved-on") throw error;
    const now = await call("get", "/v1/proposals/{number}", { params: { number } });
    const stands = standing(now);
    const isKnown = known.some((one) => differences(one, stands).length === 0);
    const read = { number, version: now.version, known: [stands] };
    writing.change({ edits: isKnown ? read : { ...read, stands } });
    if (!isKnown) throw error;
    return change(writing, read, draft);
  }
}

const WORDS = ["title", "summary", "description", "category", "language", "cost"] as const;
export type Difference = (typeof WORDS)[number] | "place";

/** In what a draft differs from what stands. The part that a place is in is found by the city. */
export function differences(draft: Said, stands: Said): Difference[] {
  const differs = (name: keyof Said) => plain(draft[name]) !== plain(stands[name]);
  const isElsewhere = differs("lat") || differs("lon") || (differs("part") && (draft.part != null || draft.lat == null));
  return [...WORDS.filter(differs), ...(isElsewhere ? (["place"] as const) : [])];
}

const plain = (value: unknown): unknown => (typeof value === "string" ? value.trim() : value) || null;
