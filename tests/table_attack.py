"""What somebody with all published numbers, and patience, can learn about a hidden cell.

Hundepool and others, Statistical Disclosure Control (2012), chapter 4: the hidden cells solve the
published sums and are not negative; what every solution has in common is known.
"""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_array

from equity.rates.events import Codes, Floats, Mask

_NOTHING = 1e-7


def exactly_recoverable(sums: csc_array, hidden: Mask) -> Mask:
    """Which cells (cells,) follow from the `sums` (sums, cells) by elimination alone.

    A hidden cell is fixed exactly where no vector of the null space moves it.
    """
    columns = np.flatnonzero(hidden)
    fixed = np.zeros(hidden.size, bool)
    _, scale, rows = np.linalg.svd(sums[:, columns].toarray(), full_matrices=True)
    rank = int(np.count_nonzero(scale > _NOTHING * max(sums.shape)))
    fixed[columns] = (np.abs(rows[rank:]) < _NOTHING).all(axis=0)
    return fixed


def attacker_bounds(
    sums: csc_array, values: Floats, hidden: Mask, asked: Codes
) -> tuple[Floats, Floats]:
    """The least and the greatest value each cell in `asked` (m,) can have, by linear programs.

    `values` (cells,) are read only where not `hidden`; the greatest is infinite where nothing
    bounds it. All `asked` are hidden.
    """
    columns = np.flatnonzero(hidden)
    known = -sums[:, ~hidden] @ values[~hidden]
    bounds = np.empty((2, asked.size))
    for k, cell in enumerate(asked):
        goal = (columns == cell).astype(float)
        for end, sign in enumerate((1, -1)):
            found = linprog(sign * goal, A_eq=sums[:, columns], b_eq=known, method="highs")
            # The system has a solution, the true one, so whatever fails is unbounded.
            bounds[end, k] = sign * found.fun if found.success else np.inf
    return bounds[0], bounds[1]
