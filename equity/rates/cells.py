"""Incidents that a model cannot tell apart but by their counts and exposure."""

import numpy as np

from equity.rates.events import Codes, Floats


def cells_of(category: Codes, area: Codes, covariates: Floats) -> tuple[Codes, Codes]:
    """Position of the first incident of each cell (cells,), and the cell of each incident (n,).

    `covariates` is (n, p). One column after the other: sorting rows as wholes takes ten times as
    long, and copies them.
    """
    cell = category * (int(area.max(initial=0)) + 1) + area
    first, cell = _compact(cell)
    for column in covariates.T:
        levels, level = np.unique(column, return_inverse=True)
        if levels.size > 1 and (level != level[first][cell]).any():
            first, cell = _compact(cell * levels.size + level)
    return first, cell


def _compact(codes: Codes) -> tuple[Codes, Codes]:
    _, first, compact = np.unique(codes, return_index=True, return_inverse=True)
    return first, compact
