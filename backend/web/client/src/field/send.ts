import { drop, entries, keep, tell, type Entry } from "./entries.js";

/** How sending ended: everything is there, something waits, or nobody is signed in as who entered it. */
export type Outcome = "done" | "later" | "signed out" | "somebody else";

/** What the city will not take, however often it is sent. */
const FOR_GOOD = new Set([404, 409, 410, 413, 422]);
const PATIENCE_MS = 20_000;

/** Send what waits, one after the other, and by one page or worker of this device at a time. */
export async function sendAll(pass: string): Promise<Outcome> {
  return navigator.locks.request("send today", () => send(pass));
}

async function send(pass: string): Promise<Outcome> {
  const waiting = (await entries()).filter(({ refusal }) => !refusal);
  if (!waiting.length) return "done";
  const answer = await ask(pass);
  if (answer?.status === 401 || answer?.status === 403) return "signed out";
  if (!answer?.ok) return "later";
  const { who, token } = (await answer.json()) as { who: string; token: string };
  const own = waiting.filter((entry) => entry.who === who);
  for (const entry of own) if (!(await sendOne(entry, token))) return "later";
  return own.length < waiting.length ? "somebody else" : "done";
}

/** Whether it is settled: there, or refused with words. */
async function sendOne(entry: Entry, token: string): Promise<boolean> {
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  const answer = await ask(entry.address, { method: "POST", headers, body: new URLSearchParams(entry.fields) });
  if (answer?.ok) await drop(entry.id);
  else if (answer && FOR_GOOD.has(answer.status)) {
    const { words, slug = "" } = (await answer.json().catch(() => ({}))) as { words?: string; slug?: string };
    await keep({ ...entry, refusal: words || String(answer.status), slug });
  } else return false;
  tell();
  return true;
}

/** What the city answers; null where nobody does, or not in time. */
const ask = (address: string, init: RequestInit = {}): Promise<Response | null> =>
  fetch(address, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS), ...init }).catch(() => null);
