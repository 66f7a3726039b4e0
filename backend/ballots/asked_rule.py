"""What somebody asks for to a rule with every parameter: as asked, else as the file says."""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeAlias

from backend.ballots.tally.electorate import Utility
from backend.ballots.tally.equal_shares import Completion, EqualShares, Start
from backend.ballots.tally.findings import printable
from backend.ballots.tally.greedy import Greedy, Variant
from backend.ballots.tally.phragmen import Phragmen
from backend.ballots.tally.profile import Election
from backend.ballots.tally.rule_of_file import (
    Rule,
    ranking_by,
    rule_of_file,
    threshold_of_file,
    usual_utility,
)
from backend.ballots.tally.ties import LEXICOGRAPHIC, TieBreak, cost_votes_lot
from backend.core.errors import Invalid

RuleName: TypeAlias = Literal["greedy", "equal-shares", "phragmen"]
TiesName: TypeAlias = Literal["lexicographic", "cost-votes-lot"]

_NAMES: dict[type[Rule], RuleName] = {
    Greedy: "greedy",
    EqualShares: "equal-shares",
    Phragmen: "phragmen",
}
_OPTIONS: dict[RuleName, tuple[str, ...]] = {
    "greedy": ("utility", "variant", "threshold"),
    "equal-shares": ("utility", "completion", "comparison", "start", "step"),
    "phragmen": ("variant",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as given; None and False where they are not."""

    rule: RuleName | None = None
    utility: Utility | None = None
    variant: Variant | None = None
    completion: Completion | None = None
    comparison: bool = False
    start: Start | None = None
    step: int | None = None
    ties: TiesName | None = None
    seed: str | None = None
    threshold: int | None = None


def asked_rule(election: Election, asked: Asked, published: Rule | None = None) -> Rule:
    """Raises `Invalid` where the options do not go together or leave something open.

    `published` is the rule of a published result, which leaves nothing to ask for.
    """
    if published is not None:
        for field in fields(Asked):
            if getattr(asked, field.name) != field.default:
                raise Invalid("tally-option-beside-result", option=field.name)
        return published
    rule = _base(election, asked.rule)
    name = _NAMES[type(rule)]
    for options in _OPTIONS.values():
        for option in options:
            if option not in _OPTIONS[name] and getattr(asked, option):
                raise Invalid("tally-option-not-for-rule", option=option, rule=name)
    ties = _ties(asked)
    match rule:
        case Greedy():
            return _greedy(election, replace(rule, ties=ties), asked)
        case EqualShares():
            names = ("utility", "completion", "comparison", "start", "step")
            given: dict[str, Any] = {one: getattr(asked, one) for one in names}
            given = {one: value for one, value in given.items() if value}
            return replace(rule, ties=ties, **given)
        case Phragmen():
            return _phragmen(replace(rule, ties=ties), asked)


def _base(election: Election, name: RuleName | None) -> Rule:
    match name:
        case "greedy":
            return Greedy()
        case "equal-shares":
            return EqualShares(usual_utility(election))
        case "phragmen":
            return Phragmen()
        case None:
            rule = rule_of_file(election)
            if rule is None:
                offered = ", ".join(_OPTIONS)
                named = printable(election.meta.rule)
                raise Invalid("rule-not-offered", rule=named, offered=offered)
            return rule


def _ties(asked: Asked) -> TieBreak:
    if asked.ties == "cost-votes-lot" or (asked.ties is None and asked.seed is not None):
        if asked.seed is None:
            raise Invalid("tally-seed-missing")
        return cost_votes_lot(asked.seed)
    if asked.seed is not None:
        raise Invalid("tally-option-not-for-rule", option="seed", rule="lexicographic")
    return LEXICOGRAPHIC


def _greedy(election: Election, rule: Greedy, asked: Asked) -> Greedy:
    variant = asked.variant or ("threshold" if asked.threshold is not None else rule.variant)
    threshold = asked.threshold
    if threshold is None:
        threshold = threshold_of_file(election)
    if variant == "threshold" and threshold is None:
        raise Invalid("tally-threshold-missing")
    if variant != "threshold" and asked.threshold is not None:
        raise Invalid("tally-option-not-for-rule", option="threshold", rule=variant)
    ranking = ranking_by(asked.utility, election) if asked.utility else rule.ranking
    return replace(rule, variant=variant, threshold=threshold, ranking=ranking)


def _phragmen(rule: Phragmen, asked: Asked) -> Phragmen:
    if asked.variant is None:
        return rule
    if asked.variant not in ("skip", "no-skip"):
        raise Invalid("tally-option-not-for-rule", option=asked.variant, rule="phragmen")
    return replace(rule, variant="skip" if asked.variant == "skip" else "stop")
