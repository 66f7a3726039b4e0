"""The projects of an election as contenders, and who may not run."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import inf
from operator import attrgetter
from typing import Literal, TypeAlias

from backend.ballots.tally.profile import Election
from backend.ballots.tally.score import borda_scores, is_scored_by_points, scores
from backend.ballots.tally.ties import Contender, Merit

Ranking: TypeAlias = Literal[
    "votes", "points", "votes-per-cost", "points-per-cost", "borda-per-cost"
]
Eligibility: TypeAlias = Literal["all", "third-of-budget-share"]

_EARNED: dict[Ranking, Callable[[Election], Sequence[int]]] = {
    "votes": attrgetter("votes"),
    "points": scores,
    "votes-per-cost": attrgetter("votes"),
    "points-per-cost": scores,
    "borda-per-cost": borda_scores,
}


def usual_ranking(election: Election) -> Ranking:
    """By points where the ballots give points, else by votes."""
    return "points" if is_scored_by_points(election.meta.vote_type) else "votes"


def contenders(election: Election, ranking: Ranking) -> list[Contender]:
    """All projects, in their order; `score` is points where the ballots give them, else votes."""
    per_cost = ranking.endswith("-per-cost")
    counts = election.votes, scores(election), _EARNED[ranking](election)
    return [
        Contender(
            project.id,
            project.cost,
            votes,
            score,
            _per_cost(earned, project.cost) if per_cost else earned,
        )
        for project, votes, score, earned in zip(election.projects, *counts, strict=True)
    ]


def _per_cost(earned: int, cost: int) -> Merit:
    if cost:
        return Fraction(earned, cost)
    return inf if earned else 0


def is_eligible(contender: Contender, voters: int, budget: int, eligibility: Eligibility) -> bool:
    """Swiecie's condition of 2023: the share of voters is a third of the share of the budget.

    That is, votes / voters >= cost / (3 * budget).
    """
    if eligibility == "all":
        return True
    return 3 * budget * contender.votes >= contender.cost * voters
