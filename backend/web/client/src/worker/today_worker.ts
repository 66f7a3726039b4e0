// Keeps today's pages, and what they are made of, for streets without a network; nothing of any
// other page of the city, and nothing of another day.

import { CHANGED } from "../field/entries.js";
import { forgetPages, pagesOfToday } from "../field/pages.js";
import { sendAll } from "../field/send.js";

declare const self: ServiceWorkerGlobalScope;

const SCOPE = "/desk/today/";
const PASS = `${SCOPE}pass`;
const PARTS = /^\/(static|built)\//;
/** A network that takes longer than this is as good as none. */
const PATIENCE_MS = 4_000;

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || pathname === PASS) return;
  if (PARTS.test(pathname)) event.respondWith(part(request));
  else if (pathname.startsWith(SCOPE) && !pathname.endsWith(".js")) event.respondWith(page(event));
});

self.addEventListener("sync", (event) => {
  const sync = event as ExtendableEvent & { tag: string };
  if (sync.tag === CHANGED) sync.waitUntil(sendRest());
});

/** Rejects while anything waits, for only then does the browser wake the worker again. */
async function sendRest(): Promise<void> {
  if ((await sendAll(PASS)) === "later") throw new Error("Something still waits to be sent.");
}

/** From the network, and what is kept of today where that does not answer in time. */
async function page(event: FetchEvent): Promise<Response> {
  const fresh = fetch(event.request);
  // A device that is full shows what it cannot keep.
  event.waitUntil(fresh.then(keepPage).catch(() => undefined));
  // Somebody who asks for the newest does not want what is kept.
  if (event.request.cache === "no-store") return fresh;
  const late = new Promise<null>((done) => setTimeout(() => done(null), PATIENCE_MS));
  const soon = await Promise.race([fresh.catch(() => null), late]);
  if (soon) return soon;
  const kept = await (await caches.open(pagesOfToday())).match(event.request, { ignoreSearch: true, ignoreVary: true });
  return kept ?? fresh;
}

async function keepPage(answer: Response): Promise<void> {
  const copy = answer.clone();
  const isRefused = answer.status === 401 || answer.status === 403;
  const name = pagesOfToday();
  // Whoever was signed out elsewhere leaves nothing here either.
  await forgetPages(isRefused ? "" : name);
  if (answer.ok && !answer.redirected) await (await caches.open(name)).put(new URL(answer.url).pathname, copy);
}

/** A sheet, a module or a letter: newest first, as a name may stay the same when it changes. */
async function part(request: Request): Promise<Response> {
  const store = await caches.open(pagesOfToday());
  const kept = await store.match(request, { ignoreVary: true });
  if (kept && new URL(request.url).pathname.startsWith("/built/")) return kept;
  try {
    const answer = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {});
    if (answer.ok) await store.put(request, answer.clone()).catch(() => undefined);
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
