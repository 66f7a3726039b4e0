import { address, call, Offline, type Answer, type Options } from "../api/call.js";
import { database } from "./database.js";
import type { paths } from "../api/schema.js";

/** What was read, and since when it is known; `is_old` where nobody could be asked now. */
export interface Reading<T> {
  document: T;
  read_at: string;
  is_old: boolean;
}

/**
 * Ask the city, and keep the answer for when there is no network; then the last answer is given.
 *
 * Raises `Offline` where nothing is kept, and `Refused` as `call` does.
 */
export async function read<P extends keyof paths & string>(
  path: P,
  options: Options<never> = {},
): Promise<Reading<Answer<P>>> {
  const key = address(path, options);
  try {
    const document = (await call("get", path, options as Options<never>)) as Answer<P>;
    const read_at = new Date().toISOString();
    // A phone without room shows what came all the same.
    await (await database()).put("answer", { document, read_at }, key).catch(() => undefined);
    return { document, read_at, is_old: false };
  } catch (error) {
    const kept = error instanceof Offline ? await (await database()).get("answer", key) : undefined;
    if (!kept) throw error;
    return { document: kept.document as Answer<P>, read_at: kept.read_at, is_old: true };
  }
}

/** The last answer of an address, without asking; null where nothing is kept. */
export async function lastRead<P extends keyof paths & string>(
  path: P,
  options: Options<never> = {},
): Promise<Answer<P> | null> {
  const kept = await (await database()).get("answer", address(path, options));
  return (kept?.document as Answer<P> | undefined) ?? null;
}
