"""One change to an election, to see whether a project that lost would then have won.

The two changes are measures of Boehmer and others, "Evaluation of Project Performance in
Participatory Budgeting" (IJCAI 2024, arXiv 2312.14723): the project costs less, or voters join
who choose that project alone ("singletons"). Nothing is taken from anybody, and the budget stays.
"""

from dataclasses import dataclass, replace

from backend.ballots.tally.amounts import read_whole
from backend.ballots.tally.profile import Ballot, Election


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The project at position `project` costs `cost` (1/scale), and `ballots` voters join."""

    project: int
    cost: int
    ballots: int = 0


def single_ballot(election: Election, project: int) -> Ballot:
    """A ballot for this project alone, however few choices the election asked for.

    Where ballots give points, it gives as many as one project may get: the lower of META's
    `max_points` and `max_sum_points`; without them, as many as one project got from one ballot.
    """
    if election.meta.vote_type not in ("cumulative", "scoring"):
        return Ballot((project,))
    entries = election.meta.entries
    stated = (read_whole(entries.get(key, "")) for key in ("max_points", "max_sum_points"))
    limits = [limit for limit in stated if limit]
    most = min(limits) if limits else _most_points_given(election)
    return Ballot((project,), (most,))


def election_if(election: Election, what_if: WhatIf) -> Election:
    """The changed election in full; who joins has no attributes, so nobody keeps theirs."""
    projects = list(election.projects)
    projects[what_if.project] = replace(projects[what_if.project], cost=what_if.cost)
    joining = (single_ballot(election, what_if.project),) * what_if.ballots
    return replace(
        election,
        projects=tuple(projects),
        ballots=(*election.ballots, *joining),
        attributes={},
    )


def _most_points_given(election: Election) -> int:
    return max((max(ballot.points or (0,)) for ballot in election.ballots), default=0) or 1
