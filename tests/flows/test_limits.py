"""How often is too often: counted for each sender, in memory and in Redis."""

from collections.abc import Iterator

import pytest
from worlds import NOON, a_report

from backend.core import limits as limits_module
from backend.core.clock import SettableClock
from backend.core.errors import TooManyRequests
from backend.core.limits import RateLimits, network_of
from backend.core.text_brake import hold_back_alike

WORDS = "Somebody leaves rubbish in front of house number {}, every Monday, and nobody clears it."


@pytest.fixture(params=["memory", "redis"])
def limits(request: pytest.FixtureRequest) -> RateLimits:
    url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    return RateLimits(url, "tests")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[SettableClock]:
    """The clock of limits in memory."""
    settable = SettableClock(NOON)
    monkeypatch.setattr(limits_module, "_clock", settable)
    return settable


def test_each_sender_and_each_purpose_has_its_own_count(limits: RateLimits) -> None:
    waits = [limits.use("2 per hour", "report", "a") for _ in range(4)]
    assert waits[:2] == [0, 0]
    assert all(3595 <= wait <= 3600 for wait in waits[2:])
    assert limits.use("2 per hour", "report", "b") == limits.use("2 per hour", "code", "a") == 0
    assert not limits.has_room("2 per hour", "report", "a")
    assert [limits.has_room("2 per hour", "report", "b") for _ in range(3)] == [True] * 3
    with pytest.raises(TooManyRequests) as refusal:
        limits.check("2 per hour", "report", "a")
    assert refusal.value.headers == {"Retry-After": str(refusal.value.facts["seconds"])}


def test_the_wait_is_until_the_oldest_use_is_past(clock: SettableClock) -> None:
    limits = RateLimits("", "tests")
    for expected in (0, 0, 40):
        assert limits.use("2 per minute", "report", "a") == expected
        clock.advance(seconds=10)
    clock.advance(seconds=29.5)
    assert limits.use("2 per minute", "report", "a") == 1
    clock.advance(seconds=0.5)
    assert [limits.use("2 per minute", "report", "a") for _ in "ab"] == [0, 10]


def test_memory_holds_those_who_came_last(
    clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits_module, "_MOST_KEYS", 100)
    limits = RateLimits("", "tests")
    assert limits.use("1 per hour", "report", "busy") == 0
    for number in range(1000):
        limits.use("1 per hour", "report", str(number))
        assert limits.use("1 per hour", "report", "busy") > 0
    assert len(limits._own._uses) == 100


def test_one_house_is_one_sender() -> None:
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1%eth0")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:192.0.2.7") == network_of("192.0.2.7") != network_of("192.0.2.8")
    assert network_of("unix:") == "unix:"


def send(limits: RateLimits, sender: str, number: int, words: str = WORDS) -> None:
    report = a_report(number, description=words.format(number))
    hold_back_alike(limits, "10 per 10 minute", sender, report.id, report.description)


def test_one_sender_is_slowed_and_a_street_is_not(limits: RateLimits) -> None:
    for number in range(10):
        send(limits, "one", number)
    for number in range(3):
        with pytest.raises(TooManyRequests, match="too-many-alike") as refusal:
            send(limits, "one", 10 + number)
        assert 595 <= int(refusal.value.headers["Retry-After"]) <= 600
    for person in range(30):
        send(limits, f"neighbour {person}", person)
    send(limits, "one", 20, "The lamp at the corner of Mill Lane has been dark for a week now.")
    send(limits, "one", 21, "Rubbish again")


def test_a_report_sent_again_counts_once(limits: RateLimits) -> None:
    """Phones on bad networks send a report until they have an answer."""
    for number in range(10):
        for _ in range(5):
            send(limits, "one", number)
    with pytest.raises(TooManyRequests):
        send(limits, "one", 10)
    # What was refused has not come in, so it is no repeat of itself.
    with pytest.raises(TooManyRequests):
        send(limits, "one", 10)
    send(limits, "one", 9)


def test_the_brake_lets_go(clock: SettableClock) -> None:
    limits = RateLimits("", "tests")
    for number in range(10):
        send(limits, "one", number)
        clock.advance(minutes=1)
    send(limits, "one", 10)
    with pytest.raises(TooManyRequests) as refusal:
        send(limits, "one", 11)
    clock.advance(seconds=int(refusal.value.headers["Retry-After"]))
    send(limits, "one", 11)
