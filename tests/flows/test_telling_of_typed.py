"""Whoever agreed at the desk to be told is told: by mail, or by somebody who calls them."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do, refused
from flask.testing import FlaskClient
from telling import answer, move, pass_time, settle
from worlds import ANALYST, IN_NW, IN_SE, STAFF, World, a_report, csrf

from backend.core.actors import OPERATOR, Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.notices.models import NoticeRegistration, NoticeResident
from backend.reports.events import PersonErased
from backend.reports.intake.calls import Call, call_count, calls_of, calls_to_make
from backend.reports.intake.check_entries import entry_faults
from backend.reports.intake.commands import EnterReport, NoteTold
from backend.reports.intake.enter_report import enter_report
from backend.reports.intake.models import EnteredReport
from backend.reports.intake.tell_reporter import note_told
from backend.reports.models import Contact, Follower
from backend.reports.queries import find_incident, find_request
from backend.reports.workflow import State

MAIL, PHONE = {"email": "ada@lanterns.example"}, {"phone": "030 5550100"}


def typed(
    number: int, contact: dict[str, str], place: tuple[float, float] = IN_SE, **changes: Any
) -> EnterReport:
    report = a_report(number, place, channel=Channel.PHONE, contact=contact, language="es")
    return EnterReport(replace(report, **changes), may_tell=True)


def enter(number: int, contact: dict[str, str], **changes: Any) -> str:
    filed: str = do(STAFF, enter_report, typed(number, contact, **changes)).number
    return filed


def mails(world: World) -> list[dict[str, Any]]:
    """What the city has mailed, oldest first."""
    [file] = [*world.data_dir.glob("messages*")] or [None]
    lines = file.read_text().splitlines() if file else []
    return [json.loads(line) for line in lines]


def calls() -> list[Call]:
    current_session().rollback()
    return calls_to_make(current_session(), current_runtime().keyring, limit=9)


def test_a_mail_says_the_number_at_once_and_later_what_became_of_it(sqlite_city: World) -> None:
    number = enter(1, MAIL)
    settle(sqlite_city)
    [first] = mails(sqlite_city)
    assert first["to"] == MAIL["email"]
    assert number in first["subject"]
    assert "La ciudad tiene tu reporte" in first["text"]
    assert f"/reports/{number}" in first["text"]
    assert "/notices/stop/" in first["text"]
    move(number, State.TRIAGED)
    settle(sqlite_city)
    # Only what they would be told by themselves, had they an app.
    assert len(mails(sqlite_city)) == 1
    move(number, State.RESOLVED, "Filled in")
    settle(sqlite_city)
    assert [one["to"] for one in mails(sqlite_city)] == [MAIL["email"]] * 2
    assert "Filled in" in mails(sqlite_city)[1]["text"]
    # Nobody calls whom the mail reaches.
    assert calls() == []
    assert call_count(current_session()) == 0


def test_one_click_ends_the_mails_and_nobody_calls_instead(sqlite_city: World) -> None:
    number = enter(1, MAIL | PHONE)
    settle(sqlite_city)
    way_out = mails(sqlite_city)[0]["text"].rpartition("http")[2].strip()
    client = sqlite_city.client()
    client.post("/" + way_out.split("/", 3)[3])
    answer(number, "Soon")
    settle(sqlite_city)
    assert len(mails(sqlite_city)) == 1
    assert calls() == []


def test_whoever_types_twice_tells_once_and_two_reports_are_two_people(sqlite_city: World) -> None:
    first = enter(1, MAIL)
    assert enter(1, MAIL) == first
    enter(2, MAIL, place=IN_NW)
    settle(sqlite_city)
    assert len(mails(sqlite_city)) == 2
    session = current_session()
    # Their reports cannot be put together by whoever reads the tables.
    hashes = session.scalars(sa.select(Follower.follower_hash)).all()
    assert len(set(hashes)) == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(NoticeResident)) == 2


@pytest.mark.both
def test_without_a_mail_somebody_calls_when_it_matters(city: World) -> None:
    number = enter(1, PHONE | {"name": "Ada"})
    silent = do(STAFF, enter_report, replace(typed(2, PHONE, IN_NW), may_tell=False)).number
    move(silent, State.RESOLVED)
    move(number, State.TRIAGED)
    assert calls() == []
    city.clock.advance(hours=1)
    move(number, State.SCHEDULED)
    assert calls() == []
    move(number, State.RESOLVED, "Filled in")
    [call] = calls()
    assert (call.number, call.state) == (number, State.RESOLVED)
    assert dict(call.reach) == {"name": "Ada", "phone": "030 5550100"}
    session, keyring = current_session(), current_runtime().keyring
    incident = find_incident(session, number).id
    assert calls_of(session, keyring, incident) == [call]
    assert call_count(session) == 1
    assert refused(ANALYST, note_told, NoteTold(number, call.newest_at)) == "role-not-allowed"
    assert refused(STAFF, note_told, NoteTold(silent, call.newest_at)) == "told-nobody-asked"
    do(STAFF, note_told, NoteTold(number, call.newest_at))
    assert calls() == []
    # What happens afterwards is to be told again; an answer is one of these things.
    city.clock.advance(hours=1)
    answer(number, "We looked again")
    [again] = calls()
    assert again.number == number
    # Whoever has heard enough is called no more.
    do(STAFF, note_told, NoteTold(number, again.newest_at, is_last=True))
    city.clock.advance(hours=1)
    answer(number, "And again", key=2)
    assert calls() == []
    assert refused(STAFF, note_told, NoteTold(number, again.newest_at)) == "told-nobody-asked"


@pytest.mark.both
def test_what_came_while_somebody_called_is_still_to_be_told(city: World) -> None:
    number = enter(1, PHONE)
    city.clock.advance(hours=1)
    answer(number, "Soon")
    [seen] = calls()
    city.clock.advance(hours=1)
    move(number, State.RESOLVED)
    do(STAFF, note_told, NoteTold(number, seen.newest_at))
    [left] = calls()
    assert left.newest_at > seen.newest_at
    # A page from before tells nobody back in time, nor one from a wrong clock ahead of it.
    do(STAFF, note_told, NoteTold(number, left.newest_at + timedelta(days=9)))
    do(STAFF, note_told, NoteTold(number, seen.newest_at))
    assert calls() == []
    entered = current_session().get_one(EnteredReport, find_request(current_session(), number).id)
    assert (entered.told_until, entered.told_by) == (city.clock.now(), STAFF.key)
    # Where the step is taken back there is nothing to tell of it.
    city.clock.advance(hours=1)
    move(number, State.REOPENED, "Still there")
    assert calls() == []


def test_consent_without_a_way_to_tell_is_asked_about(sqlite_city: World) -> None:
    for contact in ({}, {"name": "Ada"}):
        assert refused(STAFF, enter_report, typed(1, contact)) == "tell-not-reachable"
    for address in ("ada", "ada@", "030 5550100"):
        assert (
            refused(STAFF, enter_report, typed(1, {"email": address})) == "contact-email-not-valid"
        )
    assert current_session().scalars(sa.select(NoticeRegistration)).all() == []
    # A neighbour who passes it on is a way.
    enter(1, {"note": "Through her neighbour in number 4"})


def test_a_city_without_mail_has_the_address_written_to_by_hand(sqlite_city: World) -> None:
    del current_runtime().messages["email"]
    number = enter(1, MAIL)
    sqlite_city.clock.advance(hours=1)
    answer(number, "Soon")
    assert [dict(one.reach) for one in calls()] == [MAIL]


def test_what_is_erased_is_told_to_nobody(sqlite_city: World) -> None:
    number, other = enter(1, MAIL), enter(2, PHONE, place=IN_NW)
    sqlite_city.clock.advance(hours=1)
    answer(other, "Soon")
    session = current_session()
    ids = tuple(find_request(session, one).id for one in (number, other))
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.delete(Contact))
        work.emit(PersonErased((), ids))
    pass_time(sqlite_city, hours=1)
    assert mails(sqlite_city) == []
    assert session.scalars(sa.select(NoticeRegistration)).all() == []
    assert calls() == []


def test_the_log_says_of_a_typed_report_what_it_says_of_any(sqlite_city: World) -> None:
    number = enter(1, PHONE)
    sqlite_city.clock.advance(hours=1)
    answer(number, "Soon")
    before = current_session().scalar(sa.select(sa.func.max(Decision.sequence)))
    do(STAFF, note_told, NoteTold(number, calls()[0].newest_at))
    session = current_session()
    assert session.scalar(sa.select(sa.func.max(Decision.sequence))) == before
    assert list(entry_faults(session, current_runtime())) == []
    said = " ".join(session.scalars(sa.select(Decision.facts)))
    assert "phone" not in said


def told(client: FlaskClient, number: str, until: str, act: str = "told") -> Any:
    form = {"csrf_token": csrf(client, "/desk/calls"), "until": until, "act": act}
    return client.post(f"/desk/calls/{number}", data=form, follow_redirects=True)


@pytest.mark.slow
def test_the_report_and_the_list_say_whom_to_call(sqlite_city: World) -> None:
    number = enter(1, PHONE)
    desk = sqlite_city.signed_in(Role.WARD_STAFF)
    page = f"/desk/incidents/{number}"
    assert "asked to be called" in desk.get(page).text
    assert "To do: tell them." not in desk.get(page).text
    assert "Nobody waits for a call" in desk.get("/desk/calls").text
    sqlite_city.clock.advance(hours=1)
    move(number, State.RESOLVED)
    assert "To do: tell them." in desk.get(page).text
    assert "People to call</a> (1)" not in desk.get("/desk/enter").text
    assert "People to call (1)" in desk.get("/desk/enter").text
    listed = desk.get("/desk/calls").text
    assert "030 5550100" in listed
    until = calls()[0].newest_at.isoformat()
    assert told(desk, number, "tomorrow").status_code == 422
    assert told(desk, number, until[:19]).status_code == 422
    assert told(desk, number, until, "stopp").status_code == 422
    done = told(desk, number, until).text
    assert f"They were told of report {number}" in done
    assert "Nobody waits for a call" in done
    assert "asked to be called, and was by" in desk.get(page).text
    # Of an analyst nobody expects a call.
    analyst = sqlite_city.signed_in(Role.ANALYST).get(page).text
    assert "They were told" not in analyst
