import { read } from "../store/read.js";
import type { Proposal } from "./catalogue.js";

/** The street a proposal's place is at; null where it has none, or nobody can be asked. */
export async function placeName({ lat, lon }: Proposal): Promise<string | null> {
  if (lat === null || lon === null) return null;
  const query = { lat, lon };
  const found = await read("/v1/places/streets", { query }).catch(() => null);
  return found?.document.streets[0]?.label ?? null;
}
