import { call } from "../api/call.js";
import type { PushChoice } from "./push_choice.js";

/** Tell the city where this browser gets its pushes, from a page or from the worker. */
export async function tellAddress({ id, language }: PushChoice, subscription: PushSubscription): Promise<void> {
  const { endpoint, keys } = subscription.toJSON();
  const address = { endpoint: endpoint ?? "", p256dh: keys?.p256dh ?? "", auth: keys?.auth ?? "" };
  await call("put", "/v1/me/notices/registrations/{registration}", {
    params: { registration: id },
    body: { kind: "webpush", address, language },
  });
}
