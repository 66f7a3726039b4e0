import { html, type TemplateResult } from "lit-html";

import { serviceOf } from "../report/services.js";
import type { Command, Draft } from "../store/kept.js";
import { ago } from "../words/formats.js";
import { t } from "../words/words.js";

const LONGEST = 80;

/** A draft as a way back to it: what it says, and since when it waits for its writer. */
export const draftLine = ({ id, step, started_at, report }: Draft): TemplateResult => html`
  <a href=${`/app/report/${id}/${step}`}>
    <span>
      ${shortened(report.description) || serviceOf(report.service_code)?.service_name || t("A report without words yet")}
      <span class="hint">${t("begun {when}", { when: ago(started_at) })}</span>
    </span>
  </a>
`;

/** What somebody decided, in a few words. */
export function nameOf({ body, document }: Command): string {
  const text = (key: string) => (typeof body[key] === "string" ? (body[key] as string) : "");
  const number = String(document?.["number"] ?? text("report"));
  switch (body.kind) {
    case "report":
      return shortened(text("description")) || t("A report");
    case "me_too":
      return t("You saw {number} too", { number: text("report") });
    case "photo":
      return t("A photo");
    case "comment":
      return t("A word about {number}: {words}", { number, words: shortened(text("text")) });
    case "confirmation":
      return t("You say that {number} is done", { number });
    case "reopening":
      return t("You say that {number} is not done", { number });
    case "following":
      return t("You follow {number}", { number });
    case "unfollowing":
      return t("You do not follow {number} any more", { number });
    case "rating":
      return t("You say how well {number} was dealt with", { number });
    default:
      return t("You ask that somebody else looks at {number}", { number });
  }
}

const shortened = (text: string | undefined): string => {
  const line = text?.trim().replace(/\s+/g, " ") ?? "";
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
};
