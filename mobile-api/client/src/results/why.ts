import type { Answer } from "../api/call.js";
import { amount } from "../words/formats.js";
import { n, t } from "../words/words.js";

export type Election = Answer<"/v1/cycles/{slug}/results/{part}">;
export type Counted = Election["projects"][number];

/** How many wanted it. */
export function supportWords(election: Election, project: Counted): string {
  if (hasPoints(election)) return n(project.score, "{count} point", "{count} points");
  return n(project.votes, "{count} vote", "{count} votes");
}

const hasPoints = ({ vote_type }: Election) => !["approval", "choose-1"].includes(vote_type);

/** Why the count funded a project or did not, in one sentence. */
export function whyWords(election: Election, project: Counted): string {
  const left = amount(project.money_before ?? 0, election);
  switch (project.verdict) {
    case "funded":
      return project.paid ? paidWords(project.paid) : t("It was next in the order, and {left} was there for it.", { left });
    case "funded-by-completion":
      return t("Its supporters could not pay for it with their shares; the money left over did.");
    case "funded-from-reserve":
      return t("{left} was left, at least 80 of 100 of its cost; a reserve pays the rest.", { left });
    case "does-not-fit":
      return t("When its turn came {left} was left, and it costs {cost}.", { left, cost: amount(project.cost, election) });
    case "unaffordable":
      return t("Its supporters did not have enough of their shares left to pay for it.");
    case "stopped":
      return t("The rule had stopped before its turn.");
    case "excluded":
      return t("A project that cannot be built beside it had won.");
    case "below-threshold":
      return t("It did not reach the least that is needed.");
    case "not-eligible":
      return t("Too few voters chose it for what it costs, so it did not take part.");
    default:
      return project.is_winner ? t("It won.") : t("Nobody chose it.");
  }
}

const paidWords = ({ payers, drained }: NonNullable<Counted["paid"]>) =>
  n(payers + drained, "{count} voter who chose it paid for it with an equal share of the money.", "{count} voters who chose it paid for it together, with equal shares of the money.");

/** By how much it lost, where that is known. */
export function marginWords(election: Election, { margin }: Counted): string | null {
  if (!margin) return null;
  const { votes, reduction } = margin;
  if (votes !== null && reduction !== null)
    return n(votes, "With {count} more ballot for it alone, or at {less} less, it would have won.", "With {count} more ballots for it alone, or at {less} less, it would have won.", { less: amount(reduction, election) });
  if (votes !== null) return n(votes, "With {count} more ballot for it alone it would have won.", "With {count} more ballots for it alone it would have won.");
  if (reduction !== null) return t("At {less} less it would have won.", { less: amount(reduction, election) });
  return null;
}
