"""An election as the tally sees it: projects, ballots, a budget; frozen and free of persons.

Money is exact. One election has one `scale`, the smallest power of ten that makes its budget a
whole number, and every amount is an integer of 1/scale of the file's unit: a budget of 1459730.46
is 145973046 at scale 100, and the costs of that election are multiplied by 100 as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from backend.ballots.tally.findings import Finding

VoteType: TypeAlias = Literal["approval", "choose-1", "cumulative", "ordinal", "scoring"]


@dataclass(frozen=True, slots=True)
class Meta:
    """What holds for the whole election; `entries` are all META lines as the file has them."""

    vote_type: VoteType
    budget: int
    scale: int = 1
    rule: str = ""
    max_length: int | None = None
    default_score: int = 0
    entries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Project:
    """One project; `cost` in 1/scale units, coordinates in WGS84 degrees.

    `votes`, `score` and `selected` are what the file declares, never what the tally counted.
    `further` keeps the columns that have no field of their own.
    """

    id: str
    cost: int
    name: str = ""
    categories: tuple[str, ...] = ()
    votes: str = ""
    score: str = ""
    selected: int | None = None
    neighborhood: str = ""
    subunit: str = ""
    latitude: float | None = None
    longitude: float | None = None
    further: Mapping[str, str] = field(default_factory=dict)


class Ballot(NamedTuple):
    """Positions in `Election.projects`, in the voter's order, and the points given to each."""

    choices: tuple[int, ...]
    points: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Election:
    """All a rule needs.

    `attributes` maps a column (age, sex, ...) to one value for each ballot, in the order of the
    ballots; only `participation` reads it. `warnings` are doubts that do not change the result.
    """

    meta: Meta
    projects: tuple[Project, ...]
    ballots: tuple[Ballot, ...]
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """The number of ballots that name each project, in the order of the projects."""
        choices = np.fromiter(chain.from_iterable(map(itemgetter(0), self.ballots)), np.int32)
        return tuple(np.bincount(choices, minlength=len(self.projects)).tolist())
