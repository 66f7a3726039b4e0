"""What each project earned from the ballots, in integers, by kind of vote."""

from collections import Counter
from itertools import chain

from backend.ballots.tally.profile import Election, VoteType


def is_scored_by_points(vote_type: VoteType) -> bool:
    """Whether projects are ranked by points rather than by the number of ballots."""
    return vote_type in ("cumulative", "ordinal", "scoring")


def count_votes(election: Election) -> tuple[int, ...]:
    """The number of ballots that name each project, in the order of the projects."""
    counts = Counter(chain.from_iterable(ballot.choices for ballot in election.ballots))
    return tuple(counts[position] for position in range(len(election.projects)))


def scores(election: Election) -> tuple[int, ...]:
    """The score of each project, in the order of the projects.

    Approval and choose-1: ballots that name it. Cumulative and scoring: its points, with
    `default_score` from every ballot that does not name it. Ordinal: (longest - place) + 1 from
    each ballot, where longest is META's `max_length`, or without one the ballot's own length (so
    declared by the Stanford files of Pabulib); a `points` column of an ordinal file is not read.
    """
    votes = count_votes(election)
    if not is_scored_by_points(election.meta.vote_type):
        return votes
    totals = [0] * len(votes)
    for ballot, times in Counter(election.ballots).items():
        points = ballot.points
        if points is None:
            longest = election.meta.max_length or len(ballot.choices)
            points = tuple(range(longest, longest - len(ballot.choices), -1))
        for position, given in zip(ballot.choices, points, strict=True):
            totals[position] += times * given
    default = election.meta.default_score if election.meta.vote_type != "ordinal" else 0
    unnamed = (len(election.ballots) - count for count in votes)
    return tuple(total + default * times for total, times in zip(totals, unnamed, strict=True))
