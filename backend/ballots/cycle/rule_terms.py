"""A voting rule as named parameters, each of them stated: JSON here, a rule of the tally there.

A city that leaves a parameter open has not said how it will count, so nothing has a default. Pure.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, get_args

from backend.ballots.tally.contenders import Eligibility, Ranking
from backend.ballots.tally.electorate import Utility
from backend.ballots.tally.equal_shares import Completion, EqualShares, Start
from backend.ballots.tally.greedy import RESERVE_FROM, Greedy
from backend.ballots.tally.phragmen import Overrun, Phragmen
from backend.ballots.tally.rule_of_file import Rule
from backend.ballots.tally.ties import LEXICOGRAPHIC, TieBreak, cost_votes_lot
from backend.core.errors import Invalid

Terms: TypeAlias = Mapping[str, Any]

MAX_SEED = 200
_RAISING = ("add1", "add1e", "add1u", "add1eu", "budget-steps")
# Conflicts between projects, which the variant `exclusive` needs, are not part of a cycle.
_VARIANTS = ("skip", "no-skip", "threshold", "percent80")
_TIES = ("lexicographic", "cost-votes-lot")
_CHOICES: dict[str, dict[str, tuple[str | bool, ...]]] = {
    "greedy": {
        "variant": _VARIANTS,
        "ranking": get_args(Ranking),
        "eligibility": get_args(Eligibility),
    },
    "equal-shares": {
        "utility": get_args(Utility),
        "completion": get_args(Completion),
        "comparison": (True, False),
        "start": get_args(Start),
        "eligibility": get_args(Eligibility),
    },
    "phragmen": {"variant": get_args(Overrun)},
}


def rule_of(terms: Terms) -> Rule:
    """The rule of the tally; raises `Invalid` with everything that is missing or cannot be."""
    faults = list(rule_faults(terms))
    if faults:
        raise Invalid("rule-not-stated", *faults)
    ties: TieBreak = LEXICOGRAPHIC
    if terms["ties"] == "cost-votes-lot":
        ties = cost_votes_lot(terms["seed"])
    given = {name: value for name, value in terms.items() if name not in ("rule", "ties", "seed")}
    match terms["rule"]:
        case "greedy":
            return Greedy(**given, ties=ties)
        case "equal-shares":
            return EqualShares(**given, ties=ties)
        case _:
            return Phragmen(**given, ties=ties)


def terms_of(rule: Rule) -> dict[str, Any]:
    """The parameters of a rule; what the rule leaves to the file is missing here as well."""
    name = {Greedy: "greedy", EqualShares: "equal-shares", Phragmen: "phragmen"}[type(rule)]
    stated = {
        one: getattr(rule, one)
        for one in (*_CHOICES[name], "threshold", "step")
        if getattr(rule, one, None) is not None
    }
    if rule.ties.seed:
        return {"rule": name, **stated, "ties": "cost-votes-lot", "seed": rule.ties.seed}
    return {"rule": name, **stated, "ties": "lexicographic"}


def rule_faults(terms: Terms) -> Iterator[Invalid]:
    """Each parameter that is missing, cannot be what it is, or does not belong to the rule."""
    if terms.get("rule") not in _CHOICES:
        yield _choice_fault(terms, "rule", tuple(_CHOICES))
        return
    choices = {**_CHOICES[terms["rule"]], "ties": _TIES}
    for name, offered in choices.items():
        # In Python True is 1; in JSON it is not.
        is_fit = terms.get(name) in offered and isinstance(terms[name], type(offered[0]))
        if not is_fit:
            yield _choice_fault(terms, name, offered)
    for name in ("threshold", "step"):
        if name in _conditional(terms) and not _is_count(terms.get(name)):
            yield Invalid("rule-number-missing", pointer=f"/rule/{name}", term=name)
    seed = terms.get("seed")
    if "seed" in _conditional(terms) and not _is_seed(seed):
        yield Invalid("rule-seed-missing", pointer="/rule/seed", longest=MAX_SEED)
    known = {"rule", *choices, *_conditional(terms)}
    for name in sorted(terms.keys() - known):
        yield Invalid(
            "rule-term-unknown",
            pointer=f"/rule/{name}",
            term=name[:60],
            rule=str(terms["rule"]),
            offered=sorted(known),
        )


def needs_points(rule: Rule) -> bool:
    """Whether the rule reads points or places, which approvals do not have."""
    if isinstance(rule, Greedy):
        return rule.ranking not in ("votes", "votes-per-cost")
    return isinstance(rule, EqualShares) and rule.utility in ("score", "places")


def most_it_can_cost(rule: Rule, budget: int) -> int:
    """The cost above which no project can win whatever the ballots say, in the budget's units.

    Poznan's rule funds its last project from a reserve where most of the cost is left.
    """
    if isinstance(rule, Greedy) and rule.variant == "percent80":
        return int(budget / RESERVE_FROM)
    return budget


def _conditional(terms: Terms) -> set[str]:
    """The parameters that some values of others ask for."""
    asked = {
        "threshold": terms.get("variant") == "threshold",
        "step": terms.get("completion") in _RAISING,
        "seed": terms.get("ties") == "cost-votes-lot",
    }
    return {name for name, is_asked in asked.items() if is_asked}


def _choice_fault(terms: Terms, name: str, offered: tuple[str | bool, ...]) -> Invalid:
    words = [str(one).lower() if isinstance(one, bool) else one for one in offered]
    pointer = f"/rule/{name}"
    if name not in terms:
        return Invalid("rule-term-missing", pointer=pointer, term=name, offered=words)
    value = str(terms[name])[:60]
    return Invalid("rule-term-not-offered", pointer=pointer, term=name, value=value, offered=words)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 < value < 2**53


def _is_seed(value: object) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value) <= MAX_SEED
        and value.isprintable()
        and value == value.strip()
    )
