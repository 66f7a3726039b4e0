import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import type { Command, Draft, Photo, ProposalDraft } from "./kept.js";

/** Everything this phone keeps. Nothing of it leaves the phone but through `send/`. */
export interface Stores extends DBSchema {
  /** Reports that are being written, by their id. */
  draft: { key: string; value: Draft };
  /** What was decided and waits to be sent, by its id; oldest first by `made_at`. */
  outbox: { key: string; value: Command; indexes: { made_at: string } };
  /** Proposals for a budget that are being written, or are not at the city yet, by their id. */
  proposal: { key: string; value: ProposalDraft };
  /** Pictures of drafts and of what waits, by their id. */
  photo: { key: string; value: Photo; indexes: { report: string } };
  /** What the city last answered, by address, so that it can be read without a network. */
  answer: { key: string; value: { document: unknown; read_at: string } };
  /** Choices of this phone: language, text size, districts. */
  choice: { key: string; value: unknown };
}
export type Database = IDBPDatabase<Stores>;

let opened: Promise<Database> | null = null;

/** The phone's database, opened once. The page and the service worker share it. */
export function database(): Promise<Database> {
  opened ??= openDB<Stores>("evenward", 2, {
    // Each step adds to what the one before left on a phone, so that nothing kept there is lost.
    upgrade(db, before) {
      if (before < 1) {
        db.createObjectStore("draft", { keyPath: "id" });
        db.createObjectStore("outbox", { keyPath: "id" }).createIndex("made_at", "made_at");
        db.createObjectStore("photo", { keyPath: "id" }).createIndex("report", "report");
        db.createObjectStore("answer");
        db.createObjectStore("choice");
      }
      if (before < 2) db.createObjectStore("proposal", { keyPath: "id" });
    },
    // A newer page waits for this: let go at once, the data stays where it is.
    blocking(_current, _wanted, event) {
      (event.target as IDBDatabase).close();
      opened = null;
    },
    terminated: () => (opened = null),
  }).catch(beginAnew);
  return opened;
}

/** A page that is older than what is kept on the phone is shown anew: the newer one is here too. */
function beginAnew(error: unknown): never {
  opened = null;
  const isOlder = error instanceof DOMException && error.name === "VersionError";
  // Once: a city that went back to an older client has no newer one to show.
  if (isOlder && "sessionStorage" in globalThis && !sessionStorage.getItem("begun-anew")) {
    sessionStorage.setItem("begun-anew", "yes");
    location.reload();
  }
  throw error;
}

/** What this phone chose under `name`, null where nothing was chosen. */
export async function choice<T>(name: string): Promise<T | null> {
  return ((await (await database()).get("choice", name)) as T | undefined) ?? null;
}

/** Keep a choice of this phone. */
export async function choose(name: string, value: unknown): Promise<void> {
  await (await database()).put("choice", value, name);
}
