import { amount, number } from "../words/formats.js";
import { n, t } from "../words/words.js";
import type { BallotForm, Part } from "./ask.js";
import { sum, type Choices } from "./choices.js";
import { costOf } from "./faults.js";

/** How a part is filled in, one sentence for each limit. */
export function formWords({ form }: BallotForm): string[] {
  const words = [howWords(form)];
  if (form.kind !== "choose-1" && form.min > 1) words.push(n(form.min, "Choose at least {count}.", "Choose at least {count}."));
  if (form.kind !== "choose-1" && form.max !== null) words.push(n(form.max, "Choose at most {count}.", "Choose at most {count}."));
  for (const [category, max] of Object.entries(form.category_limits))
    words.push(n(max, "At most {count} of the kind “{category}”.", "At most {count} of the kind “{category}”.", { category }));
  return words;
}

function howWords(form: BallotForm["form"]): string {
  switch (form.kind) {
    case "choose-1":
      return t("Choose the one project you want.");
    case "knapsack":
      return t("Choose projects until the money is spent.");
    case "ranking":
      return t("Put the projects you want in order, the best first.");
    case "points": {
      const all = n(form.points ?? 0, "You have {count} point to give.", "You have {count} points to give.");
      return form.max_points === null ? all : `${all} ${n(form.max_points, "One project gets at most {count}.", "One project gets at most {count}.")}`;
    }
    default:
      return t("Choose the projects you want.");
  }
}

/** How far a part is filled in, and what is left. */
export function standingWords(ballot: BallotForm, part: Part, choices: Choices): string {
  const { form } = ballot;
  if (form.kind === "knapsack") {
    const cost = costOf(part, choices);
    const facts = { cost: amount(cost, ballot), budget: amount(part.budget, ballot) };
    if (cost > part.budget) return t("Chosen: {cost}, and there is {budget}.", facts);
    return t("Chosen: {cost} of {budget}. {left} is left.", { ...facts, left: amount(part.budget - cost, ballot) });
  }
  if (form.points !== null) {
    const given = sum(choices.map((one) => one.points));
    const left = Math.max(form.points - given, 0);
    return n(left, "Given: {given} of {all} points. {count} is left.", "Given: {given} of {all} points. {count} are left.", { given: number(given), all: number(form.points) });
  }
  if (choices.length === 0) return t("Nothing is chosen here yet.");
  if (form.kind === "choose-1") return t("One project is chosen.");
  if (form.max !== null) return n(choices.length, "{count} of at most {max} chosen.", "{count} of at most {max} chosen.", { max: form.max });
  return n(choices.length, "{count} project chosen.", "{count} projects chosen.");
}
