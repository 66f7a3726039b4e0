"""The projects of an election as contenders, and who may not run."""

from collections.abc import Callable
from fractions import Fraction
from math import inf
from typing import Literal, TypeAlias

from backend.ballots.tally.profile import Election
from backend.ballots.tally.score import count_votes, is_scored_by_points, scores
from backend.ballots.tally.ties import Contender, Merit

Ranking: TypeAlias = Literal["votes", "points", "votes-per-cost", "points-per-cost"]
Eligibility: TypeAlias = Literal["all", "third-of-budget-share"]

_MERITS: dict[Ranking, Callable[[int, int, int], Merit]] = {
    "votes": lambda votes, _points, _cost: votes,
    "points": lambda _votes, points, _cost: points,
    "votes-per-cost": lambda votes, _points, cost: Fraction(votes, cost) if cost else inf,
    "points-per-cost": lambda _votes, points, cost: Fraction(points, cost) if cost else inf,
}


def usual_ranking(election: Election) -> Ranking:
    """By points where the ballots give points, else by votes."""
    return "points" if is_scored_by_points(election.meta.vote_type) else "votes"


def contenders(election: Election, ranking: Ranking) -> list[Contender]:
    """All projects, in their order; `score` is points where the ballots give them, else votes."""
    merit = _MERITS[ranking]
    counted = zip(election.projects, count_votes(election), scores(election), strict=True)
    return [
        Contender(project.id, project.cost, votes, score, merit(votes, score, project.cost))
        for project, votes, score in counted
    ]


def is_eligible(contender: Contender, election: Election, eligibility: Eligibility) -> bool:
    """Swiecie's condition of 2023: the share of voters is a third of the share of the budget.

    That is, votes / voters >= cost / (3 * budget).
    """
    if eligibility == "all":
        return True
    voters, budget = len(election.ballots), election.meta.budget
    return 3 * budget * contender.votes >= contender.cost * voters
