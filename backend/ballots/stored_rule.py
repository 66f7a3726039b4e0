"""The rule of a stored election, from the parameters of its transcript."""

from collections.abc import Mapping
from typing import Any

from backend.ballots.tally.equal_shares import EqualShares
from backend.ballots.tally.greedy import Greedy
from backend.ballots.tally.phragmen import Phragmen
from backend.ballots.tally.rule_of_file import Rule
from backend.ballots.tally.ties import TieBreak


def rule_of_parameters(parameters: Mapping[str, Any]) -> Rule:
    """What the transcript's `parameters` tell, so that the same rule counts again."""
    ties = TieBreak(tuple(parameters["tie_break"]), parameters.get("seed", ""))
    match parameters["rule"]:
        case "greedy":
            return Greedy(
                variant=parameters["variant"],
                ranking=parameters["score"],
                threshold=parameters.get("threshold"),
                eligibility=parameters["eligibility"],
                ties=ties,
            )
        case "equal-shares":
            names = ("utility", "completion", "comparison", "start", "eligibility")
            step = str(parameters.get("step", ""))
            return EqualShares(
                **{name: parameters[name] for name in names},
                # A fraction is the step that budget-steps has where nobody said one.
                step=int(step) if step.isdecimal() else None,
                ties=ties,
            )
        case _:
            return Phragmen(parameters["variant"], ties)
