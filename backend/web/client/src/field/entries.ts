import { openDB, type DBSchema } from "idb";

/** What somebody entered on the way, until the city has it. */
export interface Entry {
  /** Made here, so that the city keeps it once however often it is sent. */
  id: string;
  /** Whose session it was entered in: nobody else's name comes under it. */
  who: string;
  address: string;
  fields: [string, string][];
  /** What is said of it, and in which part of the page: places and kinds alone. */
  label: string;
  where: string;
  at: string;
  /** Why the city did not take it; empty while it waits. */
  refusal: string;
  /** The name of that reason. */
  slug?: string;
}

interface Stores extends DBSchema {
  entry: { key: string; value: Entry; indexes: { at: string } };
}

const NAME = "today";
/** What is told to the other pages and to the worker, and what wakes the worker. */
export const CHANGED = "today";

const database = () =>
  openDB<Stores>(NAME, 1, { upgrade: (db) => void db.createObjectStore("entry", { keyPath: "id" }).createIndex("at", "at") });

async function inDatabase<T>(act: (db: Awaited<ReturnType<typeof database>>) => Promise<T>): Promise<T> {
  const db = await database();
  try {
    return await act(db);
  } finally {
    // An open one would keep another page from forgetting it.
    db.close();
  }
}

/** Everything that waits or was refused, oldest first. */
export const entries = (): Promise<Entry[]> => inDatabase((db) => db.getAllFromIndex("entry", "at"));

/** Keep an entry as it is now. */
export const keep = (entry: Entry): Promise<unknown> => inDatabase((db) => db.put("entry", entry));

/** The city has it, or nobody wants it any more. */
export const drop = (id: string): Promise<void> => inDatabase((db) => db.delete("entry", id));

/** Tell every page of ours that something is different. */
export function tell(): void {
  const channel = new BroadcastChannel(CHANGED);
  channel.postMessage("");
  channel.close();
}
