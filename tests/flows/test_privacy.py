"""A person's data: shown to that person, moderated openly, erased everywhere, kept no longer."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse
from worlds import ANALYST, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, SYSTEM, Actor
from backend.core.db import current_session, db
from backend.core.decision_log import find_faults
from backend.core.errors import Forbidden, Invalid
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus, HideComment, ModerateText
from backend.reports.file_report import file_report
from backend.reports.models import Comment, Contact, Service, ServiceRequest
from backend.reports.privacy.apply_retention import apply_retention
from backend.reports.privacy.moderate_text import hide_comment, moderate_text
from backend.reports.public_report import public_report
from backend.reports.queries import find_incident
from backend.reports.workflow import State

SECRET = "Peregrine Nightshade saw it"
PHONE = "+48 601 555 099"
COMMENT_ID = "01890000-0000-7000-8000-0000000000cc"
WORDS = ("Nightshade", "555 099", "Candle Lane", "lantern behind", "told you so")


class Phone:
    """A device with its token."""

    def __init__(self, city: World) -> None:
        self.city = city
        token = city.client().post("/v1/devices").json["token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def post(self, path: str, **body: Any) -> TestResponse:
        answer: TestResponse = self.city.client().post(path, json=body, headers=self.headers)
        assert answer.status_code < 300, answer.text
        return answer

    def report(self, number: int) -> str:
        command = a_report(number)
        answer = self.post(
            "/v1/reports",
            id=str(command.id),
            service_code="POTHOLE",
            description=SECRET,
            lon=command.lon,
            lat=command.lat,
            address="Candle Lane 7",
            contact={"phone": PHONE},
        )
        number_: str = answer.json["number"]
        return number_


def every_cell() -> str:
    """All that the database holds, as text."""
    session = current_session()
    session.rollback()
    found = sa.MetaData()
    found.reflect(db.engine, only=lambda name, _: not name.startswith("incident_position"))
    cells = []
    for table in found.tables.values():
        columns = [column for column in table.c if column.name != "position"]
        for row in session.execute(sa.select(*columns)):
            cells += [repr(value) for value in row]
    return "\n".join(cells)


@pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'")
def test_what_a_person_erases_is_nowhere_and_the_rest_stands(city: World) -> None:
    phone, other = Phone(city), Phone(city)
    number, repeated = phone.report(1), other.report(2)
    phone.post(f"/v1/reports/{number}/comments", id=COMMENT_ID, text="The lantern behind it")
    with unit_of_work(STAFF) as work:
        moderate_text(work, ModerateText(number, f"{SECRET[-6:]}", "A name"))
        change_status(work, ChangeStatus(number, State.RESOLVED, 2))
    phone.post(f"/v1/reports/{number}/reopening", id=str(UUID(int=9)), reason="I told you so")
    data = city.client().get("/v1/me/data", headers=phone.headers).json
    assert [one["number"] for one in data["reports"]] == [number]
    assert data["reports"][0]["contact"] == {"phone": PHONE}
    assert {one["text"] for one in data["words"]} == {"The lantern behind it", "I told you so"}
    assert all(word in every_cell() for word in WORDS if word != "555 099")

    erased = city.client().delete("/v1/me/data", headers=phone.headers)
    assert erased.json == {"reports": 1}
    left = every_cell()
    assert left.count(SECRET) == 1
    assert [word for word in WORDS[3:] if word in left] == []
    session = current_session()
    assert session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 1
    assert list(find_faults(session, current_runtime().settings.hash_key)) == []
    now = public_report(session, number)
    assert (now.description, now.address, now.state) == ("", None, State.REOPENED)
    assert public_report(session, repeated).description == SECRET
    # The token ended with what it stood for.
    assert city.client().get("/v1/me/data", headers=phone.headers).status_code == 401
    assert city.client().get("/v1/me/data").status_code == 401


def test_moderated_words_replace_the_public_ones_and_say_why(city: World) -> None:
    with unit_of_work(ANONYMOUS) as work:
        number = file_report(work, a_report(1, description=SECRET)).number
    for actor, reason, refusal in ((ANALYST, "A name", Forbidden), (STAFF, " ", Invalid)):
        with pytest.raises(refusal), unit_of_work(actor) as work:
            moderate_text(work, ModerateText(number, "Somebody saw it", reason))
    before = find_incident(current_session(), number).changed_sequence
    with unit_of_work(STAFF) as work:
        moderate_text(work, ModerateText(number, "Somebody saw it", "A name"))
    session = current_session()
    assert public_report(session, number).description == "Somebody saw it"
    changed = find_incident(session, number)
    assert changed.changed_sequence > before
    assert session.scalars(sa.select(ServiceRequest.description)).one() == SECRET
    assert city.client().get("/v1/moderation").json["counts"]["text.moderated"] == 1
    for path in (f"/v1/reports/{number}", "/v1/changes", f"/reports/{number}"):
        answer = city.client().get(path)
        assert answer.status_code == 200
        assert "Nightshade" not in answer.text


def test_a_hidden_comment_is_in_no_public_answer(city: World) -> None:
    phone = Phone(city)
    number = phone.report(1)
    phone.post(f"/v1/reports/{number}/comments", id=COMMENT_ID, text="The lantern behind it")
    assert "lantern behind" in city.client().get(f"/v1/reports/{number}").text
    for _ in range(2):
        with unit_of_work(STAFF) as work:
            hide_comment(work, HideComment(UUID(COMMENT_ID), "Insults a neighbour"))
    assert "lantern behind" not in city.client().get(f"/v1/reports/{number}").text
    assert current_session().get_one(Comment, UUID(COMMENT_ID)).text == "The lantern behind it"


def test_a_service_keeps_who_reported_as_long_as_it_says(city: World) -> None:
    def kept() -> tuple[int, int]:
        session = current_session()
        session.rollback()
        known = ServiceRequest.reporter_hash.is_not(None)
        return (
            session.scalar(sa.select(sa.func.count()).select_from(Contact)) or 0,
            session.scalar(sa.select(sa.func.count()).where(known)) or 0,
        )

    def run() -> None:
        with unit_of_work(SYSTEM) as work:
            apply_retention(work, {})

    reporter = Actor("resident", ANONYMOUS.role, reporter="7" * 64)
    with unit_of_work(reporter) as work:
        closed = file_report(work, a_report(1, contact={"phone": PHONE})).number
        file_report(work, a_report(2, contact={"phone": PHONE}))
        file_report(work, a_report(3, service_code="BENCH", contact={"phone": PHONE}))
        work.session.get_one(Service, "POTHOLE").retention_days = 30
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(closed, State.RESOLVED, 1))
    city.clock.advance(hours=29 * 24)
    run()
    assert kept() == (3, 3)
    city.clock.advance(hours=2 * 24)
    run()
    assert kept() == (2, 2)
    client = city.client()
    assert "retention.applied" in client.get("/decisions").text
    run()
    assert kept() == (2, 2)
