"""Where spare hours go, and what it costs that every area waits equally long, in the simplest model
of a crew per area.

Classical capacity assignment (Kleinrock, Communication Nets, 1964): capacity beyond the demand is
shared out as slack s_b, an area waits r_b / s_b days, and all wait sum of l_b r_b / s_b. That sum
is least with slack in proportion to sqrt(r_b l_b); delays are equal with slack in proportion to
r_b. Neither share, nor the ratio of the two sums, needs to know how much slack there is.
"""

import numpy as np

from equity.errors import EquityError
from equity.rates.events import Floats


def least_waiting_shares(requests_per_day: Floats, work: Floats) -> Floats:
    """(areas,) of the slack, where all together wait least; `work` is r, in days of slack.

    Raises EquityError `demand-impossible`, as do the others.
    """
    _check(requests_per_day, work)
    root = np.sqrt(requests_per_day * work)
    return np.asarray(root / root.sum())


def equal_delay_shares(requests_per_day: Floats, work: Floats) -> Floats:
    """(areas,) of the slack, where everybody waits the same days."""
    _check(requests_per_day, work)
    return np.asarray(work / work.sum())


def price_of_equal_delay(requests_per_day: Floats, work: Floats) -> float:
    """All waiting with equal delays over the least there could be: 1 or more."""
    _check(requests_per_day, work)
    least = np.sqrt(requests_per_day * work).sum() ** 2
    return float(requests_per_day.sum() * work.sum() / least)


def _check(requests_per_day: Floats, work: Floats) -> None:
    figures = np.concatenate([requests_per_day, work])
    if requests_per_day.size == 0 or not (np.isfinite(figures) & (figures > 0)).all():
        raise EquityError("demand-impossible")
