"""How long it takes until half of the problems of a kind are closed, and how sure that is.

What is still open counts as open for at least as long as it has been: leaving it out would make
every backlog look fast. Survival by Kaplan and Meier (1958), its variance by Greenwood (1926); the
interval of the median by Brookmeyer and Crowley (1982) on the scale log(-log S), which keeps it
between the shortest and the longest time also where little is known.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from equity.rates.events import Floats, Mask

CONFIDENCE = 0.9
# A product of shares that is a half on paper may come out a little below.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class MedianTime:
    """The median in the unit of the times, with its interval.

    `high` is None where too many are still open to tell; `closings` is how many were closed.
    """

    median: float
    low: float
    high: float | None
    closings: int


def median_time(
    times: Floats, is_closed: Mask, *, confidence: float = CONFIDENCE
) -> MedianTime | None:
    """The median of `times` (n), which ended in a closing where `is_closed` (n), else go on.

    No time is negative. None where fewer than half are closed soon enough to tell.
    """
    at, survival, hazard = _survival(times, is_closed)
    # Half is reached where the curve crosses it, not where it rests on it.
    crossed = np.flatnonzero(survival < 0.5 - _ROUNDING)
    if not len(crossed):
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        # The last step to zero has no finite scale and is never within the interval.
        log_survival = np.log(survival)
        error = np.sqrt(hazard) / np.abs(log_survival)
        distance = np.abs(np.log(-log_survival) - np.log(np.log(2))) / error
    width = NormalDist().inv_cdf((1 + confidence) / 2)
    within = np.flatnonzero(distance <= width)
    median, closings = float(at[crossed[0]]), int(np.count_nonzero(is_closed))
    if not len(within):
        return MedianTime(median, median, median, closings)
    end = within[-1] + 1
    high = float(at[end]) if end < len(at) else None
    return MedianTime(median, float(at[within[0]]), high, closings)


def _survival(times: Floats, is_closed: Mask) -> tuple[Floats, Floats, Floats]:
    """Moments of closings, the share still open after each, and Greenwood's sum up to it."""
    at, closed = np.unique(times[is_closed], return_counts=True)
    at_risk = len(times) - np.searchsorted(np.sort(times), at, side="left")
    with np.errstate(divide="ignore"):
        hazard: Floats = np.cumsum(closed / (at_risk * (at_risk - closed)))
    return at, np.cumprod(1 - closed / at_risk, dtype=np.float64), hazard
