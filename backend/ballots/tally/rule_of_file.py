"""The rule a Pabulib file names, with what the file says about its parameters.

What a name leaves open is as pabulib-checker recounts it and as the cities did it: Equal Shares
with cost utilities (points where the ballots give them), add1 in units of the currency from a
whole number of them, ended by the first overrun alone. `greedy-custom` is Poznan's rule in files
of Poznan; elsewhere it says nothing that could be recounted.
"""

from typing import TypeAlias

from backend.ballots.tally.amounts import read_whole
from backend.ballots.tally.contenders import Ranking, usual_ranking
from backend.ballots.tally.count import Count
from backend.ballots.tally.electorate import Utility
from backend.ballots.tally.equal_shares import EqualShares, EqualSharesTally
from backend.ballots.tally.greedy import Greedy, Variant, greedy_of
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.phragmen import Phragmen, phragmen_of
from backend.ballots.tally.profile import Election
from backend.ballots.tally.score import is_scored_by_points

Rule: TypeAlias = Greedy | EqualShares | Phragmen

GREEDY_VARIANTS: dict[str, Variant] = {
    "greedy": "skip",
    "greedy-no-skip": "no-skip",
    "greedy-threshold": "threshold",
    "greedy-exclusive": "exclusive",
}
# Greedy with a twist of its own.
_CUSTOM = "greedy-custom"


def rule_of_file(election: Election) -> Rule | None:
    """The rule in the META section; None where its name does not say how to count."""
    name = election.meta.rule
    if name in GREEDY_VARIANTS:
        return Greedy(GREEDY_VARIANTS[name], threshold=threshold_of_file(election))
    if name == _CUSTOM and election.meta.entries.get("unit") == "Poznań":
        return Greedy("percent80")
    if name == "equalshares" or name == "equalshares-comparison":
        return EqualShares(usual_utility(election), comparison=name.endswith("-comparison"))
    if name in ("equalshares/add1", "equalshares/add1-comparison"):
        return EqualShares(
            usual_utility(election),
            completion="add1",
            comparison=name.endswith("-comparison"),
            start="integral",
        )
    return None


def name_of_rule(election: Election, outcome: Outcome) -> str:
    """The name in META by which a recount gets to this outcome; `unknown` where none does.

    Greedy as others count it spends what is left on projects that nobody chose; where that would
    make a difference it is not theirs.
    """
    told = outcome.parameters
    if outcome.rule == "greedy":
        names: dict[object, str] = {variant: name for name, variant in GREEDY_VARIANTS.items()}
        is_usual = told["score"] == usual_ranking(election) and told["eligibility"] == "all"
        left = outcome.budget - outcome.cost
        is_usual &= all(one.verdict != "no-support" or one.cost > left for one in outcome.decisions)
        return names.get(told["variant"], _CUSTOM) if is_usual else _CUSTOM
    is_usual = told.get("utility") == usual_utility(election) and told.get("eligibility") == "all"
    ways: dict[tuple[object, ...], str] = {
        ("none", "exact", None): "equalshares",
        ("add1", "integral", "1"): "equalshares/add1",
    }
    name = ways.get(tuple(map(told.get, ("completion", "start", "step"))))
    if outcome.rule != "equal-shares" or not is_usual or name is None:
        return "unknown"
    return f"{name}-comparison" if told["comparison"] else name


def threshold_of_file(election: Election) -> int | None:
    """The least score a project needs, where the file says one."""
    return read_whole(election.meta.entries.get("min_project_score_threshold", ""))


def usual_utility(election: Election) -> Utility:
    """Cost for approvals, as cities do it; else the points of the ballots."""
    if not is_scored_by_points(election.meta.vote_type):
        return "cost"
    return "places" if election.meta.vote_type == "ordinal" else "score"


def ranking_by(utility: Utility, election: Election) -> Ranking:
    """Greedy by utility for each unit of cost: with cost utilities that is by votes."""
    if utility == "score":
        return "borda-per-cost" if election.meta.vote_type == "ordinal" else "points-per-cost"
    return "votes" if utility == "cost" else "votes-per-cost"


def outcome_by(election: Election, rule: Rule) -> Outcome:
    """Count by any of the rules."""
    return outcome_of(Count(election), rule)


def outcome_of(count: Count, rule: Rule) -> Outcome:
    """As `outcome_by`, for ballots that are counted already."""
    match rule:
        case Greedy():
            return greedy_of(count, rule)
        case EqualShares():
            return EqualSharesTally(count, rule).outcome()
        case Phragmen():
            return phragmen_of(count, rule)
