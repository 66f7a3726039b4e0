import { closeForGood } from "./database.js";

// Other pages of this client; not every phone's browser lets them talk.
const pages = "BroadcastChannel" in globalThis ? new BroadcastChannel("begin-anew") : null;

/** What happened on this phone: all that it kept is gone, or somebody signed in or out. */
type Turn = "forgotten" | "somebody-else";

/** What other pages have in hand is not for whoever comes next. */
export const tellOtherPages = (turn: Turn): void => pages?.postMessage(turn);

/** Begin anew when another page says so. Drafts live on where they are kept, and only there. */
export function beginAnewWhenTold(): void {
  pages?.addEventListener("message", ({ data }: MessageEvent<Turn>) => {
    if (data === "somebody-else") return location.reload();
    letGo();
    location.replace("/app/");
  });
}

/** What this page has in hand is neither kept nor shown again, whatever becomes of the page. */
export function letGo(): void {
  closeForGood();
  // Going back may bring a page as it was left.
  window.addEventListener("pageshow", () => location.replace("/app/"));
}
