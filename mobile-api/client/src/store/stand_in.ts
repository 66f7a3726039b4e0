import { database } from "./database.js";

let isHere = false;

/** Whether this browser keeps nothing: what is written here goes when the page is closed. */
export const keepsNothing = (): boolean => isHere;

/**
 * Where the browser has no database or lets nobody use it, as in some private windows, on a full
 * disk or where storage is blocked, one in this page's memory stands in.
 */
export async function standInWhereNothingIsKept(): Promise<void> {
  try {
    await database();
  } catch {
    await import("fake-indexeddb/auto");
    isHere = true;
  }
}
