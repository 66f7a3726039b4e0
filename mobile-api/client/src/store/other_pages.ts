/**
 * Hear what other pages of this client say under `name`; returns what tells them something.
 * Not every browser lets pages talk.
 */
export function otherPages<T>(name: string, hear: (said: T) => unknown): (said: T) => void {
  const pages = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null;
  pages?.addEventListener("message", ({ data }: MessageEvent<T>) => void hear(data));
  return (said) => pages?.postMessage(said);
}
