"""People report and work by day: moments are moved within their day, and keep their order."""

from dataclasses import replace

import numpy as np

from backend.demo.incidents import YEAR_DAYS, Year
from backend.demo.land import Array

# By each hour of the day, the share of a day's events that have happened.
_HOURS = (0, 6, 8, 12, 18, 22, 24)
_SHARES = (0.0, 0.04, 0.12, 0.42, 0.80, 0.96, 1.0)


def by_day(year: Year, end_hour: float) -> Year:
    """The year with its moments where people are awake, when it ends at the local `end_hour`."""
    return replace(
        year,
        day=in_waking_hours(year.day, end_hour),
        inspected_day=in_waking_hours(year.inspected_day, end_hour),
        closed_day=in_waking_hours(year.closed_day, end_hour),
    )


def in_waking_hours(days: Array, end_hour: float) -> Array:
    """`days` since the start of the year, spread over the hours as a day's life is.

    NaN stays NaN, order stays order, and nothing passes the end of the year: on its last day the
    hours that are left out are taken from all of that day.
    """
    since_midnight = days - YEAR_DAYS + end_hour / 24
    day = np.floor(since_midnight)
    hour = np.interp(since_midnight - day, _SHARES, _HOURS)
    last_hour = float(np.interp(end_hour / 24, _SHARES, _HOURS))
    hour = np.where(day == 0, hour * end_hour / max(last_hour, 1e-9), hour)
    return np.asarray(day + hour / 24 + YEAR_DAYS - end_hour / 24)
