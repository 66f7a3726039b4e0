import { closeForGood, dropChosen } from "./database.js";

// Other pages of this client; not every phone's browser lets them talk.
const pages = "BroadcastChannel" in globalThis ? new BroadcastChannel("begin-anew") : null;

/** What happened on this phone: all that it kept is gone, or somebody signed in or out. */
type Turn = "forgotten" | "somebody-else";

/** What other pages have in hand is not for whoever comes next. */
export const tellOtherPages = (turn: Turn): void => pages?.postMessage(turn);

const drops = new Set<() => Promise<unknown>>([dropChosen]);
const LONGEST_MS = 1000;

/**
 * Drop what this page is writing as soon as another forgets everything: until it is told, this page writes on, and
 * may do so after the other has cleared what is kept. Nothing else, for somebody may have begun anew by then.
 */
export const dropWhenForgotten = (drop: () => Promise<unknown>): unknown => drops.add(drop);

/** Begin anew when another page says so. Drafts live on where they are kept, and only there. */
export function beginAnewWhenTold(): void {
  pages?.addEventListener("message", ({ data }: MessageEvent<Turn>) => {
    if (data === "somebody-else") return location.reload();
    // Begun before the page lets go, and after whatever it wrote.
    const dropped = Promise.allSettled([...drops].map((drop) => drop()));
    letGo();
    const tooLong = new Promise((is) => setTimeout(is, LONGEST_MS));
    void Promise.race([dropped, tooLong]).then(() => location.replace("/app/"));
  });
}

/** What this page has in hand is neither kept nor shown again, whatever becomes of the page. */
export function letGo(): void {
  closeForGood();
  // Going back may bring a page as it was left.
  window.addEventListener("pageshow", () => location.replace("/app/"));
}
