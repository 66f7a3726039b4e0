import { failed } from "./failed.js";
import { show, type Screen } from "./screen.js";

/** What an address says beside which screen it is. */
export interface Place {
  params: Record<string, string>;
  query: URLSearchParams;
}
export type Make = (place: Place) => Screen | Promise<Screen>;
/** A pattern such as `/reports/:number`, and what makes its screen, loaded when it is needed. */
export type Route = readonly [pattern: string, load: () => Promise<{ default: Make }>];

const BASE = "/app";
let routes: readonly Route[] = [];
let moves = 0;

/** Show what the address says, now and whenever it changes. */
export async function start(table: readonly Route[]): Promise<void> {
  routes = table;
  window.addEventListener("popstate", () => void enter());
  document.addEventListener("click", follow);
  document.addEventListener("keydown", ({ key }) => key === "Tab" && goesByKeys(true));
  document.addEventListener("pointerdown", () => goesByKeys(false));
  await enter(true);
}

/** Go to `path`, under /app. `replace` where going back must not lead here again. */
export async function go(path: string, { replace = false } = {}): Promise<void> {
  history[replace ? "replaceState" : "pushState"](null, "", BASE + path);
  await enter();
}

/** phone.css says what it is for. */
const goesByKeys = (does: boolean) => document.documentElement.classList.toggle("by-keys", does);

async function enter(isFirst = false): Promise<void> {
  const move = ++moves;
  const screen = await made().catch((error: unknown) => failed(error, () => void enter()));
  // Whoever was faster than the network is somewhere else by now.
  if (move === moves) show(screen, isFirst);
  else screen.leave?.();
}

async function made(): Promise<Screen> {
  const path = location.pathname.slice(BASE.length).replace(/\/$/, "") || "/";
  for (const [pattern, load] of routes) {
    const params = match(pattern, path);
    if (params) return (await load()).default({ params, query: new URLSearchParams(location.search) });
  }
  return failed(null, null);
}

/** The parameters of `path` where it fits `pattern`. */
function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return params;
}

/** Links within the client lead on without loading the page anew. */
function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest?.("a");
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || event.defaultPrevented || link.target || link.download) return;
  const to = new URL(link.href);
  if (to.origin !== location.origin || !to.pathname.startsWith(`${BASE}/`) || to.hash) return;
  event.preventDefault();
  void go(to.pathname.slice(BASE.length) + to.search);
}
