"""What each project earned from the ballots, in integers, by kind of vote."""

from collections import Counter
from collections.abc import Callable, Sequence

from backend.ballots.tally.profile import Ballot, Election, VoteType


def is_scored_by_points(vote_type: VoteType) -> bool:
    """Whether projects are ranked by points rather than by the number of ballots."""
    return vote_type in ("cumulative", "ordinal", "scoring")


def place_points(ballot: Ballot, longest: int | None) -> tuple[int, ...]:
    """A ballot's points in the order of its choices; for a ranking (longest - place) + 1.

    `longest` is META's `max_length`; without one the ballot's own length counts, so declared by
    the Stanford files of Pabulib.
    """
    if ballot.points is not None:
        return ballot.points
    first = longest or len(ballot.choices)
    return tuple(range(first, first - len(ballot.choices), -1))


def borda_points(ballot: Ballot) -> tuple[int, ...]:
    """A ballot's points; for a ranking the number of projects it places below each (Borda)."""
    if ballot.points is not None:
        return ballot.points
    return tuple(range(len(ballot.choices) - 1, -1, -1))


def scores(election: Election) -> tuple[int, ...]:
    """The score of each project, in the order of the projects.

    Approval and choose-1: ballots that name it. Cumulative and scoring: its points, with
    `default_score` from every ballot that does not name it. Ordinal: `place_points` of each
    ballot; a `points` column of an ordinal file is not read.
    """
    longest = election.meta.max_length
    return _sum_up(election, lambda ballot: place_points(ballot, longest))


def borda_scores(election: Election) -> tuple[int, ...]:
    """As `scores`, with `borda_points` for a ranking."""
    return _sum_up(election, borda_points)


def _sum_up(election: Election, points_of: Callable[[Ballot], Sequence[int]]) -> tuple[int, ...]:
    votes = election.votes
    if not is_scored_by_points(election.meta.vote_type):
        return votes
    totals = [0] * len(votes)
    for ballot, times in Counter(election.ballots).items():
        points = points_of(ballot)
        for position, given in zip(ballot.choices, points, strict=True):
            totals[position] += times * given
    default = election.meta.default_score if election.meta.vote_type != "ordinal" else 0
    unnamed = (len(election.ballots) - count for count in votes)
    return tuple(total + default * times for total, times in zip(totals, unnamed, strict=True))
