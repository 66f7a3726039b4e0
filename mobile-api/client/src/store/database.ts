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

const NAME = "evenward";
let opened: Promise<Database> | null = null;

/** The phone's database, opened once. The page and the service worker share it. */
export function database(): Promise<Database> {
  opened ??= openDB<Stores>(NAME, 2, {
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
    ...lettingGo,
  }).catch(asItIs);
  return opened;
}

const lettingGo = {
  // A newer page waits for this: let go at once, the data stays where it is.
  blocking(_current: number, _wanted: number | null, event: IDBVersionChangeEvent) {
    (event.target as IDBDatabase).close();
    opened = null;
  },
  terminated: () => (opened = null),
};

/**
 * A page that was open before a newer one came goes on with what that has laid, so that what is
 * being written there is kept as well: steps only ever add.
 */
function asItIs(error: unknown): Promise<Database> {
  opened = null;
  if (!(error instanceof DOMException && error.name === "VersionError")) throw error;
  return (opened = openDB<Stores>(NAME, undefined, lettingGo));
}

/** This page is about to go: what it still wants to keep is not kept, and nothing is read for it. */
export function closeForGood(): void {
  opened = new Promise<Database>(() => undefined);
}

/** What this phone chose under `name`, null where nothing was chosen. */
export async function choice<T>(name: string): Promise<T | null> {
  return ((await (await database()).get("choice", name)) as T | undefined) ?? null;
}

/** Under this name a phone keeps words on a report, as a comment, until they are sent. */
export const wordsOn = (number: string, name: string): string => `words/${number}/${name}`;

/** Choices that say nothing of anybody. */
export const OF_NOBODY: ReadonlySet<string> = new Set(["language", "text_size"]);

const chosen = new Set<string>();

/** Keep a choice of this phone. */
export async function choose(name: string, value: unknown): Promise<void> {
  chosen.add(name);
  await (await database()).put("choice", value, name);
}

/** Drop all that this page has kept as a choice, words that are not sent yet among it. */
export async function dropChosen(): Promise<void> {
  const db = await database();
  await Promise.all([...chosen].filter((name) => !OF_NOBODY.has(name)).map((name) => db.delete("choice", name)));
}
