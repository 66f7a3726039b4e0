"""Why each project won or lost: the numbers that decided, and a sentence made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from backend.ballots.tally.amounts import in_file_unit
from backend.ballots.tally.margins import Margin
from backend.ballots.tally.outcome import Decision, Outcome, Round, Verdict
from backend.ballots.tally.shares_account import SharesAccount

_FORMS: dict[Verdict, str] = {
    "funded": "Funded: its turn came with {left} left, and it costs {cost}.",
    "funded-by-completion": "Funded with the {left} that were left, by its score of {score}.",
    "funded-from-reserve": "Funded: at least 80 % of its {cost} was left, and a reserve pays on.",
    "does-not-fit": "Lost: {left} was left, and it costs {cost}.",
    "stopped": "Lost: the rule had stopped before its turn.",
    "excluded": "Lost: a funded project with a better score cannot be built beside it.",
    "unaffordable": "Lost: its {votes} supporters together had {had} left, and it costs {cost}.",
    "below-threshold": "Lost: its score of {score} is below the threshold of {threshold}.",
    "not-eligible": "Lost: {votes} votes are too few for a cost of {cost}.",
    "no-support": "Lost: nobody chose it.",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one project; all money in 1/scale units of the outcome.

    `paid`: what its supporters paid, where the rule shares costs among them. `supporters_had`:
    what they still held together at the end, where Equal Shares did not buy it. `margin`: by how
    much it lost.
    """

    decision: Decision
    paid: Round | None = None
    supporters_had: Fraction | None = None
    margin: Margin | None = None


def explained(
    outcome: Outcome, margins: Sequence[Margin] = (), account: SharesAccount | None = None
) -> tuple[Explanation, ...]:
    """One for each project, in the order of decision, with what is passed in beside the outcome."""
    is_shared = outcome.facts.get("result_of") != "greedy"
    paid = {one.project: one for one in outcome.rounds if is_shared}
    had = account.left_behind if account is not None and is_shared else {}
    short = {margin.project: margin for margin in margins}
    return tuple(
        Explanation(one, paid.get(one.project), had.get(one.project), short.get(one.project))
        for one in outcome.decisions
    )


def explanations(
    outcome: Outcome, margins: Sequence[Margin] = (), account: SharesAccount | None = None
) -> dict[str, str]:
    """One sentence or two for each project's id, in English; money in the file's unit."""
    return {
        each.decision.project: _sentence(each, outcome)
        for each in explained(outcome, margins, account)
    }


def _sentence(each: Explanation, outcome: Outcome) -> str:
    scale, decision = outcome.scale, each.decision
    had = each.supporters_had
    words = _FORMS[decision.verdict].format(
        cost=_money(decision.cost, scale),
        left=_money(decision.money_before, scale),
        had="less" if had is None else f"{float(had / scale):,.2f}",
        score=decision.score,
        votes=decision.votes,
        threshold=outcome.parameters.get("threshold"),
    )
    if each.paid is not None:
        words += _paid(each.paid, scale)
    if each.margin is not None:
        words += _margin(each.margin, scale)
    return words


def _money(units: int, scale: int) -> str:
    return f"{in_file_unit(units, scale):,}"


def _paid(bought: Round, scale: int) -> str:
    each = float(bought.payment / scale)
    return (
        f" {bought.payers} supporters paid {each:,.2f} for each vote or point and "
        f"{bought.drained} all they had left."
    )


def _margin(margin: Margin, scale: int) -> str:
    votes = f"with {margin.votes} more votes" if margin.votes is not None else ""
    if margin.votes == 1:
        votes = "with 1 more vote"
    less = f"at {_money(margin.reduction, scale)} less" if margin.reduction is not None else ""
    if not votes and not less:
        return " Neither more votes nor a lower cost would have changed that."
    ways = " or ".join(filter(None, (votes, less)))
    return f" {ways.capitalize()} it would have won."
