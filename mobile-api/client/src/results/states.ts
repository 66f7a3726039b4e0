import { html, type TemplateResult } from "lit-html";

import type { Answer } from "../api/call.js";
import { mark, type Kind } from "../follow/standing.js";
import { n, t } from "../words/words.js";

export type Line = Answer<"/v1/cycles/{slug}/projects">["projects"][number];
export type Project = Answer<"/v1/cycles/{slug}/projects/{code}">;
type Milestone = Project["milestones"][number];

const KINDS: Record<Line["state"], Kind> = {
  planned: "new",
  under_way: "moving",
  paused: "waiting",
  built: "done",
  abandoned: "ended",
};

/** How a project stands, as shape, word and hue. */
export const projectStanding = ({ state }: Pick<Line, "state">): TemplateResult => html`
  <span class="state state-${KINDS[state]}">${mark(KINDS[state], 16)}<span>${stateWords(state)}</span></span>
`;

export const stateWords = (state: Line["state"]): string =>
  ({
    planned: t("Planned"),
    under_way: t("Being built"),
    paused: t("Standing still"),
    built: t("Built"),
    abandoned: t("Given up"),
  })[state];

/** What is late, where anything is. */
export function lateWords({ progress }: Pick<Line, "progress">): string | null {
  if (progress.late_days > 0) return n(progress.late_days, "Late by {count} day.", "Late by {count} days.");
  if (progress.reassessment_late_days > 0) return n(progress.reassessment_late_days, "The second look is late by {count} day.", "The second look is late by {count} days.");
  return null;
}

export const milestoneWords = ({ state }: Milestone): string =>
  ({ planned: t("To be done"), done: t("Done"), dropped: t("Dropped") })[state];

/** What the second look found. */
export const resultWords = (result: NonNullable<Line["result"]>): string =>
  ({
    achieved: t("It does what it was for"),
    partly: t("It does a part of what it was for"),
    failed: t("It failed"),
    abandoned: t("It was given up"),
  })[result];
