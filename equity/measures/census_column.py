"""A column of the census as what it is: an estimate, with source, year and margin of error.

Surveys such as the American Community Survey publish a 90 % margin with every figure. It is used
here to say which areas might as well be in another fifth, and it goes along when the column moves
to other boundaries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from equity.errors import EquityError
from equity.measures.cluster_bootstrap import DRAWS
from equity.measures.fractional_rank import fractional_rank
from equity.measures.grouping import Grouping, equal_groups
from equity.rates.events import Codes, Floats
from geo.interpolation import Crosswalk

_MARGIN_IN_ERRORS = NormalDist().inv_cdf(0.95)
_SURE = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class CensusColumn:
    """`values` (areas,), NaN where not published, with their 90 % `margins` (areas,).

    Margins are None where the source has none, which is not the same as 0. `is_total` tells counts,
    which may be summed over areas, from shares, means and medians, which never may. `vintage` is
    what the source calls it, as in "2018-2022".
    """

    name: str
    unit: str
    values: Floats
    margins: Floats | None
    is_total: bool
    source: str
    vintage: str
    licence: str

    def __post_init__(self) -> None:
        if self.margins is not None and (
            self.margins.shape != self.values.shape or (self.margins < 0).any()
        ):
            raise EquityError("margins-impossible", column=self.name)

    @property
    def errors(self) -> Floats:
        """Standard errors (areas,); 0 where no margin is known, so what rests on it is a floor."""
        if self.margins is None:
            return np.zeros(self.values.size)
        return np.nan_to_num(self.margins / _MARGIN_IN_ERRORS)


def carried_over(column: CensusColumn, crosswalk: Crosswalk, weights: Floats) -> CensusColumn:
    """The column on the target areas of `crosswalk`, its margins with it.

    What is a total is shared out; anything else is averaged by `weights` (sources,), what it is a
    mean over. Where margins are missing for single areas theirs count as nothing.
    """
    margins = None if column.margins is None else np.nan_to_num(column.margins)
    if column.is_total:
        values = crosswalk.sums(np.nan_to_num(column.values))
        carried = None if margins is None else crosswalk.sums_margin(margins)
    else:
        values = crosswalk.means(column.values, weights)
        carried = (
            None if margins is None else crosswalk.means_margin(column.values, weights, margins)
        )
    return replace(column, values=values, margins=carried)


@dataclass(frozen=True, slots=True, eq=False)
class Membership:
    """How sure it is which group an area is in.

    `chance` (areas, groups) is 0 throughout for an area in no group; `unsure_residents` is the
    share of those whose area has less than nine chances in ten of the group it was given.
    """

    grouping: Grouping
    chance: Floats
    unsure_residents: float


def membership(
    column: CensusColumn,
    population: Floats,
    *,
    labels: Sequence[str],
    seed: int,
    draws: int = DRAWS,
) -> Membership:
    """Groups of about equal population by `column`, and how often redrawn columns give the same.

    Every draw adds to each value a normal error of its margin's size and cuts anew. Raises what
    `equal_groups` refuses.
    """
    grouping = equal_groups(column.name, column.values, population, labels=labels)
    if not column.errors.any():
        draws = 1  # every one would be the same
    noise = np.random.default_rng(seed).standard_normal((draws, column.values.size))
    counts = np.zeros((column.values.size, len(labels)))
    used = np.flatnonzero(grouping.of_area >= 0)
    for redrawn in column.values + noise * column.errors:
        counts[used, _cut(redrawn[used], population[used], len(labels))] += 1
    chance = counts / draws
    is_unsure = np.zeros(column.values.size, bool)
    is_unsure[used] = chance[used, grouping.of_area[used]] < _SURE
    unsure = float(population[is_unsure].sum() / population[used].sum())
    return Membership(grouping, chance, unsure)


def _cut(values: Floats, population: Floats, parts: int) -> Codes:
    """As `equal_groups` cuts, but without a word where a group is empty."""
    return np.minimum((parts * fractional_rank(values, population)).astype(np.intp), parts - 1)
