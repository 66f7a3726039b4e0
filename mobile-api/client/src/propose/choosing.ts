import { metresBetween } from "../report/fix.js";
import { choice, choose } from "../store/database.js";
import type { Point } from "../store/kept.js";
import { hasWords } from "../words/folded.js";
import type { Line } from "./catalogue.js";
import type { State } from "./states.js";

export type Order = "mixed" | "newest" | "support" | "near";

/** Which proposals somebody wants to see, and in what order. */
export interface Wanted {
  words: string;
  part: string;
  state: State | "";
  order: Order;
}

export const EVERYTHING: Wanted = { words: "", part: "", state: "", order: "mixed" };

const SEED = "proposals_seed";
const FNV_START = 0x811c9dc5;
const FNV_STEP = 0x01000193;

/** What this phone mixes the order by: made once, so that each person has one order and keeps it. */
export async function orderSeed(): Promise<string> {
  const known = await choice<string>(SEED);
  if (known) return known;
  const made = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  await choose(SEED, made);
  return made;
}

/** The proposals that fit, in the order that is wanted. */
export function chosen(lines: readonly Line[], wanted: Wanted, seed: string, place: Point | null): Line[] {
  return lines.filter((one) => fits(one, wanted)).sort(orderOf(wanted.order, seed, place));
}

function fits(one: Line, { words, part, state }: Wanted): boolean {
  const isSaid = hasWords(`${one.title} ${one.summary} ${one.category ?? ""} ${one.number}`, words);
  return isSaid && (!part || one.part === part) && (!state || one.state === state);
}

function orderOf(order: Order, seed: string, place: Point | null): (one: Line, other: Line) => number {
  const mixed = (one: Line, other: Line) => drawn(seed, one.number) - drawn(seed, other.number);
  switch (order) {
    case "newest":
      return (one, other) => other.submitted_datetime.localeCompare(one.submitted_datetime);
    case "support":
      return (one, other) => other.endorsements - one.endorsements || mixed(one, other);
    case "near":
      return (one, other) => metresTo(one, place) - metresTo(other, place) || mixed(one, other);
  }
  return mixed;
}

/** How far a proposal's place is; whatever has none comes last. */
export const metresTo = ({ lat, lon }: Line, place: Point | null): number =>
  lat === null || lon === null || !place ? Number.MAX_SAFE_INTEGER : metresBetween({ lat, lon }, place);

/** A number that nobody chose for a proposal on this phone (FNV-1a, 32 bits). */
function drawn(seed: string, number: string): number {
  let hash = FNV_START;
  for (const letter of `${seed}:${number}`) hash = Math.imul(hash ^ letter.charCodeAt(0), FNV_STEP) >>> 0;
  return hash;
}
