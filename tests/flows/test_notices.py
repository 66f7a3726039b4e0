"""Residents are told what becomes of what they asked for: once, in their words, not at night."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do
from described import check_described
from push_service import Browser, proven_claims
from receivers import Receiver, misbehaving, receiving
from telling import Phone, answer, ask, move, pass_time, rows, session_of, settle
from worlds import STAFF, World

from backend.core.actors import ANONYMOUS, SYSTEM
from backend.core.config import Mode
from backend.core.db import Base, current_session
from backend.core.job_runner import run_job
from backend.core.jobs import Job, PreparedJob, stuck_jobs
from backend.core.keys import KeyRing, new_field_key
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.notices.carriers import vapid_public_key
from backend.delivery.notices.models import (
    NoticeCarrier,
    NoticeRegistration,
    NoticeResident,
)
from backend.delivery.notices.rotate_keys import reseal_notices
from backend.delivery.notices.rules import EMAIL_KEPT, PUSH_KEPT, Carrier
from backend.delivery.notices.tidy_notices import FINISHED_KEPT, tidy_notices
from backend.delivery.notices.wake import JOB
from backend.delivery.retry_times import MAX_TRIES
from backend.reports.answer_back import reopen
from backend.reports.commands import (
    HideComment,
    MergeIncidents,
    Reopen,
    UnmergeIncident,
)
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.unmerge_incident import unmerge_incident
from backend.reports.privacy.moderate_text import hide_comment
from backend.reports.workflow import State
from backend.wiring import JOBS

AtOnce = Callable[..., list[Any]]
Command = Callable[..., Any]
SITE = "https://reports.testwick.example"


@pytest.fixture(autouse=True)
def _loopback_is_allowed(request: pytest.FixtureRequest) -> None:
    name = "city" if "city" in request.fixturenames else "sqlite_city"
    request.getfixturevalue(name)
    runtime = current_runtime()
    runtime.settings = replace(
        runtime.settings, push_networks=("127.0.0.0/8", "::1/128"), public_url=SITE
    )


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiving() as one:
        one.statuses = [201]
        yield one


def states() -> list[tuple[str, str | None]]:
    return [(row.state, row.reason) for row in rows()]


def test_whoever_reported_is_told_encrypted_signed_and_in_their_language(
    city: World, service: Receiver
) -> None:
    phone, other = Phone(city), Phone(city)
    offered = city.client().get("/v1/notices")
    check_described("/v1/notices", offered)
    assert {"webpush", "email"} == set(offered.json["carriers"])
    browser, stranger = phone.subscribe(service, "1", "pl"), other.subscribe(service, "2")
    number = phone.report()
    move(number, State.RESOLVED, "Filled with asphalt")
    settle(city)
    [shown] = browser.shown()
    assert shown["title"] == f"Pothole, zgłoszenie {number}"
    asked, quote = shown["body"].split("\n")
    assert asked.startswith("Miasto mówi, że zrobione.")
    assert quote == "“Filled with asphalt”"
    assert (shown["url"], shown["lang"], shown["dir"]) == (f"/reports/{number}", "pl", "ltr")
    assert shown["subject"] == f"report:{number}"
    [headers] = browser.headers()
    assert (headers["ttl"], headers["urgency"]) == ("259200", "normal")
    assert headers["topic"] == shown["tag"]
    assert len(headers["topic"]) == 32
    assert headers["content-encoding"] == "aes128gcm"
    claims = proven_claims(headers["authorization"], offered.json["vapid_public_key"])
    assert claims["aud"] == f"http://localhost:{service.port}"
    assert claims["sub"] == SITE
    assert 0 < claims["exp"] - city.clock.now().timestamp() <= 24 * 3600
    assert stranger.shown() == []
    assert states() == [("delivered", None)]
    assert rows()[0].last_status == "201"


def test_what_follows_at_once_is_one_notice_of_the_last(city: World, service: Receiver) -> None:
    phone = Phone(city)
    browser, number = phone.subscribe(service), phone.report()
    phone.wish(topics={"report.state": ["push"]})
    for state in (State.ASSIGNED, State.IN_PROGRESS):
        move(number, state)
    assert [row.revision for row in rows()] == [2]
    settle(city)
    assert [one["body"] for one in browser.shown()] == ["The work has begun."]


def test_what_happens_while_it_is_sent_is_told_next(sqlite_city: World, service: Receiver) -> None:
    phone = Phone(sqlite_city)
    browser, number = phone.subscribe(service), phone.report()
    answer(number, "We look at it on Monday")
    sqlite_city.clock.advance(seconds=60)
    send = JOBS[JOB]
    assert isinstance(send, PreparedJob)
    payload = {"carrier": "webpush"}
    run = send.prepare(current_session(), sqlite_city.clock.now(), payload)
    move(number, State.RESOLVED)
    with unit_of_work(SYSTEM) as work:
        send.finish(work, run)
    settle(sqlite_city)
    assert [one["body"].split("\n")[0] for one in browser.shown()] == [
        "The city has answered.",
        "The city says that it is done. Is it? You can say yes or no.",
    ]
    assert states() == [("delivered", None)]


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


def test_nobody_is_told_of_their_own_act_and_all_phones_of_one_account_are(
    city: World, service: Receiver
) -> None:
    first, second = Phone(city), Phone(city)
    browsers = [first.subscribe(service, "1"), second.subscribe(service, "2")]
    number = first.report()
    for phone in (first, second):
        phone.headers = phone.bearing(session_of(phone, "somebody@lanterns.example"))
        phone.ask("GET", "/me/notices/wishes")
    # Whoever comes with the account's token brings the two rows together.
    second.subscribe(service, "2")
    move(number, State.RESOLVED)
    settle(city)
    assert [len(browser.shown()) for browser in browsers] == [1, 1]
    assert current_session().scalars(sa.select(NoticeResident)).all()[1:] == []
    reopening = {"id": str(UUID(int=77)), "reason": "It is not"}
    second.wish(topics={"report.state": ["push"]})
    assert second.ask("POST", f"/reports/{number}/reopening", reopening).status_code == 200
    settle(city)
    assert [len(browser.shown()) for browser in browsers] == [1, 1]


def test_followers_are_told_under_the_number_they_know(city: World, service: Receiver) -> None:
    reporter, follower = Phone(city), Phone(city)
    browser = follower.subscribe(service)
    first, second = reporter.report(1), reporter.report(2)
    follower.ask("PUT", f"/reports/{first}/following")
    do(STAFF, merge_incidents, MergeIncidents(first, second, "the same hole"))
    settle(city)
    answer(second, "Next week")
    settle(city)
    told = browser.shown()
    assert [one["subject"] for one in told] == [f"report:{first}"] * 2
    assert told[0]["body"] == "It is dealt with together with another report now."


def test_a_hidden_answer_does_not_go_out(sqlite_city: World, service: Receiver) -> None:
    phone = Phone(sqlite_city)
    browser, number = phone.subscribe(service), phone.report()
    answer(number, "Ask Dorothea Quill")
    do(STAFF, hide_comment, HideComment(UUID(int=1), "a name"))
    settle(sqlite_city)
    assert browser.shown() == []
    assert states() == [("dropped", "gone")]
    assert "Quill" not in repr([row.facts for row in rows()])


def test_what_is_over_before_it_is_told_is_not_told(sqlite_city: World, service: Receiver) -> None:
    phone = Phone(sqlite_city)
    browser, first, second = phone.subscribe(service), phone.report(1), phone.report(2)
    ask(first, "Which side?")
    phone.ask("POST", f"/reports/{first}/comments", {"id": str(UUID(int=6)), "text": "The left"})
    settle(sqlite_city)
    do(STAFF, merge_incidents, MergeIncidents(first, second, "the same hole"))
    do(STAFF, unmerge_incident, UnmergeIncident(first, "another hole"))
    settle(sqlite_city)
    assert browser.shown() == []
    assert states() == [("dropped", "gone")] * 2
    move(first, State.RESOLVED)
    do(STAFF, reopen, Reopen(UUID(int=8), first, "A slip of the hand"))
    settle(sqlite_city)
    assert [one["body"] for one in browser.shown()] == ["It is open again."]


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


def test_what_is_no_address_is_refused(sqlite_city: World, service: Receiver) -> None:
    phone, good = Phone(sqlite_city), Browser(service).subscription
    for changes in (
        {"endpoint": "ftp://push.example/1"},
        {"endpoint": "https://user:password@push.example/1"},
        {"endpoint": "https://push.example/1\r\nHost: x"},
        {"p256dh": "AAAA"},
        {"auth": "AAAA"},
        {"auth": ""},
    ):
        refused = phone.register(1, "webpush", good | changes)
        assert refused.status_code == 422, changes
        assert "notice-address-not-valid" in refused.text
    assert phone.register(1, "fcm_token", {"token": "x"}).status_code == 422
    runtime = current_runtime()
    runtime.settings = replace(runtime.settings, mode=Mode.PRODUCTION)
    assert phone.register(1, "webpush", good).status_code == 422
    for verb, path in (("GET", "/registrations"), ("GET", "/wishes")):
        answered = sqlite_city.client().open(f"/v1/me/notices{path}", method=verb)
        assert answered.status_code == 401


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


def test_an_address_has_one_owner_and_registering_again_is_the_same(
    city: World, service: Receiver
) -> None:
    phone, other = Phone(city), Phone(city)
    browser = phone.subscribe(service)
    city.clock.advance(days=1)
    phone.register(1, "webpush", browser.subscription)
    [seen] = phone.ask("GET", "/me/notices/registrations").json
    assert seen["last_seen_datetime"] == city.clock.now().isoformat()
    # The id is the first one's; the browser is whose token came last.
    assert other.register(1, "webpush", browser.subscription).status_code == 409
    assert other.register(2, "webpush", browser.subscription).status_code == 200
    assert phone.ask("GET", "/me/notices/registrations").json == []
    for verb in ("DELETE", "DELETE"):
        path = f"/me/notices/registrations/{UUID(int=2)}"
        assert phone.ask(verb, path).status_code == 204
        assert len(other.ask("GET", "/me/notices/registrations").json) == 1
    other.ask("DELETE", path)
    assert other.ask("GET", "/me/notices/registrations").json == []
    for name in range(3, 15):
        phone.subscribe(service, str(name))
        city.clock.advance(seconds=1)
    assert len(phone.ask("GET", "/me/notices/registrations").json) == 10


def test_erasing_leaves_nothing_and_own_data_shows_all(city: World, service: Receiver) -> None:
    phone, other = Phone(city), Phone(city)
    browser, stranger = phone.subscribe(service, "1"), other.subscribe(service, "2")
    number = phone.report()
    other.ask("PUT", f"/reports/{number}/following")
    phone.wish(weekly_cap=3)
    answer(number, "Soon")
    data = phone.ask("GET", "/me/data").json["notices"]
    assert data["wishes"]["weekly_cap"] == 3
    assert [one["address"] for one in data["registrations"]] == [browser.subscription["endpoint"]]
    assert [one["subject"] for one in data["notices"]] == [f"report:{number}"]
    hashed = str(phone.actor().reporter)
    assert phone.ask("DELETE", "/me/data").status_code == 200
    left = "\n".join(
        repr(cell)
        for table in Base.metadata.sorted_tables
        if table.name.startswith("notice")
        for row in current_session().execute(sa.select(table))
        for cell in row
    )
    assert hashed not in left
    assert number not in left
    settle(city)
    assert browser.shown() == []
    # Whoever else was to be told of that report is not: nothing leads from them to it any more.
    assert stranger.shown() == []
    assert len(current_session().scalars(sa.select(NoticeRegistration)).all()) == 1


def test_whoever_acts_while_somebody_is_erased_waits_and_nobody_forever(
    postgis_city: World, service: Receiver, at_once: AtOnce
) -> None:
    phones = [Phone(postgis_city) for _ in range(4)]
    for name, phone in enumerate(phones, start=1):
        phone.subscribe(service, str(name))
    number = phones[0].report()
    for phone in phones[1:]:
        phone.ask("PUT", f"/reports/{number}/following")
    acts = [
        *(lambda phone=phone: phone.ask("DELETE", "/me/data").status_code for phone in phones[:2]),
        lambda: answer(number, "Soon", 1),
        lambda: answer(number, "Sooner", 2),
        lambda: phones[2].ask("DELETE", f"/me/notices/registrations/{UUID(int=3)}").status_code,
        lambda: phones[3].wish(weekly_cap=2).status_code,
        lambda: [run_job(one, JOBS) for one in stuck_jobs(current_session(), later)],
    ]
    later = postgis_city.clock.now() + timedelta(hours=1)
    done = at_once(postgis_city, acts)
    assert done[:2] == [200, 200]
    assert done[4:6] == [204, 200]
    assert [one for one in done if isinstance(one, Exception)] == []
    settle(postgis_city)
    left = current_session().scalars(sa.select(NoticeRegistration)).all()
    assert [one.id for one in left] == [UUID(int=4)]


def test_every_night_what_is_old_goes_and_what_was_left_is_sent(
    city: World, service: Receiver
) -> None:
    phone, other = Phone(city), Phone(city)
    browser, number = phone.subscribe(service), phone.report()
    phone.register(2, "email", {"address": "somebody@lanterns.example"})
    move(number, State.RESOLVED)
    with unit_of_work(SYSTEM) as work:
        work.session.execute(sa.delete(Job))
        tidy_notices(work, {})
    settle(city)
    assert len(browser.shown()) == 1
    tidied(city, FINISHED_KEPT + timedelta(minutes=1))
    assert rows() == []
    # Nobody said that the mail address is theirs.
    assert [one.kind for one in registrations()] == ["webpush"]
    tidied(city, PUSH_KEPT)
    assert registrations() == []
    assert len(current_session().scalars(sa.select(NoticeResident)).all()) == 1
    other.subscribe(service)
    tidied(city, EMAIL_KEPT - PUSH_KEPT)
    assert len(current_session().scalars(sa.select(NoticeResident)).all()) == 1


def registrations() -> list[NoticeRegistration]:
    current_session().rollback()
    return list(current_session().scalars(sa.select(NoticeRegistration)))


def tidied(city: World, after: timedelta) -> None:
    city.clock.advance(seconds=after.total_seconds())
    with unit_of_work(SYSTEM) as work:
        tidy_notices(work, {})


def test_keys_move_and_the_old_one_opens_nothing_more(
    sqlite_city: World, service: Receiver
) -> None:
    phone, runtime = Phone(sqlite_city), current_runtime()
    browser, number = phone.subscribe(service), phone.report()
    public = vapid_public_key(current_session(), runtime)
    old, fresh = runtime.settings.field_keys, new_field_key("k2")
    runtime.keyring = KeyRing((fresh, *old))
    with unit_of_work(SYSTEM) as work:
        assert reseal_notices(work) == 2
    runtime.keyring = KeyRing((fresh,))
    assert vapid_public_key(current_session(), runtime) == public
    move(number, State.RESOLVED)
    settle(sqlite_city)
    assert len(browser.shown()) == 1
    sealed = current_session().get_one(NoticeCarrier, Carrier.WEBPUSH.value).sealed
    assert sealed is not None
    assert KeyRing.key_id(sealed) == "k2"


def test_the_operator_makes_the_key_and_sees_how_notices_stand(
    sqlite_city: World, service: Receiver, command: Command
) -> None:
    public = command(sqlite_city, "notices", "keys").output
    assert command(sqlite_city, "notices", "keys").output == public
    phone = Phone(sqlite_city)
    assert phone.ask("GET", "/notices").json["vapid_public_key"] == public.strip()
    phone.subscribe(service)
    move(phone.report(), State.RESOLVED)
    assert command(sqlite_city, "notices", "list").output == "webpush\twaiting\t\t1\n"
    assert command(sqlite_city, "notices", "keys", "--new").output != public


def test_a_city_without_push_says_so(sqlite_city: World) -> None:
    runtime = current_runtime()
    runtime.settings = replace(runtime.settings, mode=Mode.PRODUCTION, public_url="")
    offered = sqlite_city.client().get("/v1/notices").json
    assert (offered["carriers"], offered["vapid_public_key"]) == ([], None)
    with unit_of_work(ANONYMOUS) as work:
        assert work.session.scalars(sa.select(NoticeCarrier)).all() == []
