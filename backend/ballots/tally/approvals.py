"""Who chose what, as two arrays in step: the position of a ballot, and that of a project."""

from itertools import chain
from operator import itemgetter
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from backend.ballots.tally.electorate import Positions
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.profile import Election

Whole: TypeAlias = npt.NDArray[np.int64]


def all_choices(election: Election) -> tuple[Positions, Positions]:
    """One entry for each choice on any ballot, in the order of the ballots."""
    lists = [ballot.choices for ballot in election.ballots]
    owners = np.repeat(np.arange(len(lists)), np.fromiter(map(len, lists), np.intp, len(lists)))
    return owners, np.fromiter(chain.from_iterable(lists), np.intp, len(owners))


def approvals(election: Election) -> tuple[Positions, Positions]:
    """As `all_choices`, without choices that a ballot gives no point; no `default_score`."""
    owners, chosen = all_choices(election)
    if election.meta.vote_type not in ("cumulative", "scoring"):
        return owners, chosen
    points = chain.from_iterable(map(itemgetter(1), election.ballots))
    is_liked = np.fromiter((given > 0 for given in points), np.bool_, len(owners))
    return owners[is_liked], chosen[is_liked]


def worth_of_winners(election: Election, outcome: Outcome) -> Whole:
    """What the winners that each voter approves of cost together, in 1/scale units.

    Exact: no sum is above the cost of all winners, which floats hold.
    """
    owners, chosen = approvals(election)
    costs = np.array([p.cost if p.id in outcome.winners else 0 for p in election.projects], float)
    return np.bincount(owners, costs[chosen], len(election.ballots)).astype(np.int64)
