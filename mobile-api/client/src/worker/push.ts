import { call } from "../api/call.js";
import { choice } from "../store/database.js";
import { PUSH, type PushChoice } from "../notices/push_choice.js";
import { tellAddress } from "../notices/tell_address.js";

declare const self: ServiceWorkerGlobalScope;

/** What the city sends, as far as it is shown. */
interface Notice {
  title: string;
  body: string;
  tag: string;
  url: string;
  lang: string;
  dir: NotificationDirection;
}

const APP = "/app";
/** Screens where nobody loses anything when another takes their place. */
const QUIET = /^\/app\/(|reports(\/.*)?|near|more(\/.*)?)$/;

/** Show what the city pushes, and open it when it is tapped. */
export function listenForPushes(): void {
  self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(String(event.notification.data)));
  });
  self.addEventListener("pushsubscriptionchange", (event) => {
    (event as ExtendableEvent).waitUntil(subscribeAnew());
  });
}

/** In the words and the direction of the notice: the worker has no language of its own. */
async function show(data: PushMessageData | null): Promise<void> {
  if (!data) return;
  const { title, body, tag, url, lang, dir } = data.json() as Notice;
  const options = { body, tag, lang, dir, data: url, icon: `${APP}/icon-192.png`, badge: `${APP}/icon-192.png`, renotify: true };
  await self.registration.showNotification(title, options);
}

/** Look at what a notice is about: in a window that shows it, in a quiet one, or in a new one. */
async function open(url: string): Promise<void> {
  const target = addressOf(url);
  const windows = (await self.clients.matchAll({ type: "window" })).filter((one) => pathOf(one).startsWith(`${APP}/`));
  const there = windows.find((one) => pathOf(one) === target);
  if (there) return void (await there.focus());
  // Only a window that this worker controls can be led elsewhere.
  const quiet = windows.find((one) => QUIET.test(pathOf(one)));
  const moved = await quiet?.navigate(target).catch(() => null);
  await (moved ? moved.focus() : self.clients.openWindow(target));
}

const pathOf = ({ url }: WindowClient): string => new URL(url).pathname;

/** The screen that shows what the city's page at `url` shows; that page where there is no screen. */
function addressOf(url: string): string {
  const { origin, pathname, search } = new URL(url, self.location.origin);
  if (origin !== self.location.origin) return `${APP}/reports`;
  return /^\/(reports|proposals)\/[^/]+$/.test(pathname) ? APP + pathname : pathname + search;
}

/** The browser has another address for pushes: the city is told, where somebody wanted any. */
async function subscribeAnew(): Promise<void> {
  const chosen = await choice<PushChoice>(PUSH);
  if (!chosen || chosen.is_stopped) return;
  const { vapid_public_key: key } = await call("get", "/v1/notices");
  if (!key) return;
  await tellAddress(chosen, await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
}
