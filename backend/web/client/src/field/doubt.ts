// What of the end of a day can hardly be: the city asks, and takes it from whoever says that it is right.

import type { Entry } from "./entries.js";

/** Whether the city asks if it is right. */
export const isDoubted = ({ slug = "" }: Entry): boolean => slug === "sweep-day-doubted";

/** The same entry, right all the same. */
export const asSure = (entry: Entry): Entry => ({ ...entry, fields: [...entry.fields, ["sure", "1"]] });
