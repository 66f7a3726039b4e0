"""Where residents are told: kept sealed, theirs alone, and no longer than they are used."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from push_service import Browser
from receivers import Receiver
from telling import Phone, answer, move, rows, session_of, settle
from worlds import World

from backend.core.actors import ANONYMOUS, SYSTEM
from backend.core.config import Mode
from backend.core.db import Base, current_session
from backend.core.job_runner import run_job
from backend.core.jobs import Job, stuck_jobs
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
from backend.reports.workflow import State
from backend.wiring import JOBS

AtOnce = Callable[..., list[Any]]
Command = Callable[..., Any]


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


@pytest.mark.parametrize("way_out", ["/app/session", "/accounts/sessions/current"])
def test_the_next_one_at_a_shared_tablet_is_told_nothing(
    city: World, service: Receiver, way_out: str
) -> None:
    tablet, at_home = Phone(city), Phone(city)
    browsers = [tablet.subscribe(service, "1"), at_home.subscribe(service, "2")]
    number = tablet.report()
    for phone in (tablet, at_home):
        phone.headers = phone.bearing(session_of(phone, "somebody@lanterns.example"))
    tablet.register(3, "email", {"address": "somebody@lanterns.example"})
    # The address in the tablet was left before anybody signed in there.
    client, token = city.client(), tablet.headers["Authorization"].partition(" ")[2]
    client.set_cookie("evenward-app", token)
    forgotten = client.delete(f"/v1{way_out}", headers={"Sec-Fetch-Site": "same-origin"})
    assert forgotten.status_code == 204
    assert [one.id.int for one in registrations()] == [2, 3]
    answer(number, "Soon")
    settle(city)
    assert [len(browser.shown()) for browser in browsers] == [0, 1]


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
        assert reseal_notices(work).count == 2
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
