"""Residents are told what they wish to be, not at night, and not too often."""

from dataclasses import replace

from described import check_described
from push_service import Browser
from receivers import Receiver
from telling import Phone, answer, ask, move, pass_time, rows, settle, states
from worlds import World

from backend.core.runtime import current_runtime
from backend.reports.workflow import State


def test_at_night_everything_waits_for_the_morning(sqlite_city: World, service: Receiver) -> None:
    phone = Phone(sqlite_city)
    browser, number = phone.subscribe(service), phone.report()
    # Noon in UTC is 13:00 in the city; nine hours later its quiet hours have begun.
    sqlite_city.clock.advance(hours=9)
    ask(number, "Which side?")
    settle(sqlite_city)
    assert browser.shown() == []
    assert rows()[0].due_at.isoformat() == "2026-03-03T07:00:00+00:00"
    pass_time(sqlite_city, hours=9, minutes=58)
    assert browser.shown() == []
    pass_time(sqlite_city, minutes=1)
    assert browser.shown()[0]["body"].startswith("The city has a question for you.")
    # Whoever takes the quiet hours away hears at once.
    sqlite_city.clock.advance(hours=14)
    answer(number, "Soon")
    settle(sqlite_city)
    assert len(browser.shown()) == 1
    phone.wish(quiet=None)
    pass_time(sqlite_city)
    assert len(browser.shown()) == 2


def test_a_week_has_room_for_so_many_and_for_every_question(city: World, service: Receiver) -> None:
    phone = Phone(city)
    browser, number = phone.subscribe(service), phone.report()
    phone.wish(weekly_cap=1, quiet=None)
    for key in (1, 2):
        answer(number, f"Answer {key}", key)
        settle(city)
    assert states() == [("delivered", None), ("dropped", "cap")]
    ask(number, "Which side?")
    # What comes after a question does not let the cap swallow it.
    answer(number, "While we wait", 3)
    settle(city)
    move(number, State.RESOLVED)
    settle(city)
    assert len(browser.shown()) == 3
    city.clock.advance(days=7)
    answer(number, "A week later", 4)
    settle(city)
    assert len(browser.shown()) == 4


def test_what_is_not_wished_is_not_left_or_dropped(sqlite_city: World, service: Receiver) -> None:
    phone = Phone(sqlite_city)
    browser, number = phone.subscribe(service), phone.report()
    phone.wish(topics={"report.answer": ["email"]})
    answer(number, "Soon", 1)
    assert rows() == []
    phone.wish(topics={"report.answer": ["push"]})
    answer(number, "Soon", 2)
    phone.wish(topics={"report.answer": []})
    settle(sqlite_city)
    assert browser.shown() == []
    assert states() == [("dropped", "unwanted")]


def test_wishes_are_what_was_said_and_what_cannot_be_is_refused(sqlite_city: World) -> None:
    phone = Phone(sqlite_city)
    first = phone.ask("GET", "/me/notices/wishes")
    check_described("/v1/me/notices/wishes", first)
    assert first.json["quiet"] == {"from": "21:00", "until": "08:00"}
    assert first.json["topics"]["report.question"] == ["push", "email"]
    assert first.json["topics"]["report.state"] == first.json["topics"]["budget.phase"] == []
    said = phone.wish(quiet={"from": "13:00", "until": "15:30"}, weekly_cap=0)
    assert phone.ask("GET", "/me/notices/wishes").json == said.json
    assert said.json["quiet"] == {"from": "13:00", "until": "15:30"}
    for changes in (
        {"quiet": {"from": "13:00", "until": "13:00"}},
        {"quiet": {"from": "25:00", "until": "13:00"}},
        {"weekly_cap": 51},
        {"topics": {"report.answer": ["pigeon"]}},
        {"topics": {"report.gossip": []}},
    ):
        assert phone.wish(**changes).status_code == 422, changes
    assert phone.ask("GET", "/me/notices/wishes").json == said.json


def test_whoever_says_it_too_often_waits(sqlite_city: World, service: Receiver) -> None:
    phone, runtime = Phone(sqlite_city), current_runtime()
    runtime.settings = replace(runtime.settings, device_report_limit="2 per hour")
    phone.subscribe(service)
    assert [phone.wish(weekly_cap=n).status_code for n in (1, 2)] == [200, 429]
    assert phone.ask("GET", "/me/notices/wishes").json["weekly_cap"] == 1
    again = phone.register(1, "webpush", Browser(service).subscription)
    assert again.status_code == 429
    assert again.headers["Retry-After"]
