"""What push services answer, or do not: none of them is in the way of another."""

from dataclasses import replace
from datetime import timedelta

import pytest
from push_service import Browser
from receivers import Receiver, misbehaving, receiving
from telling import SITE, Phone, move, pass_time, rows, settle
from worlds import World

from backend.adapters import push_webpush
from backend.core.actors import SYSTEM
from backend.core.db import current_session
from backend.core.jobs import PreparedJob
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.notices.wake import JOB
from backend.delivery.retry_times import MAX_TRIES
from backend.reports.workflow import State
from backend.wiring import JOBS


def test_an_address_that_came_while_the_old_one_went_stays(
    sqlite_city: World, service: Receiver
) -> None:
    phone = Phone(sqlite_city)
    phone.subscribe(service)
    service.statuses = [410, 201]
    move(phone.report(), State.RESOLVED)
    sqlite_city.clock.advance(seconds=60)
    send = JOBS[JOB]
    assert isinstance(send, PreparedJob)
    run = send.prepare(current_session(), sqlite_city.clock.now(), {"carrier": "webpush"})
    fresh = Browser(service, "9")
    phone.register(1, "webpush", fresh.subscription)
    with unit_of_work(SYSTEM) as work:
        send.finish(work, run)
    settle(sqlite_city)
    assert len(fresh.shown()) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_an_address_that_is_gone_is_forgotten_with_what_waits(
    sqlite_city: World, service: Receiver, status: int
) -> None:
    phone = Phone(sqlite_city)
    browser, numbers = phone.subscribe(service), [phone.report(1), phone.report(2)]
    service.statuses = [status]
    for number in numbers:
        move(number, State.RESOLVED)
    settle(sqlite_city)
    assert len(browser.headers()) == 2
    assert rows() == []
    assert phone.ask("GET", "/me/notices/registrations").json == []


def test_a_service_in_trouble_is_asked_again_when_it_says(
    sqlite_city: World, service: Receiver
) -> None:
    phone = Phone(sqlite_city)
    browser, number = phone.subscribe(service), phone.report()
    phone.wish(quiet=None)
    service.statuses, service.answer_headers = [429, 503, 201], {"Retry-After": "600"}
    move(number, State.RESOLVED)
    settle(sqlite_city)
    assert rows()[0].due_at == sqlite_city.clock.now() + timedelta(minutes=10)
    pass_time(sqlite_city, minutes=9)
    assert len(browser.headers()) == 1
    pass_time(sqlite_city, minutes=1)
    pass_time(sqlite_city, minutes=10)
    assert [(row.state, row.attempts) for row in rows()] == [("delivered", 3)]


@pytest.mark.parametrize(
    "when",
    ["Mon, 1 Jan 2024 00:00:00 +99999999999999999999", f"Mon, 1 Jan {'9' * 30} 00:00:00 +0000"],
)
def test_a_service_that_names_no_moment_holds_up_no_other(
    sqlite_city: World, service: Receiver, when: str
) -> None:
    phone = Phone(sqlite_city)
    service.statuses, service.answer_headers = [429, 201], {"Retry-After": when}
    for name in ("1", "2"):
        phone.subscribe(service, name)
    move(phone.report(), State.RESOLVED)
    settle(sqlite_city)
    assert sorted((row.state, row.attempts) for row in rows()) == [("delivered", 1), ("waiting", 1)]


@pytest.mark.parametrize("status", [400, 403, 413])
def test_what_can_never_arrive_is_given_up(
    sqlite_city: World, service: Receiver, status: int
) -> None:
    phone = Phone(sqlite_city)
    browser, number = phone.subscribe(service), phone.report()
    service.statuses = [status]
    move(number, State.RESOLVED)
    settle(sqlite_city)
    assert [(row.state, row.last_status) for row in rows()] == [("dead", str(status))]
    assert len(browser.headers()) == 1


def test_a_service_that_is_silent_holds_up_no_other(sqlite_city: World, service: Receiver) -> None:
    phone = Phone(sqlite_city)
    with misbehaving(lambda connection: connection.close()) as port:
        for name in ("1", "2"):
            phone.subscribe(Receiver(port=port), name)
        browser, number = phone.subscribe(service, "3"), phone.report()
        phone.wish(quiet=None)
        move(number, State.RESOLVED)
        settle(sqlite_city)
        assert len(browser.shown()) == 1
        assert sorted(row.state for row in rows()) == ["delivered", "waiting", "waiting"]
        for _ in range(MAX_TRIES):
            pass_time(sqlite_city, hours=9)
    assert sorted(row.state for row in rows()) == ["dead", "dead", "delivered"]


def test_a_service_that_had_its_seconds_lets_the_others_go_first(
    sqlite_city: World, service: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_webpush, "_MOST_SECONDS_EACH", 0.0)
    phone = Phone(sqlite_city)
    with receiving() as slow:
        phone.subscribe(slow, "1")
        # However it is written, it is the same service.
        again = {**Browser(slow).subscription, "endpoint": f"HTTP://LocalHost:{slow.port}/2"}
        assert phone.register(2, "webpush", again).status_code == 200
        browser = phone.subscribe(service, "3")
        move(phone.report(), State.RESOLVED)
        settle(sqlite_city)
        assert (len(slow.got), len(browser.shown())) == (1, 1)
        assert sorted((row.state, row.attempts) for row in rows()) == [
            ("delivered", 1),
            ("delivered", 1),
            ("waiting", 0),
        ]
        pass_time(sqlite_city, seconds=30)
        assert len(slow.got) == 2


def test_nothing_is_posted_where_only_the_city_can_go(
    sqlite_city: World, service: Receiver
) -> None:
    runtime = current_runtime()
    runtime.settings = replace(runtime.settings, push_networks=())
    phone = Phone(sqlite_city)
    phone.subscribe(service)
    move(phone.report(), State.RESOLVED)
    settle(sqlite_city)
    assert service.got == []
    assert [(row.state, row.last_status) for row in rows()] == [("dead", "address-private")]


@pytest.mark.parametrize("host", ["[2001:db8::1]", "push.example:", ":x@push.example"])
def test_an_origin_nobody_can_sign_for_holds_up_no_other(
    sqlite_city: World, service: Receiver, host: str
) -> None:
    runtime = current_runtime()
    # Nor does a city at a port of its own.
    runtime.settings = replace(runtime.settings, public_url=f"{SITE}:8443")
    phone = Phone(sqlite_city)
    browser = phone.subscribe(service, "2")
    hostile = {**Browser(service).subscription, "endpoint": f"http://{host}/1"}
    assert phone.register(1, "webpush", hostile).status_code == 200
    move(phone.report(), State.RESOLVED)
    settle(sqlite_city)
    assert len(browser.shown()) == 1
    assert sorted((row.state, row.last_status) for row in rows()) == [
        ("dead", "address-not-valid"),
        ("delivered", "201"),
    ]
