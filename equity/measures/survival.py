"""How long problems wait for the first action, those that still wait counted too.

The share still waiting is Kaplan and Meier's (1958), at the very moments at which something
happened. Every draw of clusters has its own (`equity.measures.cluster_bootstrap`).

The restricted mean is the mean time waited within the first so many days: the area under the curve
(Royston and Parmar 2013, doi 10.1186/1471-2288-13-152). A mean over what was acted upon would make
every backlog look fast; there is none here. The median is the first moment from which on half or
fewer still wait.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from equity.errors import EquityError
from equity.measures.cluster_bootstrap import Resampling
from equity.rates.events import Floats, Mask

HORIZON_DAYS = 30.0

_LEFT_OVER = 0.05
# A product of shares that is a half on paper may come out a little above.
_ROUNDING = 1e-9
_HELD_AT_ONCE = 2_000_000
"""Rows by draws: what is held in memory together."""


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """Problems as columns (n,): days watched, and whether they ended in a first action.

    A problem still without action has been watched for as many days as it is old; it counts as
    waiting for at least as long.
    """

    days: Floats
    is_acted: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """Days in each draw (1 + draws,), the first being the data as they are.

    `restricted_mean` is the mean waited within the horizon. Where nobody was watched to its end,
    the share last seen waiting is taken to wait on, which errs towards longer; NaN where that is
    more than one in twenty. `median` is NaN where half is not reached.
    """

    restricted_mean: Floats
    median: Floats


def waiting(
    waits: Waits, chosen: Mask, resampling: Resampling, horizon_days: float = HORIZON_DAYS
) -> Waiting:
    """Of the `chosen` (n,) problems, whose clusters are those of `resampling`.

    Raises `horizon-impossible` (fact `horizon_days`) where it is not above zero.
    """
    if not horizon_days > 0:
        raise EquityError("horizon-impossible", horizon_days=horizon_days)
    rows = np.flatnonzero(chosen)
    # Of two at one moment, who is acted upon then was waiting with who is last seen then.
    rows = rows[np.lexsort((~waits.is_acted[rows], waits.days[rows]))]
    days, is_acted = waits.days[rows], waits.is_acted[rows]
    means, medians = [], []
    for counts in _by_parts(resampling, rows):
        left = counts.sum(axis=0) - np.cumsum(counts, axis=0) + counts
        falls = np.divide(counts, left, out=np.zeros_like(counts), where=left > 0)
        share = np.cumprod(1 - falls * is_acted[:, None], axis=0)
        means.append(_restricted_mean(days, counts, share, horizon_days))
        medians.append(_median(days, share))
    return Waiting(np.concatenate(means), np.concatenate(medians))


def _by_parts(resampling: Resampling, rows: np.ndarray) -> Iterator[Floats]:
    """How often each row is in each draw, some draws at a time: (rows, some)."""
    step = max(1, _HELD_AT_ONCE // max(rows.size, 1))
    for first in range(0, resampling.draws + 1, step):
        yield resampling.counts(rows, slice(first, first + step))


def _restricted_mean(days: Floats, counts: Floats, share: Floats, horizon_days: float) -> Floats:
    """`share` (rows, draws) is who still waits after each of `days` (rows,)."""
    steps = np.diff(np.concatenate([[0.0], np.minimum(days, horizon_days), [horizon_days]]))
    before = np.vstack([np.ones(share.shape[1]), share])
    seen = int(np.searchsorted(days, horizon_days, side="right"))
    is_watched = counts[np.searchsorted(days, horizon_days) :].sum(axis=0) > 0
    is_told = is_watched | (before[seen] <= _LEFT_OVER)
    return np.where(is_told, steps @ before, np.nan)


def _median(days: Floats, share: Floats) -> Floats:
    if not days.size:
        return np.full(share.shape[1], np.nan)
    is_half = share <= 0.5 + _ROUNDING
    return np.where(is_half.any(axis=0), days[is_half.argmax(axis=0)], np.nan)
