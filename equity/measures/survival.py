"""How long problems wait for the first action, those that still wait counted too.

The share still waiting is Kaplan and Meier's (1958), on a grid: by the hour for 30 days, then by
the day for a year, or whichever is given. What happened between two moments of the grid counts at
the later one, so no figure is off by more than that step, alike for every group. On a grid a
thousand draws of clusters are one product of matrices (`equity.measures.cluster_bootstrap`).

The restricted mean is the mean time waited within the first so many days: the area under the curve
(Royston and Parmar 2013, doi 10.1186/1471-2288-13-152). A mean over what was acted upon would make
every backlog look fast; there is none here.
"""

from dataclasses import dataclass

import numpy as np

from equity.errors import EquityError
from equity.measures.cluster_bootstrap import Resampling
from equity.rates.events import UNKNOWN, Codes, Floats, Mask

HORIZON_DAYS = 30.0
GRID: Floats = np.concatenate([np.arange(1, 721) / 24, np.arange(31.0, 366.0)])
"""Moments in days at which a curve may fall: hours, then days."""

DAYS: Floats = np.arange(1.0, 366.0)

_LEFT_OVER = 0.05
# Days come from microseconds: what is a whole hour may come out a little above.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """Problems as columns (n,): days watched, and whether they ended in a first action.

    A problem still without action has been watched for as many days as it is old; it counts as
    waiting for at least as long.
    """

    days: Floats
    is_acted: Mask


@dataclass(frozen=True, slots=True, eq=False)
class WaitingCurve:
    """The share still waiting after each moment of `grid`, and how many were watched up to it.

    Both (moments, 1 + draws), the first draw being the data as they are.
    """

    grid: Floats
    waiting: Floats
    watched: Floats

    def restricted_mean(self, horizon_days: float = HORIZON_DAYS) -> Floats:
        """Mean days waited within the horizon; (1 + draws,).

        Where nobody was watched to the end, the share last seen waiting is taken to wait on, which
        errs towards longer; NaN where that is more than one in twenty. Raises `horizon-impossible`
        (facts `horizon_days`, `longest_days`) beyond the grid.
        """
        if not 0 < horizon_days <= self.grid[-1]:
            raise EquityError(
                "horizon-impossible",
                horizon_days=horizon_days,
                longest_days=float(self.grid[-1]),
            )
        edges = np.minimum(np.concatenate([[0.0], self.grid]), horizon_days)
        before = np.vstack([np.ones(self.waiting.shape[1]), self.waiting[:-1]])
        last = int(np.searchsorted(self.grid, horizon_days - _ROUNDING))
        is_told = (self.watched[last] > 0) | (self.waiting[last] <= _LEFT_OVER)
        return np.where(is_told, np.diff(edges) @ before, np.nan)

    def median(self) -> Floats:
        """Days until half had their first action; (1 + draws,). NaN where that is not reached."""
        # Half is reached where the curve crosses it, not where it rests on it.
        is_crossed = self.waiting < 0.5 - _ROUNDING
        return np.where(is_crossed.any(axis=0), self.grid[is_crossed.argmax(axis=0)], np.nan)


def waiting_curve(
    waits: Waits, chosen: Mask, resampling: Resampling, grid: Floats = GRID
) -> WaitingCurve:
    """The curve of the `chosen` (n,) problems, whose clusters are those of `resampling`."""
    moment = np.searchsorted(grid, waits.days - _ROUNDING).astype(np.intp)
    # Beyond the last moment of the grid there is one more, for what is watched all along.
    size = grid.size + 1
    acted = resampling.totals(_only(moment, chosen & waits.is_acted), size)[:-1]
    ended = resampling.totals(_only(moment, chosen), size)
    watched = np.cumsum(ended[::-1], axis=0)[::-1][:-1]
    falls = np.divide(acted, watched, out=np.zeros_like(acted), where=watched > 0)
    return WaitingCurve(grid, np.cumprod(1 - falls, axis=0), watched)


def _only(codes: Codes, chosen: Mask) -> Codes:
    return np.where(chosen, codes, UNKNOWN)
