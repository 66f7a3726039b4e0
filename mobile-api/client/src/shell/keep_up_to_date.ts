import { knowAllWords } from "../words/words.js";
import { redraw } from "./screen.js";

interface Policy {
  createScriptURL(url: string): unknown;
}
interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
}

const WORKER = "/app/service-worker.js";
const ASSETS = "/app/assets/";

/** Let the service worker keep this client on the phone, and take a newer one over when it comes. */
export function keepUpToDate(): void {
  if (!("serviceWorker" in navigator)) return;
  // Worked out by `register`; asking for permission first would hold up the first screen.
  void navigator.serviceWorker.register(trusted(WORKER) as string, { scope: "/app/" });
  navigator.serviceWorker.addEventListener("message", redraw);
  navigator.serviceWorker.addEventListener("controllerchange", keepWhatCame);
  if (navigator.serviceWorker.controller) void knowAllWords();
}

/**
 * Begin anew as the newer client where a part of this one cannot be had, as it went from the city
 * with it; drafts are kept. Without a network nothing is newer, and the part comes another time.
 */
export function beginAnewWhereOld(): void {
  window.addEventListener("vite:preloadError", () => {
    void isOld().then(
      (isSo) => isSo && location.reload(),
      () => undefined,
    );
  });
}

/** Whether the city has another client than this page is; the newer one is on the phone by then. */
async function isOld(): Promise<boolean> {
  const registration = await navigator.serviceWorker?.getRegistration("/app/");
  await registration?.update();
  const { installing } = registration ?? {};
  if (installing) await new Promise((done) => installing.addEventListener("statechange", done, { once: true }));
  const shell = await (await fetch("/app/", { cache: "no-cache" })).text();
  return !shell.includes(new URL(document.querySelector<HTMLScriptElement>("script[src]")!.src).pathname);
}

/**
 * What this page loaded before the worker had it goes by the worker too, which keeps it; so do the
 * words of every screen, in this phone's language.
 */
function keepWhatCame(): void {
  void knowAllWords();
  for (const { name } of performance.getEntriesByType("resource")) {
    const { origin, pathname } = new URL(name);
    if (origin === location.origin && pathname.startsWith(ASSETS)) void fetch(name).catch(() => undefined);
  }
}

/** The one script address the page makes by itself, as Trusted Types want it said. */
function trusted(url: string): unknown {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  const same = { createScriptURL: (asked: string) => (asked === WORKER ? asked : "") };
  return trustedTypes ? trustedTypes.createPolicy("evenward", same).createScriptURL(url) : url;
}
