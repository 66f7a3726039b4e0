"""A person's data: shown to that person, moderated openly, erased everywhere, kept no longer."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from described import check_described
from werkzeug.test import TestResponse
from worlds import ANALYST, IN_SW, PASSWORD, STAFF, World, a_report

from backend.accounts.api_keys import IssueKey, client_of_key, issue_key
from backend.accounts.identify import resident_of_token
from backend.core.actors import ANONYMOUS, OPERATOR, SYSTEM, Actor, Role
from backend.core.channels import Channel
from backend.core.db import Base, current_session
from backend.core.decision_log import find_faults
from backend.core.errors import Forbidden, Invalid, NotFound, Unauthenticated
from backend.core.job_runner import run_job
from backend.core.jobs import stuck_jobs
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.open311.models import KeyedRequest
from backend.photos.models import Photo
from backend.reports.change_status import change_status
from backend.reports.commands import (
    ChangeStatus,
    HideComment,
    HideReason,
    MergeIncidents,
    ModerateText,
    WriteNote,
)
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.file_report import file_report
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Comment, Contact, Service, ServiceRequest
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload
from backend.reports.privacy.apply_retention import JOB as APPLY_RETENTION
from backend.reports.privacy.erase_person import erase_person
from backend.reports.privacy.moderate_text import hide_comment, hide_reason, moderate_text
from backend.reports.public_report import public_report
from backend.reports.queries import find_incident
from backend.reports.tell_webhooks import webhook_document
from backend.reports.workflow import State
from backend.reports.write_note import write_note
from backend.wiring import JOBS

SECRET = "Peregrine Nightshade saw it"
PHONE = "+48 601 555 099"
COMMENT_ID = "01890000-0000-7000-8000-0000000000cc"
PICTURE = "https://pictures.example/7.jpg"
WORDS = ("Nightshade", "555 099", "Candle Lane", "lantern behind", "told you so", PICTURE)


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

    def actor(self) -> Actor:
        """Who the token stands for now."""
        token = self.headers["Authorization"].removeprefix("Bearer ")
        runtime = current_runtime()
        return resident_of_token(current_session(), runtime, token, runtime.clock.now())

    def put(self, path: str) -> None:
        answer = self.city.client().put(path, headers=self.headers)
        assert answer.status_code == 204, answer.text

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
    tables = Base.metadata.sorted_tables
    cells = [
        repr(cell) for one in tables for row in session.execute(sa.select(one)) for cell in row
    ]
    return "\n".join(cells)


def name_picture(report_id: UUID) -> None:
    """As if the report had come from another program, with a picture on another server."""
    with unit_of_work(OPERATOR) as work:
        client = client_of_key(work.session, issue_key(work, IssueKey("A club", Channel.APP)))
        work.session.add(
            KeyedRequest(service_request_id=report_id, api_key_id=client.id, media_urls=[PICTURE])
        )


def test_what_a_person_erases_is_nowhere_and_the_rest_stands(city: World) -> None:
    phone, other = Phone(city), Phone(city)
    number, repeated = phone.report(1), other.report(2)
    phone.post(f"/v1/reports/{number}/comments", id=COMMENT_ID, text="The lantern behind it")
    with unit_of_work(STAFF) as work:
        moderate_text(work, ModerateText(number, f"{SECRET[-6:]}", "A name"))
        change_status(work, ChangeStatus(number, State.RESOLVED, 2))
    phone.post(f"/v1/reports/{number}/reopening", id=str(UUID(int=9)), reason="I told you so")
    name_picture(a_report(1).id)
    data = city.client().get("/v1/me/data", headers=phone.headers).json
    assert [one["number"] for one in data["reports"]] == [number]
    assert data["reports"][0]["contact"] == {"phone": PHONE}
    assert {one["text"] for one in data["words"]} == {"The lantern behind it", "I told you so"}
    assert [word for word in WORDS if word not in every_cell()] == ["555 099"]

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


READINGS = (
    *("/v1/reports/{0}", "/reports/{0}", "/v1/reports/{1}", "/reports/{1}", "/v1/changes"),
    *("/open311/v2/requests.json?extensions=true", "/open311/v2/requests/{0}.xml"),
    *("/open311/v2/requests.json?q=Candle", "/open311/v2/servicerequestupdates.json"),
    *("/open311/v2/bulk.csv", "/data/requests.csv", "/data/requests.geojson"),
    *("/feeds/requests.atom", "/feeds/requests.rss"),
)


def told_to_anybody(city: World, *numbers: str) -> dict[str, set[str]]:
    """By reading: which of two residents' words it holds."""
    found = {}
    for reading in READINGS:
        answer = city.client().get(reading.format(*numbers), buffered=True)
        assert answer.status_code == 200, reading
        found[reading] = answer.text
    found["webhook"] = repr(webhook_document(current_session(), numbers[0], {}))
    return {
        reading: {words for words in ("told you so", "Candle Lane") if words in text}
        for reading, text in found.items()
    }


def test_a_reason_and_an_address_are_hidden_wherever_the_public_reads(city: World) -> None:
    phone = Phone(city)
    number, merged = phone.report(1), phone.report(2)
    for one, act in ((number, 8), (merged, 9)):
        with unit_of_work(STAFF) as work:
            change_status(work, ChangeStatus(one, State.RESOLVED, 1, "The city filled it"))
        phone.post(f"/v1/reports/{one}/reopening", id=str(UUID(int=act)), reason="I told you so")
    target = phone.report(3)
    with unit_of_work(STAFF) as work:
        merge_incidents(work, MergeIncidents(merged, target, "The same hole"))
    city.clock.advance(minutes=1)
    told = told_to_anybody(city, number, merged)
    assert [reading for reading, words in told.items() if not words] == []

    filled, reopened = public_report(current_session(), number).history
    for actor, step, refusal in (
        (ANALYST, reopened, Forbidden),
        # The city's own words stay, and those of another report are hidden there.
        (STAFF, filled, NotFound),
        (STAFF, public_report(current_session(), merged).history[1], NotFound),
    ):
        with pytest.raises(refusal), unit_of_work(actor) as work:
            hide_reason(work, HideReason(number, step.id, "A name"))
    before = find_incident(current_session(), number).changed_sequence
    typed = {"username": Role.WARD_STAFF.value, "password": PASSWORD}
    token = city.client().post("/v1/desk/sessions", json=typed).json["token"]
    desk, why = {"Authorization": f"Bearer {token}"}, {"reason": "An insult"}
    for one in (merged, merged, number):
        id_ = public_report(current_session(), one).history[1].id
        path = f"/v1/desk/reports/{one}/steps/{id_}/hiding"
        answer = city.client().post(path, json=why, headers=desk)
        check_described("/v1/desk/reports/{number}/steps/{id}/hiding", answer)
        assert answer.status_code == 200
    [hidden] = [step for step in answer.json["history"] if step["is_reason_hidden"]]
    assert (hidden["id"], hidden["reason"]) == (id_, "I told you so")
    for one in (number, merged, target):
        with unit_of_work(STAFF) as work:
            moderate_text(work, ModerateText(one, "Somebody saw it", "A name"))

    left = told_to_anybody(city, number, merged)
    assert [reading for reading, words in left.items() if words] == []
    assert find_incident(current_session(), number).changed_sequence > before
    steps = city.client().get(f"/v1/reports/{merged}").json["history"]
    assert [one["is_reason_hidden"] for one in steps[:2]] == [False, True]
    reasons = [one["reason"] for one in steps if one["kind"] == "moderation"]
    assert reasons == ["An insult", "A name", "A name"]
    assert "The reason is hidden by the city" in city.client().get(f"/reports/{number}").text
    assert city.client().get("/v1/moderation").json["counts"]["reason.hidden"] == 2
    page = city.signed_in(Role.WARD_STAFF).get(f"/desk/incidents/{number}").text
    assert ("I told you so" in page, "Candle Lane 7" in page) == (True, True)
    own = city.client().get("/v1/me/data", headers=phone.headers).json
    assert [one["text"] for one in own["words"]] == ["I told you so"] * 2
    assert city.client().delete("/v1/me/data", headers=phone.headers).json == {"reports": 3}
    assert [word for word in WORDS if word in every_cell()] == []


def test_a_service_keeps_what_residents_said_as_long_as_it_says(city: World) -> None:
    phone = Phone(city)
    closed, later, other = (phone.report(number) for number in (1, 2, 3))
    for number in (closed, later):
        with unit_of_work(STAFF) as work:
            change_status(work, ChangeStatus(number, State.RESOLVED, 1, "The city filled it"))
            write_note(work, WriteNote(UUID(int=3 + (number == later)), number, "Rang the bell"))
    phone.post(f"/v1/reports/{closed}/comments", id=COMMENT_ID, text="The lantern behind it")
    phone.post(f"/v1/reports/{closed}/reopening", id=str(UUID(int=9)), reason="I told you so")
    Phone(city).put(f"/v1/reports/{closed}/following")
    with unit_of_work(phone.actor()) as work:
        open_upload(work, OpenUpload(UUID(int=5), a_report(1).id, 100))
        work.session.get_one(Service, "POTHOLE").retention_days = 30
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(closed, State.RESOLVED, 3, "The city filled it again"))
    phone.post(f"/v1/reports/{closed}/confirmation", id=str(UUID(int=10)))
    city.clock.advance(days=2)
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(later, State.REOPENED, 2, "Not yet"))
        change_status(work, ChangeStatus(later, State.RESOLVED, 3))
    city.clock.advance(days=27)
    do_retention(city)
    assert every_cell().count(SECRET) == 3
    city.clock.advance(days=2)
    do_retention(city)
    left = every_cell()
    assert left.count(SECRET) == left.count("Candle Lane") == 2
    assert [word for word in WORDS[3:] if word in left] == []
    assert left.count("Rang the bell") == 1
    assert "The city filled it again" in left
    photo = current_session().get_one(Photo, UUID(int=5))
    assert (photo.state, left.count(str(phone.actor().reporter))) == ("removed", 2)
    log = city.client().get("/decisions.jsonl").text
    assert log.count("retention.applied") == 1
    # Nothing is left without its hash: what is left can still be erased by whoever said it.
    assert city.client().delete("/v1/me/data", headers=phone.headers).json == {"reports": 2}
    left = every_cell()
    assert [word for word in WORDS if word in left] == []
    now = public_report(current_session(), closed)
    assert (now.description, now.state, now.district_name) == ("", State.CONFIRMED, "SW side")
    assert {public_report(current_session(), one).description for one in (later, other)} == {""}


def do_retention(city: World) -> None:
    with unit_of_work(SYSTEM) as work:
        work.enqueue(APPLY_RETENTION)
    work_off(city)


def test_a_tap_tells_no_more_of_a_place_than_anybody_is_told(sqlite_city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.get_one(Service, "POTHOLE").public_grid_metres = 1000
        mark_catalogue(work)
    phone, other = Phone(sqlite_city), Phone(sqlite_city)
    number = phone.report(1)
    public = other.post(f"/v1/reports/{number}/me-too", id=str(a_report(2).id)).json
    places = [
        (one["lon"], one["lat"])
        for who in (phone, other)
        for one in sqlite_city.client().get("/v1/me/data", headers=who.headers).json["reports"]
    ]
    assert places == [IN_SW, (public["lon"], public["lat"])]
    assert IN_SW not in places[1:]


def test_what_is_erased_is_in_no_file_of_the_database(sqlite_city: World) -> None:
    phone = Phone(sqlite_city)
    phone.report(1)
    assert SECRET in files_of(sqlite_city)
    sqlite_city.client().delete("/v1/me/data", headers=phone.headers)
    current_session().rollback()
    work_off(sqlite_city)
    assert SECRET not in files_of(sqlite_city)


def files_of(city: World) -> str:
    return "".join(path.read_text("latin-1") for path in city.data_dir.glob("city.sqlite3*"))


def work_off(city: World) -> None:
    while due := stuck_jobs(current_session(), city.clock.now()):
        for job_id in due:
            assert run_job(job_id, JOBS)


def test_nobody_who_was_erased_reports(city: World) -> None:
    """The token was read while it was good, in a transaction before the one that writes."""
    phone = Phone(city)
    known = phone.actor()
    assert city.client().delete("/v1/me/data", headers=phone.headers).status_code == 200
    with pytest.raises(Unauthenticated), unit_of_work(known) as work:
        file_report(work, a_report(1))
    # Nor does asking twice harm anybody.
    with pytest.raises(Unauthenticated), unit_of_work(ANONYMOUS) as work:
        erase_person(work, known)
