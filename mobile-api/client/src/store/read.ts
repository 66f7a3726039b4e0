import { address, call, Offline, type Answer, type Options } from "../api/call.js";
import { choice, database, type Stores } from "./database.js";
import type { paths } from "../api/schema.js";

/** What was read, and since when it is known; `is_old` where nobody could be asked now. */
export interface Reading<T> {
  document: T;
  read_at: string;
  is_old: boolean;
}
type Kept = Stores["answer"]["value"];

/**
 * Under this name a phone keeps a mark that becomes another one whenever something read is
 * forgotten: what was asked for before that is not kept.
 */
export const FORGOTTEN = "forgotten";
/** So many answers stay of one address that is asked in many ways, as for the pages of a list. */
const MOST = 20;
/** Nobody's ways through the city are kept. */
const MOST_PLACES = 2;
const PLACE = /[?&]near=/;

/**
 * Ask the city, and keep the answer for when there is no network; then the last answer is given.
 *
 * Raises `Offline` where nothing is kept, and `Refused` as `call` does.
 */
export const read = <P extends keyof paths & string>(path: P, options: Options<never> = {}): Promise<Reading<Answer<P>>> =>
  readAs(address(path, options), async () => (await call("get", path, options as Options<never>)) as Answer<P>);

/** The same for what `ask` makes of an answer: that alone is kept, under `key`. */
export async function readAs<T>(key: string, ask: () => Promise<T>): Promise<Reading<T>> {
  try {
    const [mark, document] = await Promise.all([choice<string>(FORGOTTEN), ask()]);
    const read_at = new Date().toISOString();
    // A phone without room shows what came all the same.
    await keep(key, { document, read_at }, mark).catch(() => undefined);
    return { document, read_at, is_old: false };
  } catch (error) {
    const kept = error instanceof Offline ? await (await database()).get("answer", key) : undefined;
    if (!kept) throw error;
    return { document: kept.document as T, read_at: kept.read_at, is_old: true };
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

/** Keep an answer, unless something was forgotten since `mark` was read, here or in another page. */
async function keep(key: string, answer: Kept, mark: string | null): Promise<void> {
  const work = (await database()).transaction(["answer", "choice"], "readwrite");
  const answers = work.objectStore("answer");
  const keptNow = async () => {
    if (((await work.objectStore("choice").get(FORGOTTEN)) ?? null) !== mark) return;
    await answers.put(answer, key);
    const path = key.split("?")[0];
    const alike = IDBKeyRange.bound(`${path}?`, `${path}?\uffff`);
    const most = PLACE.test(key) ? MOST_PLACES : MOST;
    if ((await answers.count(alike)) <= most) return;
    const [keys, all] = await Promise.all([answers.getAllKeys(alike), answers.getAll(alike)]);
    const since = (at: number) => all[at]?.read_at ?? "";
    const oldest = [...keys.keys()].sort((one, other) => since(one).localeCompare(since(other))).slice(0, -most);
    await Promise.all(oldest.map((at) => answers.delete(keys[at] ?? "")));
  };
  await Promise.all([keptNow(), work.done]);
}
