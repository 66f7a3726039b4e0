declare const self: ServiceWorkerGlobalScope;
/** What was built, as addresses under /app/: what everybody gets, and what only some ever use. */
declare const __FILES__: { core: readonly string[]; optional: readonly string[] };

const BASE = "/app/";
const SHELL = BASE;
/** Each name there changes with what is in it. */
const ASSETS = `${BASE}assets/`;
const STORE = "client";

/**
 * Keep the client, so that the next start needs no network. The page comes last: until all that it
 * names is there, the one before it stays. Raises where the city has become another one meanwhile.
 */
export async function precache(): Promise<void> {
  const store = await caches.open(STORE);
  const shell = await fetch(new Request(SHELL, { cache: "reload" }));
  const kept = new Set((await store.keys()).map(({ url }) => new URL(url).pathname));
  const used = new Set([...kept].map(stem));
  // What was used before, as this phone's language, goes on in its newer form.
  const wanted = [...addresses(__FILES__.core), ...addresses(__FILES__.optional).filter((url) => used.has(stem(url)))];
  const missing = wanted.filter((url) => !kept.has(url));
  const named = (await shell.clone().text()).match(/\/app\/assets\/[\w.-]+/g) ?? [];
  if (!shell.ok || !named.every((url) => wanted.includes(url))) throw new Error("The page is of another client.");
  await store.addAll([BASE + "manifest.webmanifest", ...missing]);
  await store.put(SHELL, shell);
}

const addresses = (files: readonly string[]) => files.map((file) => BASE + file);
/** A file's name without what changes with its content. */
const stem = (path: string) => path.replace(/-[\w-]{8}(?=\.\w+$)/, "");

/** Forget files of older clients; called when no page runs one any longer. */
export async function forgetOld(): Promise<void> {
  const store = await caches.open(STORE);
  const current = new Set(addresses([...__FILES__.core, ...__FILES__.optional]));
  for (const { url } of await store.keys()) {
    const { pathname } = new URL(url);
    if (pathname.startsWith(ASSETS) && !current.has(pathname)) await store.delete(url);
  }
}

/** The answer to a request for the client itself; null for everything that is none of its files. */
export function shellFor(request: Request): Promise<Response> | null {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return null;
  if (!url.pathname.startsWith(BASE)) return null;
  return kept(request.mode === "navigate" ? SHELL : url.pathname, request);
}

/** What is kept; what only some people need, as letters of other scripts, is kept once it came. */
async function kept(path: string, request: Request): Promise<Response> {
  const store = await caches.open(STORE);
  const known = await store.match(path);
  if (known) return known;
  const answer = await fetch(request);
  // A device that is full shows what it cannot keep.
  if (answer.ok && path.startsWith(ASSETS)) await store.put(path, answer.clone()).catch(() => undefined);
  return answer;
}
