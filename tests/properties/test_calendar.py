"""Whatever is moved in whatever order, no phase is skipped, and what has happened stands."""

from contextlib import suppress
from datetime import timedelta

from cycles import DATES
from hypothesis import given
from hypothesis import strategies as st
from worlds import NOON

from backend.ballots.cycle.phases import ORDER, Calendar, Phase, Span
from backend.core.errors import Invalid

DAY = timedelta(days=1)
days = st.integers(-5, 90)
moves = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(ORDER), days, days), max_size=25)


@given(moves)
def test_no_order_of_moves_skips_a_phase_or_changes_the_past(
    wished: list[tuple[int, Phase, int, int]],
) -> None:
    calendar, now = Calendar(DATES), NOON
    seen = [calendar.phase_at(now)]
    for wait, phase, starts, ends in wished:
        for _day in range(wait):
            now += DAY
            seen.append(calendar.phase_at(now))
        before = calendar.spans
        with suppress(Invalid):
            calendar = calendar.moved(phase, Span(NOON + starts * DAY, NOON + ends * DAY), now)
        for one in ORDER:
            old, new = before[one], calendar.spans[one]
            assert old.starts_at > now or new.starts_at == old.starts_at
            assert old.ends_at > now or new == old
            assert old == new or new.ends_at > now
        if before[Phase.VOTE].holds(now):
            assert calendar.spans[Phase.VOTE].ends_at >= before[Phase.VOTE].ends_at
    while not calendar.has_ended(ORDER[-1], now):
        now += DAY
        seen.append(calendar.phase_at(now))
    # Every phase lasts whole days here, so looking in once a day sees each of them.
    assert list(dict.fromkeys(filter(None, seen))) == list(ORDER)
