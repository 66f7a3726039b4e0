import { database } from "../store/database.js";
import type { Command, Draft, NewReport, Photo, Point } from "../store/kept.js";
import { uuid7 } from "../store/uuid.js";
import { announceChange } from "./changes.js";

/** The name under which the browser wakes the worker when there is a network again. */
export const SYNC_TAG = "outbox";
/** How long what was sent is still listed. */
const REMEMBERED_MS = 30 * 24 * 3600 * 1000;
/** On disk when it is done: somebody is told that it is kept. */
const FOR_GOOD = { durability: "strict" } as const;
/** What is said anew rather than besides: of each report only the last counts. */
const MATTERS: Record<string, string> = { following: "following", unfollowing: "following", rating: "rating" };

/** A report as it is decided; its place may be the words of its address alone so far. */
export type Decided = Omit<NewReport, keyof Point> & Partial<Point>;

/**
 * Put a finished draft with its pictures in the outbox: at once and whole, or not at all.
 *
 * From here on the city gets it exactly once, whatever happens to this page, this phone or the
 * server: its id was made with the draft, and the city takes an id once.
 */
export async function handOver(
  draft: Draft,
  report: Decided,
  shown: readonly Photo[],
  { isDangerous }: { isDangerous: boolean },
): Promise<void> {
  const work = (await database()).transaction(["draft", "outbox", "photo"], "readwrite", FOR_GOOD);
  const outbox = work.objectStore("outbox");
  const before = await outbox.get(draft.id);
  // Another page was faster: until it is on its way the last words count, then they are too late.
  if (before && !isUntried(before)) await outbox.put({ ...before, late: report.description });
  else {
    const body = { ...report, kind: "report", id: draft.id };
    await outbox.put({ id: draft.id, made_at: new Date().toISOString(), body, state: "waiting", is_dangerous: isDangerous });
    const pictures = work.objectStore("photo");
    // The browser may have forgotten pictures that this page still shows.
    for (const photo of shown) if (!(await pictures.getKey(photo.id))) await pictures.put(photo);
    for (const photo of await pictures.index("report").getAll(draft.id)) await outbox.put(sendingOf(photo));
  }
  await work.objectStore("draft").delete(draft.id);
  await work.done;
  announceChange();
}

const sendingOf = ({ id, report, blob: { size } }: Photo): Command => ({
  id,
  made_at: new Date().toISOString(),
  body: { kind: "photo", id, report, size_bytes: size },
  state: "waiting",
});

/**
 * Send a picture after its report, where that was handed over while the picture was made small;
 * returns whether it was.
 */
export async function sendAfter(photo: Photo): Promise<boolean> {
  const work = (await database()).transaction(["outbox", "photo"], "readwrite", FOR_GOOD);
  const outbox = work.objectStore("outbox");
  if (!(await outbox.getKey(photo.report))) return false;
  if (!(await outbox.getKey(photo.id))) {
    await work.objectStore("photo").put(photo);
    await outbox.put(sendingOf(photo));
  }
  await work.done;
  announceChange();
  return true;
}

/** Note what a page made of a draft that another one had sent by then; it is a draft no longer. */
export async function noteLate({ id, report }: Draft): Promise<void> {
  const work = (await database()).transaction(["draft", "outbox"], "readwrite");
  const outbox = work.objectStore("outbox");
  const sent = await outbox.get(id);
  const late = report.description?.trim();
  if (sent && late && late !== sent.body["description"]) await outbox.put({ ...sent, late });
  if (sent) await work.objectStore("draft").delete(id);
  await work.done;
}

/**
 * Put one more decision in the outbox: a me-too, a comment, a confirmation, a rating. A draft it
 * makes needless goes at the same moment, and so does what was said of the same matter before.
 */
export async function decide(
  body: Command["body"],
  { insteadOf, isDangerous = false }: { insteadOf?: string; isDangerous?: boolean } = {},
): Promise<void> {
  const made_at = new Date().toISOString();
  const work = (await database()).transaction(["draft", "outbox"], "readwrite", FOR_GOOD);
  const outbox = work.objectStore("outbox");
  const isSaidAnew = ({ body: { kind, report } }: Command) =>
    report === body["report"] && MATTERS[kind] !== undefined && MATTERS[kind] === MATTERS[body.kind];
  for (const { id } of (await outbox.getAll()).filter(isSaidAnew)) await outbox.delete(id);
  // What another page made of the same draft stands.
  if (!(await outbox.get(body.id))) await outbox.put({ id: body.id, made_at, body, state: "waiting", is_dangerous: isDangerous });
  if (insteadOf) await work.objectStore("draft").delete(insteadOf);
  await work.done;
  announceChange();
}

/** Everything in the outbox, oldest first: what waits, what was refused, what has been sent. */
export async function outbox(): Promise<Command[]> {
  return (await database()).getAllFromIndex("outbox", "made_at");
}

/** What people would count: a picture goes with its report while it fares as that does. */
export function things(commands: readonly Command[], state: Command["state"]): Command[] {
  const faring = commands.filter((command) => command.state === state);
  const ids = new Set(faring.map(({ id }) => id));
  return faring.filter(({ body }) => body.kind !== "photo" || !ids.has(String(body["report"])));
}

/** One thing of the outbox, null where there is none of that id. */
export async function commandOf(id: string): Promise<Command | null> {
  return (await (await database()).get("outbox", id)) ?? unkept.get(id) ?? null;
}

/** What was sent without being kept before, where there is no room for that either. */
const unkept = new Map<string, Command>();

/** Whether it is gone when this page is. */
export const isUnkept = (id: string): boolean => unkept.has(id);

/** Keep what was sent already, so that it is listed; in this page alone where there is no room. */
export async function keepSent(command: Command): Promise<void> {
  await (await database()).put("outbox", command).catch(() => unkept.set(command.id, command));
}

/** The pictures of a report that are still on this phone, in the order they were added. */
export async function photosOf(report: string): Promise<Photo[]> {
  const photos = await (await database()).getAllFromIndex("photo", "report", report);
  return photos.sort((one, other) => one.made_at.localeCompare(other.made_at));
}

/** Whether a report may be changed: the city refused it, or nobody has tried to send it yet. */
export const isChangeable = (command: Command): boolean =>
  command.body.kind === "report" && (command.state === "refused" || isUntried(command));

const isUntried = ({ state, tried }: Command): boolean => state === "waiting" && !tried;

/** Whether it is a report whose place is words alone so far. */
export const isPlaceless = ({ body }: Command): boolean => body.kind === "report" && body["lat"] === undefined;

/**
 * Take a report back as a draft, with its pictures, so that it can be put right.
 *
 * Null where it went on its way meanwhile. Where the city knows its id with other words, or one of
 * its pictures, it becomes another report; else it keeps its id, so that it can never be there twice.
 */
export async function takeBack(id: string): Promise<Draft | null> {
  const work = (await database()).transaction(["draft", "outbox", "photo"], "readwrite");
  const outbox = work.objectStore("outbox");
  const command = await outbox.get(id);
  if (!command || !isChangeable(command)) return null;
  const { kind: _kind, ...report } = command.body;
  const draft = draftOf(command, command.problem?.status === 409 ? uuid7() : id, report);
  for (const photo of await work.objectStore("photo").index("report").getAll(id)) {
    await work.objectStore("photo").delete(photo.id);
    await outbox.delete(photo.id);
    // Its room, if it has one, is that of a report which never came.
    await work.objectStore("photo").put({ ...photo, id: uuid7(), report: draft.id });
  }
  await work.objectStore("draft").put(draft);
  await outbox.delete(id);
  await work.done;
  announceChange();
  return draft;
}

const draftOf = ({ made_at, problem }: Command, id: string, report: Partial<NewReport>): Draft => ({
  id,
  started_at: made_at,
  step: report.lat === undefined ? "where" : "check",
  report: { ...report, id },
  ...(problem ? { problem } : {}),
});

/** Drop a command for good, with its pictures: for what was refused and what has been read. */
export async function drop(id: string): Promise<void> {
  const work = (await database()).transaction(["outbox", "photo"], "readwrite");
  for (const photo of await work.objectStore("photo").index("report").getAllKeys(id)) {
    await work.objectStore("photo").delete(photo);
    await work.objectStore("outbox").delete(photo);
  }
  await work.objectStore("photo").delete(id);
  await work.objectStore("outbox").delete(id);
  await work.done;
  announceChange();
}

/** Forget what was sent long ago; the city has it, and the list of reports shows it. */
export async function forgetSentLongAgo(now: number = Date.now()): Promise<void> {
  const work = (await database()).transaction("outbox", "readwrite");
  const before = IDBKeyRange.upperBound(new Date(now - REMEMBERED_MS).toISOString());
  for await (const cursor of work.store.index("made_at").iterate(before))
    if (cursor.value.state === "sent") await cursor.delete();
  await work.done;
}
