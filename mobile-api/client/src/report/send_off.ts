import { sendFromHere } from "../send/from_here.js";
import { go } from "../shell/router.js";
import type { Command } from "../store/kept.js";
import { dropDraft, type Writing } from "./writing.js";

/**
 * Do `keep`, which has it sent for sure; where this phone cannot keep it, send `body` from this page.
 * Then show what has become of it.
 *
 * Raises `Offline` and `Refused` as `call` does, where it is neither kept nor sent.
 */
export async function sendOff(writing: Writing, body: Command["body"], keep: () => Promise<void>): Promise<void> {
  const { id } = writing.draft;
  if (!(await writing.tried(keep))) {
    await sendFromHere(body, writing.kept);
    await dropDraft(id).catch(() => undefined);
  }
  writing.sent();
  await go(`/report/${id}/sent`, { replace: true });
}
