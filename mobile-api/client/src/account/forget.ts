import { stopPush } from "../notices/push.js";
import { announceChange } from "../send/changes.js";
import { letGo, tellOtherPages } from "../store/begin_anew.js";
import { database, OF_NOBODY } from "../store/database.js";
import { FORGOTTEN } from "../store/read.js";
import { uuid7 } from "../store/uuid.js";

const OWN = /^\/v1\/(me|accounts)\b/;

/** Drop what was read for one person, so that whoever comes next does not see it, in no page. */
export async function forgetOwnAnswers(): Promise<void> {
  const work = (await database()).transaction(["answer", "choice"], "readwrite");
  const answers = work.objectStore("answer");
  for (const key of await answers.getAllKeys()) if (OWN.test(key)) await answers.delete(key);
  await work.objectStore("choice").put(uuid7(), FORGOTTEN);
  await work.done;
  tellOtherPages("somebody-else");
}

/** Drop what was sent: whoever comes next has sent, followed and said nothing. */
export async function forgetSent(): Promise<void> {
  const work = (await database()).transaction("outbox", "readwrite");
  for (const { id, state } of await work.store.getAll()) if (state === "sent") await work.store.delete(id);
  await work.done;
  announceChange();
}

/** Drop everything that was written, sent, read or chosen in this browser; this page is to be left then. */
export async function forgetEverything(): Promise<void> {
  const db = await database();
  letGo();
  tellOtherPages("forgotten");
  const work = db.transaction(["draft", "proposal", "outbox", "photo", "answer", "choice"], "readwrite");
  await Promise.all(
    (["draft", "proposal", "outbox", "photo", "answer"] as const).map((name) => work.objectStore(name).clear()),
  );
  const choices = work.objectStore("choice");
  for (const name of await choices.getAllKeys()) if (!OF_NOBODY.has(name)) await choices.delete(name);
  await choices.put(uuid7(), FORGOTTEN);
  await work.done;
}

/** End pushes to this browser; where that fails, what follows ends them too. */
export const silence = (): Promise<void> => stopPush().catch(() => undefined);
