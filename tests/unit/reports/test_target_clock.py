"""The clock of a target: working days of the city's own calendar, through changes of the clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.reports.target_clock import Calendar, counted_time, due_after_pause, due_at

BERLIN = Calendar("Europe/Berlin")
HOUR = timedelta(hours=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("start", "hours", "calendar", "due"),
    [
        # Friday noon and 24 working hours: noon on Monday.
        (utc(2026, 3, 6, 11), 24, BERLIN, utc(2026, 3, 9, 11)),
        # What comes in on a Saturday starts on Monday, at midnight in Berlin.
        (utc(2026, 3, 7, 9), 1, BERLIN, utc(2026, 3, 9, 0)),
        # Days are the city's, not those of UTC: this is already Saturday there.
        (utc(2026, 3, 6, 23, 30), 1, BERLIN, utc(2026, 3, 9, 0)),
        # The last Sunday of March has 23 hours, so the 24th is the next Sunday's first; the last
        # of October has 25.
        (utc(2026, 3, 28, 23), 24, Calendar("Europe/Berlin", "WWWWWWW"), utc(2026, 3, 29, 23)),
        (utc(2026, 3, 28, 23), 24, Calendar("Europe/Berlin", "------W"), utc(2026, 4, 4, 23)),
        (utc(2026, 10, 24, 22), 24, Calendar("Europe/Berlin", "------W"), utc(2026, 10, 25, 22)),
        # A holiday counts no more than a Sunday.
        (
            utc(2026, 12, 24, 11),
            24,
            Calendar("Europe/Berlin", holidays=frozenset({date(2026, 12, 25)})),
            utc(2026, 12, 28, 11),
        ),
        # Without a calendar, and where no day is a working day, every hour counts.
        (utc(2026, 3, 6, 11), 24, None, utc(2026, 3, 7, 11)),
        (utc(2026, 3, 6, 11), 24, Calendar("Europe/Berlin", "-------"), utc(2026, 3, 7, 11)),
    ],
)
def test_a_target_ends_when_its_hours_have_run(
    start: datetime, hours: int, calendar: Calendar | None, due: datetime
) -> None:
    assert due_at(start, hours * HOUR, calendar) == due


def test_holidays_without_end_do_not_hang() -> None:
    days = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(4000))
    assert due_at(utc(2026, 1, 1), HOUR, Calendar("UTC", "WWWWWWW", days)) > utc(2035, 1, 1)


MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: utc(2025, 1, 1) + timedelta(minutes=minutes, microseconds=minutes % 7)
)
SPANS = st.timedeltas(timedelta(seconds=1), timedelta(days=40))
CALENDARS = st.none() | st.builds(
    Calendar,
    st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Pacific/Auckland", "Asia/Kathmandu"]),
    st.text("W-", min_size=7, max_size=7).filter(lambda week: "W" in week),
    st.frozensets(st.dates(date(2025, 1, 1), date(2028, 12, 31)), max_size=30),
)


@settings(max_examples=150)
@given(MOMENTS, SPANS, CALENDARS)
def test_the_due_moment_is_where_the_target_has_been_counted(
    start: datetime, target: timedelta, calendar: Calendar | None
) -> None:
    due = due_at(start, target, calendar)
    assert counted_time(start, due, calendar) == target
    assert counted_time(start, due - timedelta(microseconds=1), calendar) < target
    assert counted_time(due, start, calendar) == timedelta()


@settings(max_examples=150)
@given(MOMENTS, SPANS, st.tuples(SPANS, SPANS), CALENDARS)
def test_a_pause_takes_nothing_from_what_is_left(
    start: datetime,
    target: timedelta,
    pause: tuple[timedelta, timedelta],
    calendar: Calendar | None,
) -> None:
    due = due_at(start, target, calendar)
    paused_at = start + pause[0]
    resumed_at = paused_at + pause[1]
    later = due_after_pause(due, paused_at, resumed_at, calendar)
    if due <= paused_at:
        assert later == due
    else:
        left = counted_time(paused_at, due, calendar)
        assert counted_time(resumed_at, later, calendar) == left
        assert counted_time(start, paused_at, calendar) + left == target
