import { tellWaiting } from "../shell/connection.js";
import { redraw } from "../shell/screen.js";
import { database } from "../store/database.js";
import { onChange } from "./changes.js";
import { isPlaceless, outbox, SYNC_TAG, things } from "./outbox.js";
import { sendAll } from "./send.js";

const EVERY_MS = 60_000;
/** What goes at once is not called out as waiting. */
const SOON_MS = 1_000;

/**
 * Send what waits whenever there may be a network: at the start, when the phone says it is online,
 * when somebody looks at the page, when something is put in the outbox, and every minute meanwhile.
 * Where the browser can, it wakes the worker besides, with no page open.
 */
export function sendWhenPossible(): void {
  onChange(() => void changed());
  window.addEventListener("online", () => void trySending());
  window.addEventListener("focus", () => void trySending());
  document.addEventListener("visibilitychange", () => document.hidden || void trySending());
  setInterval(() => void trySending(), EVERY_MS);
  void changed();
}

let told = 0;
let telling: ReturnType<typeof setTimeout> | undefined;

async function changed(): Promise<void> {
  const commands = await outbox();
  const waiting = things(commands, "waiting").length;
  const placeless = things(commands, "refused").filter(isPlaceless).length;
  const count = waiting + placeless + (await decidedProposals());
  clearTimeout(telling);
  if (count > told && navigator.onLine) telling = setTimeout(() => tell(count), SOON_MS);
  else tell(count);
  redraw();
  if (waiting) await Promise.all([askToBeWoken(), trySending()]);
}

function tell(count: number): void {
  told = count;
  tellWaiting(count);
}

/** How many proposals somebody wanted to send: they go by hand, and are as loud as the rest. */
async function decidedProposals(): Promise<number> {
  const all = await (await database()).getAll("proposal");
  return all.filter(({ is_decided }) => is_decided).length;
}

let sending: Promise<boolean> | null = null;
let isAskedAgain = false;

/** Whether this page sends right now. */
export const isSending = (): boolean => sending !== null;

function rest(): void {
  sending = null;
  redraw();
}

/** Send, once at a time; what is put in the outbox meanwhile has its turn right after. */
async function trySending(): Promise<void> {
  isAskedAgain = true;
  if (sending) return;
  while (isAskedAgain && navigator.onLine) {
    isAskedAgain = false;
    sending = sendAll();
    await sending.finally(rest);
  }
}

/** Background Sync, where the browser has it and lets us. */
async function askToBeWoken(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration("/app/");
  const sync = (worker as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  await sync?.register(SYNC_TAG).catch(() => undefined);
}
