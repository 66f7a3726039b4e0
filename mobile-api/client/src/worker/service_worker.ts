import { SYNC_TAG } from "../send/outbox.js";
import { sendAll } from "../send/send.js";
import { forgetOld, precache, shellFor } from "./precache.js";
import { listenForPushes } from "./push.js";

declare const self: ServiceWorkerGlobalScope;

listenForPushes();

self.addEventListener("install", (event) => event.waitUntil(precache()));

// Only now does no open page run an older client. The page of the first visit is taken over, so that
// it can load its other screens without a network.
self.addEventListener("activate", (event) => event.waitUntil(forgetOld().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const answer = shellFor(event.request);
  if (answer) event.respondWith(answer);
});

self.addEventListener("sync", (event) => {
  const { tag, waitUntil } = event as ExtendableEvent & { tag: string };
  if (tag === SYNC_TAG) waitUntil.call(event, sendRest());
});

/** Rejects while anything is left, for only then does the browser wake the worker again. */
async function sendRest(): Promise<void> {
  if (!(await sendAll())) throw new Error("Something still waits to be sent.");
}
