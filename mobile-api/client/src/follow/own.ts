import { isKnown } from "../account/session.js";
import type { Answer } from "../api/call.js";
import { read, type Reading } from "../store/read.js";

export type OwnList = Answer<"/v1/me/reports">;
export type OwnCard = OwnList["reports"][number];

const PAGE = 100;

/** What this phone's person reported and follows, the newest change first; the rest from `before` on. */
export async function ownReports(before?: string): Promise<Reading<OwnList>> {
  // Whom the city does not know has reported nothing yet.
  if (!isKnown()) return { document: { reports: [], cursor: null }, read_at: new Date().toISOString(), is_old: false };
  return read("/v1/me/reports", { query: { limit: PAGE, before } });
}

/** What somebody is to the report with this number; null where nothing. */
export async function ownPart(number: string): Promise<OwnCard | null> {
  const { document } = await ownReports();
  return document.reports.find((one) => one.number === number || one.numbers.includes(number)) ?? null;
}

/** Whether it waits for this person: a question, or whether what is said to be done is done. */
export function needsMe(one: OwnCard, now: Date): boolean {
  return one.has_question || (one.state === "resolved" && isOpenToAnswers(one, now));
}

/** Whether one can still say that it is not done, and rate it. */
export const isOpenToAnswers = ({ answer_until_datetime: until }: OwnCard, now: Date): boolean =>
  until !== null && new Date(until) > now;
