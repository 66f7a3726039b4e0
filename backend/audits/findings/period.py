"""The days an audit is about, and the moments they begin and end in the city."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.core.errors import Invalid

_QUARTERS = ((1, 1), (4, 1), (7, 1), (10, 1))


@dataclass(frozen=True, slots=True)
class Period:
    """Both ends included; raises `Invalid` where it ends before it starts."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
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

    def moments(self, time_zone: str) -> tuple[datetime, datetime]:
        """When it begins, and when the day after it begins."""
        zone = ZoneInfo(time_zone)
        first, after = self.starts_on, self.ends_on + timedelta(days=1)
        return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


def quarter_of(day: date) -> Period:
    """The quarter of the calendar that has `day`."""
    starts_on = max(date(day.year, *start) for start in _QUARTERS if date(day.year, *start) <= day)
    later = starts_on + timedelta(days=95)
    return Period(starts_on, later.replace(day=1) - timedelta(days=1))


def quarter_before(day: date) -> Period:
    """The last quarter that is over on `day`."""
    return quarter_of(quarter_of(day).starts_on - timedelta(days=1))


def quarter_after(day: date) -> Period:
    """The next quarter to begin after `day`."""
    return quarter_of(quarter_of(day).ends_on + timedelta(days=1))


def year_of(year: int) -> Period:
    """A year of the calendar."""
    return Period(date(year, 1, 1), date(year, 12, 31))
