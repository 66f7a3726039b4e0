"""The city's clock for a target: it runs on working days and stands still while others are awaited.

Pure: a calendar and moments come in, moments and durations go out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
# Longer than any run of holidays: a week without a working day would never end.
_LONGEST_TARGET = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days count; `working_week` has seven letters, Monday first, W for a working day."""

    time_zone: str
    working_week: str = "WWWWW--"
    holidays: frozenset[date] = frozenset()

    def counts(self, day: date) -> bool:
        return self.working_week[day.weekday()] == "W" and day not in self.holidays


def due_at(start: datetime, target: timedelta, calendar: Calendar | None) -> datetime:
    """The moment `target` of counted time has run since `start`; all counts without a calendar.

    A calendar without any working day would count nothing, so there all time counts too.
    """
    if calendar is None or "W" not in calendar.working_week:
        return start + target
    left = target
    for begin, end in _counted_spans(start, start + _LONGEST_TARGET, calendar):
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return start + _LONGEST_TARGET


def counted_time(start: datetime, end: datetime, calendar: Calendar | None) -> timedelta:
    """How much of the time from `start` to `end` counts; zero where it ends before it starts."""
    if calendar is None or "W" not in calendar.working_week:
        return max(end - start, timedelta())
    spans = _counted_spans(start, end, calendar)
    return sum((stop - begin for begin, stop in spans), timedelta())


def due_after_pause(
    due: datetime, paused_at: datetime, resumed_at: datetime, calendar: Calendar | None
) -> datetime:
    """The due moment once the clock runs again: what was left when it stopped is still left.

    What was overdue when the clock stopped stays due when it was.
    """
    if due <= paused_at:
        return due
    return due_at(resumed_at, counted_time(paused_at, due, calendar), calendar)


def _counted_spans(
    start: datetime, end: datetime, calendar: Calendar
) -> Iterator[tuple[datetime, datetime]]:
    """The counted stretches between two moments, day by day of the city's own clock, in UTC."""
    zone = ZoneInfo(calendar.time_zone)
    day = start.astimezone(zone).date()
    while (midnight := _midnight(day, zone)) < end:
        if calendar.counts(day):
            begin, stop = max(start, midnight), min(end, _midnight(day + _DAY, zone))
            if begin < stop:
                yield begin.astimezone(UTC), stop.astimezone(UTC)
        day += _DAY


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # In UTC, because a day of a changing clock has 23 or 25 hours.
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
