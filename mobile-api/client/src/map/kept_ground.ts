import type { RangeResponse, Source } from "pmtiles";

import { ask, Offline } from "../api/call.js";

const STORE = "ground";
const MOST_KEPT = 8 * 1024 * 1024;
const AFTER_MS = 1500;
/** Nobody waits for the whole. */
const PATIENCE_MS = 300_000;

/**
 * The city's own file of tiles, at an address that names its version. It is asked for in pieces,
 * which come soonest; once it is at rest the whole is kept, and read from then on without a network.
 */
export class KeptGround implements Source {
  private whole: Promise<Blob | null>;
  private rest: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly url: string) {
    this.whole = kept(url);
  }

  getKey(): string {
    return this.url;
  }

  async getBytes(offset: number, length: number, signal?: AbortSignal): Promise<RangeResponse> {
    const whole = await this.whole;
    if (whole) return { data: await whole.slice(offset, offset + length).arrayBuffer() };
    const Range = `bytes=${offset}-${offset + length - 1}`;
    const response = await ask(this.url, { headers: { Range }, ...(signal ? { signal } : {}) });
    if (response.status !== 206) return { data: (await response.arrayBuffer()).slice(offset, offset + length) };
    this.keepLater(Number(response.headers.get("Content-Range")?.split("/")[1]));
    return { data: await response.arrayBuffer() };
  }

  private keepLater(size: number): void {
    if (!(size <= MOST_KEPT) || !("caches" in globalThis) || savesData()) return;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      void keep(this.url).then(
        () => (this.whole = kept(this.url)),
        () => undefined,
      );
    }, AFTER_MS);
  }
}

/** What is kept of an address; null where nothing is, or where the browser keeps nothing. */
async function kept(url: string): Promise<Blob | null> {
  if (!("caches" in globalThis)) return null;
  const response = await (await caches.open(STORE)).match(url);
  return response ? response.blob() : null;
}

/** Keep the whole file in the place of those before it. */
async function keep(url: string): Promise<void> {
  const response = await ask(url, {}, PATIENCE_MS);
  if (response.status !== 200) throw new Offline();
  const store = await caches.open(STORE);
  await store.put(url, response);
  for (const old of await store.keys()) if (!old.url.endsWith(url)) await store.delete(old);
}

/** Whether somebody asked their phone to load as little as it can. */
const savesData = () =>
  (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
