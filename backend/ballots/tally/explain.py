"""Why each project won or lost, in a sentence with the numbers that decided."""

from backend.ballots.tally.amounts import in_file_unit
from backend.ballots.tally.outcome import Outcome, Round, Verdict

_FORMS: dict[Verdict, str] = {
    "funded": "Funded: its turn came with {left} left, and it costs {cost}.",
    "funded-by-completion": "Funded with the {left} that were left, by its score of {score}.",
    "funded-from-reserve": "Funded: at least 80 % of its {cost} was left, and a reserve pays on.",
    "does-not-fit": "Lost: {left} was left; at {left} instead of {cost} it would have fitted.",
    "stopped": "Lost: the rule had stopped before its turn.",
    "excluded": "Lost: a funded project with a better score cannot be built beside it.",
    "unaffordable": "Lost: its {votes} supporters together had less than its {cost} left.",
    "below-threshold": "Lost: its score of {score} is below the threshold.",
    "not-eligible": "Lost: {votes} votes are too few for a cost of {cost}.",
    "no-support": "Lost: nobody chose it.",
}


def explanations(outcome: Outcome) -> dict[str, str]:
    """One sentence for each project's id, in the order of decision; money in the file's unit."""
    is_shared = outcome.facts.get("result_of") != "greedy"
    paid = {one.project: _paid(one, outcome.scale) for one in outcome.rounds if is_shared}
    found = {}
    for decision in outcome.decisions:
        sentence = _FORMS[decision.verdict].format(
            cost=f"{in_file_unit(decision.cost, outcome.scale):,}",
            left=f"{in_file_unit(decision.money_before, outcome.scale):,}",
            score=decision.score,
            votes=decision.votes,
        )
        found[decision.project] = sentence + paid.get(decision.project, "")
    return found


def _paid(bought: Round, scale: int) -> str:
    each = float(bought.payment / scale)
    return (
        f" {bought.payers} supporters paid {each:,.2f} for each vote or point and "
        f"{bought.drained} all they had left."
    )
