import { stopPush } from "../notices/push.js";
import { announceChange } from "../send/changes.js";
import { database } from "../store/database.js";

const OWN = /^\/v1\/(me|accounts)\b/;
/** Choices that say nothing of anybody. */
const KEPT = new Set(["language", "text_size"]);

/** Drop what was read for one person, so that whoever comes next does not see it. */
export async function forgetOwnAnswers(): Promise<void> {
  const db = await database();
  for (const key of await db.getAllKeys("answer")) if (OWN.test(key)) await db.delete("answer", key);
}

/** Drop everything that was written, sent, read or chosen in this browser. */
export async function forgetEverything(): Promise<void> {
  const db = await database();
  const work = db.transaction(["draft", "proposal", "outbox", "photo", "answer", "choice"], "readwrite");
  await Promise.all(
    (["draft", "proposal", "outbox", "photo", "answer"] as const).map((name) => work.objectStore(name).clear()),
  );
  for (const name of await work.objectStore("choice").getAllKeys())
    if (!KEPT.has(name)) await work.objectStore("choice").delete(name);
  await work.done;
  announceChange();
}

/** End pushes to this browser; where that fails, what follows ends them too. */
export const silence = (): Promise<void> => stopPush().catch(() => undefined);
