import { html, type TemplateResult } from "lit-html";

import { mark, type Kind } from "../follow/standing.js";
import { t } from "../words/words.js";
import type { Proposal } from "./catalogue.js";

export type State = Proposal["state"];

const KINDS: Record<State, Kind> = {
  submitted: "new",
  in_review: "moving",
  appealed: "waiting",
  accepted: "done",
  accepted_with_changes: "done",
  refused: "ended",
  withdrawn: "ended",
  merged: "ended",
  split: "ended",
};

/** The sort of standing that shapes and hues go by. */
export const kindOf = (state: State): Kind => KINDS[state];

/** Where nothing follows any more under this number. */
export const isGone = (state: State): boolean => state === "withdrawn" || state === "merged" || state === "split";

/** A state as shape, word and hue. */
export const standing = (state: State, size = 16): TemplateResult => html`
  <span class="state state-${kindOf(state)}">${mark(kindOf(state), size)}<span>${stateWords(state)}</span></span>
`;

/** A state as a reader meets it. */
export function stateWords(state: State): string {
  return {
    submitted: t("Proposed"),
    in_review: t("Being checked"),
    accepted: t("Can be done"),
    accepted_with_changes: t("Can be done with changes"),
    refused: t("Cannot be done"),
    appealed: t("Being checked again"),
    withdrawn: t("Taken back"),
    merged: t("Joined with others"),
    split: t("Split into several"),
  }[state];
}

/** What happens next. */
export function nextWords(state: State, isOver: boolean): string {
  if (isOver && (state === "accepted" || state === "accepted_with_changes"))
    return t("People have voted. The result says what became of it.");
  return {
    submitted: t("Next, the city checks whether it can be done."),
    in_review: t("The city is checking whether it can be done."),
    accepted: t("Next, people vote on it."),
    accepted_with_changes: t("Next, people vote on it as the city would do it."),
    refused: t("The reason is below. Whoever proposed it can appeal once."),
    appealed: t("Somebody else at the city decides again."),
    withdrawn: t("Whoever proposed it has taken it back."),
    merged: t("It goes on under another number."),
    split: t("It goes on under other numbers."),
  }[state];
}
