import { call, Offline, Refused, type Body, type Problem } from "../api/call.js";
import { database } from "../store/database.js";
import type { Command } from "../store/kept.js";
import { announceChange } from "./changes.js";
import { findPlaces } from "./find_places.js";
import { forgetSentLongAgo, isPlaceless, outbox } from "./outbox.js";
import { upload } from "./upload.js";

/** As many as one batch takes. */
const MOST = 100;
const MOST_BYTES = 200 * 1024;
const AGAIN_SECONDS = 60;
/** Nobody is held longer: what seems to wait longer was held while this phone's clock was ahead. */
const LONGEST_MS = 3600_000;
/** No batch: not readable, or too large. */
const SPOILT = new Set([400, 413, 422]);

/** What became of one command of a batch, as `POST /v1/sync` answers. */
interface Result {
  index: number;
  status: number;
  document?: Record<string, unknown>;
  problem?: Problem;
}

/**
 * Send what waits, oldest first, and the bytes of its pictures. Safe to call at any moment and
 * from several pages: one of them sends, and the city takes every id once.
 *
 * Returns whether nothing is left that could be sent now. Never raises for want of a network.
 */
export async function sendAll(): Promise<boolean> {
  if (!("locks" in navigator)) return sendInTurn();
  return navigator.locks.request("send", sendInTurn).catch((error: unknown) => {
    // A browser that keeps nothing has no locks either, and no other page with the same outbox.
    if (error instanceof DOMException && error.name === "SecurityError") return sendInTurn();
    throw error;
  });
}

/** The same for whoever asks for it now: what is held is tried as well. */
export async function sendNow(): Promise<boolean> {
  const work = (await database()).transaction("outbox", "readwrite");
  for (const { not_before, ...command } of await work.store.getAll()) if (not_before) await work.store.put(command);
  await work.done;
  return sendAll();
}

async function sendInTurn(): Promise<boolean> {
  try {
    if ((await outbox()).some(isDue)) {
      // So that this phone's reports are this phone's: renewed by whoever sends.
      await call("post", "/v1/app/session");
      await findPlaces((await outbox()).filter(isDue));
      for (let batch = await nextBatch(); batch.length; batch = await nextBatch()) await sendBatch(batch);
      await sendPhotos();
    }
    await forgetSentLongAgo();
  } catch (error) {
    // Nobody there, or nobody let in now: it waits, and everybody can see that it does.
    if (!(error instanceof Offline || error instanceof Refused)) throw error;
  }
  return (await outbox()).every(({ state }) => state !== "waiting");
}

function isDue({ state, not_before }: Command): boolean {
  const wait = not_before ? Date.parse(not_before) - Date.now() : 0;
  return state === "waiting" && (wait <= 0 || wait > LONGEST_MS);
}

/** What waits and may be sent now, as much as one batch takes; marked as being on its way. */
async function nextBatch(): Promise<Command[]> {
  const work = (await database()).transaction("outbox", "readwrite");
  const batch: Command[] = [];
  let bytes = 0;
  for (const command of await work.store.index("made_at").getAll()) {
    if (!isDue(command) || command.announced || isPlaceless(command)) continue;
    bytes += new Blob([JSON.stringify(command.body)]).size;
    if (batch.length === MOST || (bytes > MOST_BYTES && batch.length)) break;
    batch.push({ ...command, tried: true });
    await work.store.put({ ...command, tried: true });
  }
  await work.done;
  return batch;
}

async function sendBatch(batch: Command[]): Promise<void> {
  const results = await resultsOf(batch);
  const work = (await database()).transaction("outbox", "readwrite");
  const here = new Map((await work.store.getAll()).map((command) => [command.id, command]));
  for (const [index, { id }] of batch.entries()) {
    const command = here.get(id);
    // What is not answered waits as well, or it would be sent over and over.
    const result = results.find((one) => one.index === index) ?? { index, status: 503 };
    if (command) await work.store.put(after(command, result, here));
  }
  await work.done;
  announceChange();
}

/** What became of each command; one that spoils the whole batch is refused on its own. */
async function resultsOf(batch: Command[]): Promise<Result[]> {
  const body = { commands: batch.map((command) => command.body) } as unknown as Body<"/v1/sync", "post">;
  try {
    return (await call("post", "/v1/sync", { body })).results as Result[];
  } catch (error) {
    if (!(error instanceof Refused) || !SPOILT.has(error.problem.status)) throw error;
    if (batch.length === 1) return [{ index: 0, status: error.problem.status, problem: error.problem }];
    const middle = Math.ceil(batch.length / 2);
    const first = await resultsOf(batch.slice(0, middle));
    const second = await resultsOf(batch.slice(middle));
    return [...first, ...second.map((one) => ({ ...one, index: one.index + middle }))];
  }
}

/** A command as it stands after the city answered. */
function after(command: Command, { status, document, problem }: Result, here: Map<string, Command>): Command {
  if (status < 300) {
    // A picture has its room now; it is sent once its bytes are.
    if (command.body.kind === "photo") return { ...command, announced: true };
    // How to reach somebody is of no use on the phone any longer.
    const { contact: _contact, ...body } = command.body;
    return { ...command, body, state: "sent", ...(document ? { document } : {}) };
  }
  // What is about a report that waits itself cannot be known to the city yet.
  const waitsForAnother = here.get(String(command.body["report"]))?.state === "waiting";
  if (!problem || isForLater(problem) || (problem.status === 404 && waitsForAnother)) return later(command, problem);
  return { ...command, state: "refused", problem };
}

function later(command: Command, problem: Problem | undefined): Command {
  const wait = Math.min((problem?.retry_after ?? AGAIN_SECONDS) * 1000, LONGEST_MS);
  return { ...command, not_before: new Date(Date.now() + wait).toISOString() };
}

/** Whether the same may be taken another time. */
const isForLater = ({ status }: Problem) => status >= 500 || status === 429;

/** The bytes of every picture that has its room, and whose report the city has. */
async function sendPhotos(): Promise<void> {
  const db = await database();
  const commands = await outbox();
  const states = new Map(commands.map(({ id, state }) => [id, state]));
  for (const command of commands) {
    const report = states.get(String(command.body["report"]));
    if (!isDue(command) || !command.announced || report === "waiting") continue;
    const photo = await db.get("photo", command.id);
    const after = await sentOrNot(command, report, photo?.blob);
    const work = db.transaction(["outbox", "photo"], "readwrite");
    // Somebody may have dropped it meanwhile, or another page sent it.
    if ((await work.objectStore("outbox").get(command.id))?.state === "waiting") await work.objectStore("outbox").put(after);
    if (after.state === "sent") await work.objectStore("photo").delete(command.id);
    await work.done;
    announceChange();
  }
}

/** One of a report that was not taken stays here whole: somebody may put the report right. */
async function sentOrNot(command: Command, report: Command["state"] | undefined, blob: Blob | undefined): Promise<Command> {
  if (report === "refused") return { ...command, state: "refused" };
  // Its bytes are gone from this phone: whoever sent it is told.
  return blob ? uploaded(command, blob) : { ...command, state: "refused" };
}

/** A picture's command once its bytes are sent, or once it is clear that they will not be taken. */
async function uploaded(command: Command, blob: Blob): Promise<Command> {
  try {
    await upload(command.id, blob);
    return { ...command, state: "sent" };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // Its room was given away after a week; the next turn asks for another.
    if (error.problem.status === 404) return later({ ...command, announced: false }, undefined);
    if (isForLater(error.problem)) return later(command, error.problem);
    return { ...command, state: "refused", problem: error.problem };
  }
}
