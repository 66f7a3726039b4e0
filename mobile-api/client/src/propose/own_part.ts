import { isKnown } from "../account/session.js";
import { call, Offline } from "../api/call.js";
import { readAs } from "../store/read.js";

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
  try {
    return (await readAs(KEY, askForPart)).document;
  } catch (error) {
    if (!(error instanceof Offline)) throw error;
    return NOTHING;
  }
}

async function askForPart(): Promise<OwnPart> {
  const { proposals, endorsed } = await call("get", "/v1/me/data");
  return { proposals: proposals.map(({ number, title }) => ({ number, title })), endorsed };
}
