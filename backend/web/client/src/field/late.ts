// What came too late for the record of a day, which is not changed.

import type { Entry } from "./entries.js";

const TOO_LATE = new Set(["sweep-recorded-already", "sweep-plan-not-in-force"]);

/** Whether it is refused however often it is sent. */
export const isTooLate = ({ slug = "" }: Entry): boolean => TOO_LATE.has(slug);

/** The same entry, under the same id, as a report of its own; nothing where it was no new problem. */
export function asReport(entry: Entry): Entry | undefined {
  if (!entry.fields.some(([name, value]) => name === "kind" && value === "new")) return undefined;
  const fields = entry.fields.map(([name, value]): [string, string] => [name, name === "kind" ? "late" : value]);
  return { ...entry, fields, refusal: "", slug: "" };
}
