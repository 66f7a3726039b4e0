import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from "idb";

import { cityNow } from "../api/city_clock.js";
import { askForm, type BallotForm, type Receipt } from "./ask.js";

/** One project that was chosen; `points` is 0 where the ballot has none. */
export interface Chosen {
  code: string;
  points: number;
}

/** A ballot that is on its way; sent again as it is, it is the same ballot. */
export interface Attempt {
  attempt: string;
  sequence: number;
  /** What it says, to tell whether anything was changed since. */
  said: string;
}

/** What opened the ballot. `pass` is null with a letter, whose code opens it anywhere. */
export interface Opening {
  credential: string;
  district: string | null;
  is_test: boolean;
  pass: string | null;
}

/** A ballot that is filled in. */
export interface KeptBallot {
  slug: string;
  form: BallotForm;
  opening: Opening;
  /** Decides the order in which this voter sees the projects. */
  seed: number;
  /** By part; a ranking keeps its order. */
  choices: Record<string, Chosen[]>;
  /** Shortlisted projects, each as `part/code`. */
  stars: string[];
  /** The number of the ballot in the box, 0 where is none. */
  cast_before: number;
  attempt: Attempt | null;
  receipt: KeptReceipt | null;
}

/** A receipt, and until when it is shown: by the city's clock, and by this phone's where nobody answers. */
export interface KeptReceipt extends Receipt {
  until: string;
  city_until?: string;
}

// As long as the city's own page can show a receipt again.
const RECEIPT_MS = 10 * 60_000;

/** A receipt that the city gave just now. */
export const keptReceipt = (receipt: Receipt): KeptReceipt => ({
  ...receipt,
  until: new Date(Date.now() + RECEIPT_MS).toISOString(),
  city_until: new Date((cityNow() ?? Date.now()) + RECEIPT_MS).toISOString(),
});

/** Whether a receipt still has its time. */
export function isShown({ until, city_until }: KeptReceipt): boolean {
  const now = cityNow();
  return now === null || !city_until ? Date.parse(until) > Date.now() : Date.parse(city_until) > now;
}

/** Where a ballot is kept while it is filled in. */
export interface Keeper {
  load(slug: string): Promise<KeptBallot | null>;
  save(ballot: KeptBallot): Promise<void>;
  forget(slug: string): Promise<void>;
}

interface Stores extends DBSchema {
  ballot: { key: string; value: KeptBallot };
}

// Apart from everything else the phone keeps, so that it goes as a whole.
const NAME = "evenward-vote";

/** On the voter's own phone, until the close. */
export const onThisPhone: Keeper = {
  load: (slug) => using(async (db) => (await db.get("ballot", slug)) ?? null),
  save: (ballot) => using(async (db) => void (await db.put("ballot", ballot))),
  async forget(slug) {
    const left = await using(async (db) => {
      await db.delete("ballot", slug);
      return db.count("ballot");
    });
    if (left === 0) await deleteDB(NAME);
  },
};

/** How many ballots are open on this phone. */
export const openHere = (): Promise<number> => using((db) => db.count("ballot"));

/** Forget every ballot, and what opened it. */
export const forgetAll = (): Promise<void> => inTurn(() => deleteDB(NAME));

/** On a tablet that others use next: nowhere. */
export const nowhere: Keeper = {
  load: async () => null,
  save: async () => undefined,
  forget: async () => undefined,
};

/**
 * Forget ballots whose vote is over, and receipts that had their time.
 *
 * Only the city can say that a vote is over: by a wrong clock a phone would throw a pass away that
 * nobody can give again. Where nobody answers, all stays.
 */
export async function forgetWhatIsOver(): Promise<void> {
  const all = await using((db) => db.getAll("ballot"));
  for (const { slug } of all) await ((await isOver(slug)) ? onThisPhone.forget(slug) : dropLateReceipt(slug));
  if (all.length === 0) await deleteDB(NAME);
}

const dropLateReceipt = (slug: string): Promise<void> =>
  using(async (db) => {
    const ballot = await db.get("ballot", slug);
    if (ballot?.receipt && !isShown(ballot.receipt)) await db.put("ballot", { ...ballot, receipt: null });
  });

const isOver = (slug: string): Promise<boolean> =>
  askForm(slug).then(({ is_over }) => is_over, () => false);

let last: Promise<unknown> = Promise.resolve();

const using = <T>(act: (db: IDBPDatabase<Stores>) => Promise<T>): Promise<T> => inTurn(() => opened(act));

/** One thing after the other, so that nothing is written behind what is forgotten. */
function inTurn<T>(act: () => Promise<T>): Promise<T> {
  const done = last.then(act);
  last = done.catch(() => undefined);
  return done;
}

/** Opened for one thing and closed again, so that it can be deleted at any time. */
async function opened<T>(act: (db: IDBPDatabase<Stores>) => Promise<T>): Promise<T> {
  const db = await openDB<Stores>(NAME, 1, {
    upgrade: (made) => void made.createObjectStore("ballot", { keyPath: "slug" }),
  });
  try {
    return await act(db);
  } finally {
    db.close();
  }
}
