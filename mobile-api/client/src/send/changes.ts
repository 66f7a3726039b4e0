const NAME = "outbox";

const here = new EventTarget();
// Other pages of this client, and its worker; not every phone's browser lets them talk.
const others = "BroadcastChannel" in globalThis ? new BroadcastChannel(NAME) : null;

/** Tell every page and the worker that the outbox is another one now. */
export function announceChange(): void {
  here.dispatchEvent(new Event(NAME));
  others?.postMessage(null);
}

/** Call `listener` whenever the outbox changed, until what is returned is called. */
export function onChange(listener: () => void): () => void {
  here.addEventListener(NAME, listener);
  others?.addEventListener("message", listener);
  return () => {
    here.removeEventListener(NAME, listener);
    others?.removeEventListener("message", listener);
  };
}
