"""What it costs to make every area wait equally long, in the simplest model of a crew per area.

Classical capacity assignment (Kleinrock, Communication Nets, 1964): capacity beyond the demand is
shared out as slack s_b, an area waits r_b / s_b days, and all wait sum of l_b r_b / s_b. That sum
is least with slack in proportion to sqrt(r_b l_b); delays are equal with slack in proportion to
r_b. The ratio of the two sums needs no capacity at all.
"""

import numpy as np

from equity.errors import EquityError
from equity.rates.events import Floats


def least_waiting_delays(requests_per_day: Floats, work: Floats, slack: float) -> Floats:
    """(areas,) days of waiting where all together wait least; `work` is r, in days of slack."""
    _check(requests_per_day, work, slack)
    root = np.sqrt(requests_per_day * work)
    return np.asarray(work / (slack * root / root.sum()))


def equal_delays(requests_per_day: Floats, work: Floats, slack: float) -> Floats:
    """(areas,) the same days of waiting everywhere."""
    _check(requests_per_day, work, slack)
    return np.full(work.size, work.sum() / slack)


def price_of_equal_delay(requests_per_day: Floats, work: Floats) -> float:
    """All waiting with equal delays over the least there could be: 1 or more.

    Raises EquityError `demand-impossible`, as do the others.
    """
    _check(requests_per_day, work, 1.0)
    least = np.sqrt(requests_per_day * work).sum() ** 2
    return float(requests_per_day.sum() * work.sum() / least)


def _check(requests_per_day: Floats, work: Floats, slack: float) -> None:
    figures = np.concatenate([requests_per_day, work, [slack]])
    if requests_per_day.size == 0 or not (np.isfinite(figures) & (figures > 0)).all():
        raise EquityError("demand-impossible")
