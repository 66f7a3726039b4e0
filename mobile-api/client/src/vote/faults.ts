import { amount } from "../words/formats.js";
import { n, t } from "../words/words.js";
import type { BallotForm, Part } from "./ask.js";
import { sum, type Choices } from "./choices.js";

/** Everything wrong with what is chosen in one part, in words; a part left blank is fine. */
export function faultsOf(form: BallotForm, part: Part, choices: Choices): string[] {
  if (choices.length === 0) return [];
  return [...count(form, choices), ...money(form, part, choices), ...kinds(form, part, choices), ...points(form, part, choices)];
}

function count({ form: { min, max } }: BallotForm, { length }: Choices): string[] {
  if (length < min)
    return [n(min - length, "Choose {count} more project here, or leave the whole part blank.", "Choose {count} more projects here, or leave the whole part blank.")];
  if (max !== null && length > max)
    return [n(length - max, "That is {count} project too many. The most is {max}.", "That is {count} projects too many. The most is {max}.", { max })];
  return [];
}

function money(ballot: BallotForm, part: Part, choices: Choices): string[] {
  const over = costOf(part, choices) - part.budget;
  if (ballot.form.kind !== "knapsack" || over <= 0) return [];
  return [t("That is {over} more than there is. Take something off.", { over: amount(over, ballot) })];
}

function kinds({ form }: BallotForm, part: Part, choices: Choices): string[] {
  return Object.entries(form.category_limits).flatMap(([category, max]) => {
    const found = chosenOf(part, choices).filter((one) => one.category === category).length;
    if (found <= max) return [];
    return [n(found - max, "That is {count} of the kind “{category}” too many. The most is {max}.", "That is {count} of the kind “{category}” too many. The most is {max}.", { category, max })];
  });
}

function points({ form }: BallotForm, part: Part, choices: Choices): string[] {
  if (form.points === null) return [];
  const most = form.max_points ?? form.points;
  const tooMany = choices.filter((one) => one.points > most).map(({ code }) =>
    n(most, "“{project}” got more than {count} point.", "“{project}” got more than {count} points.", { project: titleOf(part, code) }));
  const over = sum(choices.map((one) => one.points)) - form.points;
  if (over > 0) tooMany.push(n(over, "That is {count} point too many. Take it away somewhere.", "That is {count} points too many. Take them away somewhere."));
  return tooMany;
}

/** The projects that were chosen, in the order in which they were. */
export const chosenOf = (part: Part, choices: Choices) =>
  choices.flatMap(({ code }) => part.projects.filter((one) => one.code === code));

export const costOf = (part: Part, choices: Choices): number => sum(chosenOf(part, choices).map((one) => one.cost));

const titleOf = (part: Part, code: string) => part.projects.find((one) => one.code === code)?.title ?? code;
