"""Quiet hours hold by the city's clock on every day of the year, also when the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.delivery.notices.rules import QuietHours, awake_at

CITY = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC")]
)
# Two years, by the second.
MOMENTS = st.integers(1_767_225_600, 1_830_297_600).map(
    lambda second: datetime.fromtimestamp(second, UTC)
)
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
HOURS = st.tuples(CLOCKS, CLOCKS).filter(lambda both: both[0] != both[1])


@given(MOMENTS, ZONES, HOURS)
def test_what_waits_is_sent_at_the_first_moment_awake(
    moment: datetime, zone: ZoneInfo, hours: tuple[time, time]
) -> None:
    quiet = QuietHours(*hours)
    awake = awake_at(moment, zone, quiet)
    assert moment <= awake <= moment + timedelta(hours=26)
    assert awake_at(awake, zone, quiet) - awake < timedelta(hours=2)
    if awake > moment:
        # Nothing is put off that lies outside of them, and each wait ends at their end.
        assert is_quiet(moment.astimezone(zone).time(), *hours)
        assert awake.astimezone(zone).time().replace(fold=0) in {hours[1], shifted(hours[1])}
    else:
        assert not is_quiet(moment.astimezone(zone).time(), *hours) or is_repeated(moment, zone)


def is_quiet(clock: time, starts: time, ends: time) -> bool:
    """Counted in minutes from the beginning of the quiet hours, round the clock."""
    minute = (clock.hour * 60 + clock.minute - starts.hour * 60 - starts.minute) % 1440
    return minute < (ends.hour * 60 + ends.minute - starts.hour * 60 - starts.minute) % 1440


def shifted(clock: time) -> time:
    """What the clock shows instead in the hour that spring leaves out."""
    return clock.replace(hour=(clock.hour + 1) % 24)


def is_repeated(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock was put back within an hour or is about to be."""
    hour = timedelta(hours=1)
    offsets = {(moment + step).astimezone(zone).utcoffset() for step in (-hour, 0 * hour, hour)}
    return len(offsets) > 1


@pytest.mark.parametrize(
    ("at", "starts", "ends", "until"),
    [
        ("2026-03-02T20:00:00+00:00", "21:00", "08:00", "2026-03-03T07:00:00+00:00"),
        ("2026-03-02T19:59:00+00:00", "21:00", "08:00", "2026-03-02T19:59:00+00:00"),
        ("2026-03-03T07:00:00+00:00", "21:00", "08:00", "2026-03-03T07:00:00+00:00"),
        ("2026-03-02T12:30:00+00:00", "13:00", "15:30", "2026-03-02T14:30:00+00:00"),
        # The night in which an hour is left out, and the one that has an hour twice.
        ("2026-03-28T22:00:00+00:00", "21:00", "08:00", "2026-03-29T06:00:00+00:00"),
        ("2026-10-24T22:00:00+00:00", "21:00", "08:00", "2026-10-25T07:00:00+00:00"),
    ],
)
def test_nights_of_one_city(at: str, starts: str, ends: str, until: str) -> None:
    quiet = QuietHours(time.fromisoformat(starts), time.fromisoformat(ends))
    assert awake_at(datetime.fromisoformat(at), CITY, quiet) == datetime.fromisoformat(until)
