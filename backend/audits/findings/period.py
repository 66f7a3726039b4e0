"""The days an audit is about, and the moments they begin and end in the city.

Findings of any days could be taken from each other until a single day is left. So there are
quarters, and quarters together from January on: none of these hides for another's sake what it
would tell alone, whichever is audited first (`equity.measures.hidden_groups`).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.core.errors import Invalid

YEARS = range(1990, 2200)
_QUARTERS = ((1, 1), (4, 1), (7, 1), (10, 1))


@dataclass(frozen=True, slots=True)
class Period:
    """Both ends included; raises `Invalid` where it ends before it starts, or lies in no year that
    this program knows."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        for day in (self.starts_on, self.ends_on):
            _check_year(day.year)
        if self.starts_on > self.ends_on:
            raise Invalid(
                "period-impossible",
                starts_on=self.starts_on.isoformat(),
                ends_on=self.ends_on.isoformat(),
            )

    @property
    def days(self) -> int:
        """How many it has."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def quarters(self) -> "tuple[Period, ...]":
        """The quarters of the calendar it is made of; none where it is of other days."""
        found = [quarter_of(self.starts_on)]
        while found[-1].ends_on < self.ends_on:
            found.append(quarter_after(found[-1].starts_on))
        is_whole = (found[0].starts_on, found[-1].ends_on) == (self.starts_on, self.ends_on)
        is_one_year = len(found) == 1 or self.starts_on == date(self.ends_on.year, 1, 1)
        return tuple(found) if is_whole and is_one_year else ()

    def moments(self, time_zone: str) -> tuple[datetime, datetime]:
        """When it begins, and when the day after it begins."""
        zone = ZoneInfo(time_zone)
        first, after = self.starts_on, self.ends_on + timedelta(days=1)
        return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


def _check_year(year: int) -> None:
    if year not in YEARS:
        raise Invalid("year-unknown", year=year, first=YEARS[0], last=YEARS[-1])


def quarter_of(day: date) -> Period:
    """The quarter of the calendar that has `day`."""
    _check_year(day.year)
    starts_on = max(date(day.year, *start) for start in _QUARTERS if date(day.year, *start) <= day)
    later = starts_on + timedelta(days=95)
    return Period(starts_on, later.replace(day=1) - timedelta(days=1))


def quarter_before(day: date) -> Period:
    """The last quarter that is over on `day`."""
    return quarter_of(quarter_of(day).starts_on - timedelta(days=1))


def quarter_after(day: date) -> Period:
    """The next quarter to begin after `day`."""
    return quarter_of(quarter_of(day).ends_on + timedelta(days=1))


def year_of(year: int, today: date) -> Period:
    """A year of the calendar, or its quarters that are over; the first where none is."""
    over = quarter_before(today).ends_on
    first = quarter_of(date(year, 1, 1))
    return Period(first.starts_on, max(first.ends_on, min(date(year, 12, 31), over)))
