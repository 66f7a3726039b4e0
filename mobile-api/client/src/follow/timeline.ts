import { html, nothing, type TemplateResult } from "lit-html";

import { call, type Answer } from "../api/call.js";
import { redraw } from "../shell/screen.js";
import { Doing } from "../ui/later.js";
import { moment } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { isRepeat, stateWords, type Report } from "./standing.js";

type Step = Report["history"][number];
type Comment = Answer<"/v1/reports/{number}/comments">[number];

interface Entry {
  at: string;
  words: string;
  by: "resident" | "city";
  said: string | null;
  isHidden: boolean;
}

/** What happened to a report, in words, the newest first. */
export class Timeline {
  private earlier: Comment[] = [];
  private readonly doing = new Doing();

  constructor(private readonly number: string) {}

  view(report: Report): TemplateResult {
    // A page that was read again may have what was fetched before.
    const known = new Map([...this.earlier, ...report.comments].map((one) => [one.id, one]));
    const entries = [...firsts(report), ...report.history.map(ofStep), ...[...known.values()].map(ofComment)].reverse();
    const missing = report.comment_count - known.size;
    return html`
      <section class="stack section" aria-labelledby="so-far">
        <h2 id="so-far">${t("What happened so far")}</h2>
        <ol class="timeline" role="list" reversed>${entries.sort(newestFirst).map(entry)}</ol>
        ${missing > 0
          ? this.doing.button(
              n(missing, "Show {count} earlier comment", "Show {count} earlier comments"),
              () => this.fetchEarlier(known.size),
              "button button-quiet",
            )
          : nothing}
      </section>
    `;
  }

  private async fetchEarlier(offset: number): Promise<void> {
    const path = "/v1/reports/{number}/comments";
    this.earlier = [...this.earlier, ...(await call("get", path, { params: { number: this.number }, query: { offset } }))];
    redraw();
  }
}

const newestFirst = (one: Entry, other: Entry) => other.at.localeCompare(one.at);

const entry = ({ at, words, by, said, isHidden }: Entry) => html`
  <li>
    <p><strong>${words}</strong></p>
    <p class="small soft">${moment(at)} · ${by === "city" ? t("the city") : t("a resident")}</p>
    ${said ? html`<p class="reason said" dir="auto">${said}</p>` : nothing}
    ${isHidden ? html`<p class="small soft">${t("The city has hidden the reason.")}</p>` : nothing}
  </li>
`;

const firsts = (report: Report): Entry[] => {
  const own = { at: report.requested_datetime, words: t("Reported"), by: "resident" as const, said: null, isHidden: false };
  return isRepeat(report) ? [{ ...own, at: report.opened_datetime, words: t("First reported") }, own] : [own];
};

const ofStep = (step: Step): Entry => ({
  at: step.at,
  words: stepWords(step),
  by: step.by,
  said: step.reason,
  isHidden: step.is_reason_hidden,
});

const ofComment = (one: Comment): Entry => ({
  at: one.at,
  words: commentWords(one),
  by: one.by,
  said: one.text,
  isHidden: false,
});

function commentWords({ kind, by }: Comment): string {
  if (kind === "question") return t("The city asks");
  if (kind === "answer") return t("The city answers");
  return by === "city" ? t("The city says") : t("A resident says");
}

function stepWords({ kind, state, after }: Step): string {
  switch (kind) {
    case "severity":
      return t("How urgent: {words}", { words: bandWords(Number(after)) });
    case "service":
      return t("Moved to another kind of problem");
    case "appeal":
      return t("Appealed: another person decides");
    case "moderation":
      return t("The city changed or hid words");
  }
  if (state) return stateWords(state);
  return kind === "unlink" ? t("A report was parted from this one") : t("Another report was added to this one");
}

const bandWords = (band: number): string =>
  [t("danger"), t("urgent"), t("soon"), t("ordinary"), t("a wish")][band] ?? "";
