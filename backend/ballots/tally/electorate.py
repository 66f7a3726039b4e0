"""The ballots as a rule counts them: identical ones once, with their number, as numpy arrays.

A *group* is a set of voters with the same ballot. Whatever a rule does to one of them it does to
all, so a rule that keeps money for each voter keeps it for each group.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from backend.ballots.tally.profile import Ballot, Election
from backend.ballots.tally.score import borda_points, is_scored_by_points, place_points

Utility: TypeAlias = Literal["cost", "cardinality", "score", "places"]
Numbers: TypeAlias = npt.NDArray[np.float64]
Positions: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Support:
    """Who supports one project: positions of groups, and how much each voter in them likes it.

    `sizes` are the voters in each group; `likes` are whole numbers, None where everybody's is 1.
    A voter's utility of the project is the like times `unit`. `weight` is the sum of all likes.
    """

    groups: Positions
    sizes: Numbers
    likes: Numbers | None
    unit: int
    weight: int


@dataclass(frozen=True, slots=True)
class Electorate:
    """`sizes` are the voters in each group; `supports` are in the order of the projects."""

    voters: int
    sizes: Numbers
    supports: tuple[Support, ...]


def electorate(election: Election, utility: Utility) -> Electorate:
    """Group the ballots and turn them round: for each project its supporters.

    `cost`: a supporter's utility is the project's cost; `cardinality`: 1; `score`: the points
    given, of an approval 1, of a ranking the number of projects below on the ballot (Borda);
    `places` differs in rankings only: there the points of the place, as cities count them. A
    voter who gives a project no point does not support it.
    """
    has_points = is_scored_by_points(election.meta.vote_type)
    default = election.meta.default_score if has_points else 0
    groups = Counter(election.ballots)
    if default and election.meta.vote_type != "ordinal":
        groups = _with_default(groups, len(election.projects), default)
    owners = np.repeat(np.arange(len(groups)), [len(ballot.choices) for ballot in groups])
    # In the fewest bits that hold them: up to sixteen, numpy sorts by radix.
    bits = np.min_scalar_type(len(election.projects))
    choices = np.fromiter(chain.from_iterable(b.choices for b in groups), bits, len(owners))
    likes: Numbers | None = None
    if has_points:
        longest = election.meta.max_length
        points = chain.from_iterable(
            borda_points(ballot) if utility == "score" else place_points(ballot, longest)
            for ballot in groups
        )
        likes = np.fromiter(points, np.float64, len(owners))
        liked = likes > 0
        owners, choices, likes = owners[liked], choices[liked], likes[liked]
    if utility not in ("score", "places"):
        likes = None
    order = np.argsort(choices, kind="stable")
    ends = np.cumsum(np.bincount(choices, minlength=len(election.projects)))
    sizes = np.fromiter(groups.values(), np.float64, len(groups))
    supports = []
    for project, start, end in zip(election.projects, [0, *ends[:-1]], ends, strict=True):
        part = order[start:end]
        unit = project.cost if utility == "cost" else 1
        supports.append(_support(owners[part], sizes, None if likes is None else likes[part], unit))
    return Electorate(len(election.ballots), sizes, tuple(supports))


def nobody(unit: int) -> Support:
    """The support of a project that may not run."""
    return Support(np.empty(0, np.intp), np.empty(0), None, unit, 0)


def joined(voters: Electorate, newcomers: int, likes: Sequence[int]) -> Electorate:
    """The electorate with one more group, of `newcomers`; `likes` in the order of the projects."""
    group, size = len(voters.sizes), float(newcomers)
    supports = [
        Support(
            np.append(support.groups, group),
            np.append(support.sizes, size),
            None if support.likes is None else np.append(support.likes, float(like)),
            support.unit,
            support.weight + newcomers * (1 if support.likes is None else like),
        )
        if like > 0
        else support
        for support, like in zip(voters.supports, likes, strict=True)
    ]
    return Electorate(voters.voters + newcomers, np.append(voters.sizes, size), tuple(supports))


def _support(groups: Positions, sizes: Numbers, likes: Numbers | None, unit: int) -> Support:
    mine = sizes[groups]
    weight = int(mine.sum() if likes is None else (mine * likes).sum())
    return Support(groups, mine, likes, unit, weight)


def _with_default(groups: Counter[Ballot], projects: int, default: int) -> Counter[Ballot]:
    """The same ballots with `default` points for every project that they leave out."""
    full: Counter[Ballot] = Counter()
    for ballot, times in groups.items():
        rest = tuple(set(range(projects)).difference(ballot.choices))
        points = (*(ballot.points or ()), *(default for _ in rest))
        full[Ballot((*ballot.choices, *rest), points)] += times
    return full
