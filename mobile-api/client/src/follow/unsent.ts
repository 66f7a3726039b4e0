import { isSending } from "../send/when_possible.js";
import { t } from "../words/words.js";

/** Where something stands that was said here and is not at the city yet. */
export function unsentWords(): string {
  if (!navigator.onLine) return t("It is on this phone and is sent as soon as there is a connection.");
  return isSending() ? t("It is being sent.") : t("It is on this phone and is sent soon.");
}
