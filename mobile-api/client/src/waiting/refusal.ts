import { Refused } from "../api/call.js";
import { isPlaceless } from "../send/outbox.js";
import { explained } from "../shell/failed.js";
import type { Command } from "../store/kept.js";
import { t } from "../words/words.js";

/** Why something was not taken, and what to do, for whoever decided it on a phone. */
export function refusal(command: Command): { title: string; detail: string; remedy: string } {
  if (isPlaceless(command))
    return {
      title: t("Which place is it?"),
      detail: t("Your words do not lead to one house."),
      remedy: t("Pick the place, and it can be sent."),
    };
  const { problem } = command;
  if (!problem) return { title: "", detail: "", remedy: "" };
  const refused = new Refused(problem);
  const { title, detail, remedy } = explained(refused);
  switch (refused.slug) {
    case "move-not-possible":
      return {
        title,
        detail: t("The report moved on before this reached the city, so it was not done."),
        remedy: t("See how it stands now. You can always write a comment."),
      };
    case "service-unknown":
      return {
        title,
        detail: t("This kind of problem cannot be reported any more."),
        remedy: t("Change it, and choose another kind."),
      };
    case "report-not-yours":
      return {
        title,
        detail: t("Only people who reported it or follow it can say this."),
        remedy: t("Follow it, then say it again."),
      };
  }
  return { title, detail, remedy };
}
