"""Of which cells of a demand it stays hidden how they are served, and how no plan tells it.

How many problems a cell has is open data, and is told. What is small is what a finding calls so
(`equity.measures.suppression`). But a plan follows from every figure to the last digit: whoever has
seven choices has seven equations more than the sums of a table. So a plan never sees how a hidden
cell is served. The service of all areas together stands in, or of all services where even that
would be of few people; and what waits in hidden cells is shared evenly: in those of a service whose
sum may be told, that sum less what is shown of it; in all others, what is left of the city's.
"""

from dataclasses import dataclass

import numpy as np

from equity.errors import EquityError
from equity.measures.linked_tables import Dimension, Key, Leaves, count_cells, table_keys
from equity.measures.suppression import SuppressionRule, protect
from equity.rates.events import UNKNOWN, Codes, Floats, Mask

_CITY, _ALL = "city", "all"


@dataclass(frozen=True, slots=True, eq=False)
class HiddenCells:
    """Of what it must not be told how it is served: `cells` (areas, categories), and the
    `services` (categories,) over all areas."""

    cells: Mask
    services: Mask

    def evened(self, table: Floats) -> Floats:
        """`table` (areas, categories) with what hidden cells have together shared evenly."""
        together = np.where(self.services, -1, np.arange(self.services.size))
        group = np.broadcast_to(together, table.shape)
        shared = table.copy()
        for one in np.unique(group[self.cells]):
            chosen = self.cells & (group == one)
            shared[chosen] = table[chosen].mean()
        return shared


def hide_few(area: Codes, kind: Codes, reporter: Codes, shape: tuple[int, int]) -> HiddenCells:
    """Of problems (n,) in so many areas and categories, and of who was first to tell of each.

    The sum of all is told, and sums of a service may be; those of an area are not, but must not
    give a cell away either. Where no reporter is known, as in files of past requests, each problem
    stands for one. Where even hiding everything is too little, everything is hidden.
    """
    keys, dimensions = _tables(shape)
    problem = np.arange(area.size)
    leaves = zip(dimensions, ((_CITY, area), (_ALL, kind)), strict=True)
    cells = count_cells(
        keys,
        dimensions,
        [Leaves(dimension.parts[name], of_row) for dimension, (name, of_row) in leaves],
        problem,
        problem if (reporter == UNKNOWN).all() else reporter,
    )
    try:
        found = protect(
            cells,
            dimensions,
            SuppressionRule(),
            published=[(_CITY, _ALL)],
            never_shown=[key for key in keys if key[0] != _CITY and key[1] == _ALL],
        )
    except EquityError as error:
        if error.slug != "cells-unprotectable":
            raise
        return HiddenCells(np.ones(shape, bool), np.ones(shape[1], bool))
    told = np.array([found.shown[key] is not None for key in keys]).reshape(np.add(shape, 1))
    return HiddenCells(~told[1:, 1:], ~told[0, 1:])


def _tables(shape: tuple[int, int]) -> tuple[list[Key], tuple[Dimension, Dimension]]:
    """The cells with all sums of them, first of all; places are named by their position."""
    areas, kinds = (tuple(map(str, range(size))) for size in shape)
    dimensions = Dimension("area", {_CITY: areas}), Dimension("service", {_ALL: kinds})
    return table_keys((_CITY, *areas), (_ALL, *kinds)), dimensions
