import { isKnown } from "../account/session.js";
import { call, Offline } from "../api/call.js";
import { database } from "../store/database.js";

/** What this person made and supports, by numbers. */
export interface OwnPart {
  proposals: { number: string; title: string }[];
  endorsed: string[];
}

/** Among what was read for one person, so that it goes when they sign out. */
const KEY = "/v1/me/data#proposals";
const NOTHING: OwnPart = { proposals: [], endorsed: [] };

/** What this person made and supports; as it was last known where nobody can be asked. */
export async function readOwnPart(): Promise<OwnPart> {
  // Whom the city does not know has made nothing.
  if (!isKnown()) return NOTHING;
  const db = await database();
  try {
    const { proposals, endorsed } = await call("get", "/v1/me/data");
    const part = { proposals: proposals.map(({ number, title }) => ({ number, title })), endorsed };
    await db.put("answer", { document: part, read_at: new Date().toISOString() }, KEY);
    return part;
  } catch (error) {
    if (!(error instanceof Offline)) throw error;
    return ((await db.get("answer", KEY))?.document as OwnPart | undefined) ?? NOTHING;
  }
}
