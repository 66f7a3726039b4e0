import { n, t } from "../words/words.js";
import type { Writing } from "./writing.js";

/** How exactly the place is known, and by what; null where nothing is to be said. */
export function exactness({ point, draft, report }: Writing): string | null {
  if (!point) return report.address?.trim() ? inWords() : null;
  const { by, accuracy, isRough } = draft.place ?? {};
  if (accuracy !== undefined)
    return n(accuracy, "Found by this phone, to within {count} metre.", "Found by this phone, to within {count} metres.");
  if (isRough && /\p{N}/u.test(report.address?.replace(draft.place?.label ?? "", "") ?? ""))
    return t("That is somewhere in the middle. Its house number is not known here: what you typed goes with it.");
  if (isRough) return t("That is somewhere in the middle. Add the house number, or what is beside it.");
  if (by === "photo") return t("Where your photo was taken.");
  if (by === "before") return t("The same place as your last report.");
  return by === "map" ? t("Exactly where you put the pin.") : null;
}

/** What becomes of a place that nobody could look up. */
export const inWords = (): string =>
  t("Its place is only words so far. They are looked up when there is a connection. If they do not lead to one house, you are asked before it is sent.");
