import { html, svg, type TemplateResult } from "lit-html";

import type { Answer } from "../api/call.js";
import { t } from "../words/words.js";

export type Report = Answer<"/v1/reports/{number}">;
export type State = Report["state"];
export type Kind = "new" | "moving" | "waiting" | "done" | "ended";

/** A state as shape, word and hue. */
export const standing = (state: State, size = 16): TemplateResult => {
  const kind = kindOf(state);
  return html`<span class="state state-${kind}">${mark(kind, size)}<span>${stateWords(state)}</span></span>`;
};

/** The same sort of standing that the city's pages and maps show. */
export const kindOf = (state: State): Kind => KINDS[state] ?? "new";

const KINDS: Partial<Record<State, Kind>> = {
  scheduled: "moving",
  in_progress: "moving",
  waiting_reporter: "waiting",
  waiting_contractor: "waiting",
  resolved: "done",
  confirmed: "done",
  refused: "ended",
  duplicate: "ended",
  handed_over: "ended",
  outside: "ended",
};

/** The shape of a sort of standing, in its hue where a `state-…` class is around it. */
export const mark = (kind: Kind, size: number) => html`
  <svg class=${kind === "moving" ? "mirrors" : ""} viewBox="0 0 16 16" width=${size} height=${size} fill="currentColor" aria-hidden="true">${SHAPES[kind]}</svg>
`;

const SHAPES: Record<Kind, TemplateResult> = {
  new: svg`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="3" />`,
  moving: svg`<path d="M2 1l13 7-13 7z" />`,
  waiting: svg`<path d="M2 1h4.500v14H2zM9.5 1H14v14H9.500z" />`,
  done: svg`<path d="M0 0h16v16H0z" /><path d="M3.5 8.300l3 3 6-6.6" fill="none" class="mark-cut" stroke-width="2.2" />`,
  ended: svg`<path d="M0 0h16v16H0z" /><path d="M3.5 8h9" fill="none" class="mark-cut" stroke-width="2.2" />`,
};

/** A state as a reader meets it. */
export function stateWords(state: State): string {
  return {
    received: t("Received"),
    triaged: t("Looked at"),
    assigned: t("On a team's list"),
    scheduled: t("Has a date"),
    in_progress: t("Being worked on"),
    waiting_reporter: t("Waiting for an answer"),
    waiting_contractor: t("Waiting for others"),
    reopened: t("Open again"),
    resolved: t("Done"),
    confirmed: t("Done, and confirmed"),
    refused: t("Refused"),
    duplicate: t("Same as another"),
    handed_over: t("Handed over"),
    outside: t("Not in the city"),
  }[state];
}

/** Whether somebody else reported the same thing before; of what was kept before that was told, no. */
export const isRepeat = ({ opened_datetime, requested_datetime }: Report): boolean => new Date(opened_datetime) < new Date(requested_datetime);

/** What happens next. */
export function nextWords(state: State): string {
  return {
    received: t("Next, somebody from the city looks at it."),
    triaged: t("Next, it is put on somebody's list of work."),
    assigned: t("Next, the team sets a date or begins."),
    scheduled: t("The work has a date."),
    in_progress: t("Somebody is working on it."),
    waiting_reporter: t("The city has asked a question. It goes on when there is an answer."),
    waiting_contractor: t("It goes on as soon as what it waits for is there."),
    reopened: t("It was not done after all, and is back on the list."),
    resolved: t("The city says it is done."),
    confirmed: t("The city says it is done, and so does somebody who reported it."),
    refused: t("The city will not do this. The reason is below."),
    duplicate: t("It was reported before. Both are handled together."),
    handed_over: t("Another body looks after this place and has it now."),
    outside: t("The place is not the city's. The reason is below."),
  }[state];
}
