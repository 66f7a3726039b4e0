import { call, Refused, type Body, type Problem } from "../api/call.js";
import type { Command, Photo } from "../store/kept.js";
import { keepSent } from "./outbox.js";
import { upload } from "./upload.js";

/**
 * Send what cannot be kept from this page's memory, with its pictures: at once and by hand. Sent
 * again as it is, it is the same.
 *
 * Raises `Offline` and `Refused` as `call` does; what has arrived by then stays there.
 */
export async function sendFromHere(body: Command["body"], photos: readonly Photo[]): Promise<void> {
  // So that it is this phone's.
  await call("post", "/v1/app/session");
  const pictures = photos.map(({ id, blob }) => ({ kind: "photo", id, report: body.id, size_bytes: blob.size }));
  const commands = { commands: [body, ...pictures] } as unknown as Body<"/v1/sync", "post">;
  const { results } = await call("post", "/v1/sync", { body: commands });
  for (const { problem } of results) if (problem) throw new Refused(problem as Problem);
  for (const { id, blob } of photos) await upload(id, blob);
  const { document } = results[0] ?? {};
  await keepSent({ id: body.id, made_at: new Date().toISOString(), body, state: "sent", ...(document ? { document } : {}) });
}
