import type { Answer } from "../api/call.js";
import { day, lastMoment, moment } from "../words/formats.js";
import { t } from "../words/words.js";

export type CycleLine = Answer<"/v1/cycles">[number];
export type Cycle = Answer<"/v1/cycles/{slug}">;
export type Span = CycleLine["phases"][number];
export type Phase = Span["phase"];

/** The name of a phase. */
export const phaseName = (phase: Phase): string =>
  ({
    needs: t("Needs"),
    ideas: t("Ideas"),
    feasibility: t("Check by the city"),
    feedback: t("Answers"),
    vote: t("Vote"),
    delivery: t("Building"),
    reassessment: t("Looking back"),
  })[phase];

/** What a phase is for. */
export const phasePurpose = (phase: Phase): string =>
  ({
    needs: t("Look together at what each district lacks."),
    ideas: t("Anybody proposes what could be built."),
    feasibility: t("The city checks each idea: law, technique, cost, upkeep, and whom it helps."),
    feedback: t("Everybody reads the answers and asks again."),
    vote: t("Residents choose. One resident, one ballot."),
    delivery: t("What won is built, with its spending and its delays in public."),
    reassessment: t("What helped, what failed, what to do otherwise next time."),
  })[phase];

/** Where a phase stands as the city says, whatever this phone's clock does. */
export function phaseStands({ phases, phase, next_phase }: CycleLine, one: Phase): "over" | "now" | "to-come" {
  if (one === phase) return "now";
  const at = (wanted: Phase) => phases.findIndex((span) => span.phase === wanted);
  const turn = phase ?? next_phase;
  return turn === null || at(one) < at(turn) ? "over" : "to-come";
}

/** Where a budget stands, in a sentence. */
export function standingOf(cycle: CycleLine): string {
  const { phase, next_phase, next_date } = cycle;
  if (phase && next_date) return t("{phase}: {until}", { phase: phaseName(phase), until: until(next_date) });
  if (next_phase && next_date) return t("Next: {phase}, from {day}", { phase: phaseName(next_phase), day: day(next_date) });
  return t("Over");
}

/** Until when, where it ends just before `end`. */
export function until(end: string): string {
  const { words, isDay } = lastMoment(end);
  return isDay ? t("until the end of {day}", { day: words }) : t("until {moment}", { moment: words });
}

/** From when to when. */
export function span({ starts_at, ends_at }: Span): string {
  const last = lastMoment(ends_at);
  return t("{first} to {last}", { first: last.isDay ? day(starts_at) : moment(starts_at), last: last.words });
}
