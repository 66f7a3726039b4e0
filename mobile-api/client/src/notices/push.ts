import { beginSession, isKnown } from "../account/session.js";
import { call, type Answer } from "../api/call.js";
import { choice, choose } from "../store/database.js";
import { uuid7 } from "../store/uuid.js";
import { language } from "../words/words.js";
import { PUSH, type PushChoice } from "./push_choice.js";
import { tellAddress } from "./tell_address.js";

export type Offered = Answer<"/v1/notices">;
/** Whether this browser can be told by push, and why not. */
export type CanPush = "yes" | "on" | "denied" | "unsupported" | "home-screen" | "not-offered";

/** The browser said no when it was asked for an address. */
export class CannotSubscribe extends Error {}

const DAY_MS = 24 * 3600 * 1000;

/** How it stands with push on this browser, without asking anybody for anything. */
export async function canPush({ carriers, vapid_public_key }: Offered): Promise<CanPush> {
  if (!carriers.includes("webpush") || !vapid_public_key) return "not-offered";
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window))
    return isIPhone() ? "home-screen" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  const chosen = await choice<PushChoice>(PUSH);
  const isOn = chosen && !chosen.is_stopped && Notification.permission === "granted" && (await subscribed());
  return isOn ? "on" : "yes";
}

/** Ask for permission, subscribe, and tell the city; false where permission was refused. */
export async function startPush({ vapid_public_key: key }: Offered): Promise<boolean> {
  if ((await Notification.requestPermission()) !== "granted") return false;
  const worker = await navigator.serviceWorker.ready;
  const subscription = await subscribe(worker, key ?? "");
  await beginSession();
  await tell({ id: uuid7(), language: language(), sent_at: "" }, subscription);
  return true;
}

/** Be told here no more, from now on; a city that does not hear of it now hears of it at a later start. */
export async function stopPush(): Promise<void> {
  const chosen = await choice<PushChoice>(PUSH);
  if (chosen) await choose(PUSH, { ...chosen, is_stopped: true });
  await (await subscribed())?.unsubscribe();
  if (chosen) await tellStopped(chosen).catch(() => undefined);
}

async function tellStopped({ id }: PushChoice): Promise<void> {
  // Whom the city does not know any longer it does not tell either.
  if (isKnown()) await call("delete", "/v1/me/notices/registrations/{registration}", { params: { registration: id } });
  await choose(PUSH, null);
}

/**
 * Show the city once a day that this browser still wants to be told; it forgets who is silent for
 * 90 days. Where the city's key is another one, the browser subscribes anew. What was stopped is
 * stopped again, where the city has not heard of it.
 */
export async function keepPush(): Promise<void> {
  const chosen = await choice<PushChoice>(PUSH);
  if (chosen?.is_stopped) return stopPush();
  const isFresh = chosen && chosen.language === language() && Date.now() - Date.parse(chosen.sent_at) < DAY_MS;
  if (!chosen || isFresh || Notification.permission !== "granted") return;
  const { vapid_public_key: key } = await call("get", "/v1/notices");
  if (!key) return;
  const worker = await navigator.serviceWorker.ready;
  const before = await worker.pushManager.getSubscription();
  const isSame = before && written(before.options.applicationServerKey) === key;
  if (before && !isSame) await before.unsubscribe();
  await tell({ ...chosen, language: language() }, before && isSame ? before : await subscribe(worker, key));
}

async function subscribe(worker: ServiceWorkerRegistration, key: string): Promise<PushSubscription> {
  try {
    return await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  } catch {
    throw new CannotSubscribe();
  }
}

async function tell(chosen: PushChoice, subscription: PushSubscription): Promise<void> {
  await tellAddress(chosen, subscription);
  await choose(PUSH, { ...chosen, sent_at: new Date().toISOString() });
}

async function subscribed(): Promise<PushSubscription | null> {
  const worker = await navigator.serviceWorker.getRegistration("/app/");
  return (await worker?.pushManager.getSubscription()) ?? null;
}

/** A key as the city writes it: base64 for addresses, without padding. */
function written(key: ArrayBuffer | null): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(key ?? new ArrayBuffer(0))));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Where push exists only for what is on the home screen. */
const isIPhone = (): boolean =>
  /iPhone|iPad/.test(navigator.userAgent) || (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);
