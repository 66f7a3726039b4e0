"""New requests through Open311, from clients of every kind, on both databases."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from open311 import CREATED, REQUESTS, Program, a_form, check, program
from PIL import Image
from worlds import IN_SE, IN_SW, STAFF, World

from backend.accounts.api_keys import IssueKey, issue_key, revoke_key
from backend.core.actors import OPERATOR
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.errors import Conflict, Forbidden
from backend.core.job_runner import run_job
from backend.core.jobs import Job
from backend.core.keys import KeyRing, new_field_key
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.open311.forget_unplaced import forget_unplaced_reports
from backend.open311.place_report import PlaceReport, place_report
from backend.open311.rotate_keys import reseal_open311
from backend.open311.unplaced import unplaced_reports
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import (
    Contact,
    ReportPolicy,
    Service,
    ServiceAttribute,
    ServiceRequest,
)
from backend.reports.queries import find_request
from backend.wiring import JOBS

CHOICES = [{"key": "hand", "name": "A hand"}, {"key": "arm", "name": "An arm"}]


def stored(number: str) -> ServiceRequest:
    session = current_session()
    session.rollback()
    return find_request(session, number)


def ask_how_deep() -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.add(
            ServiceAttribute(
                service_code="POTHOLE",
                code="DEPTH",
                position=1,
                datatype="multivaluelist",
                is_required=True,
                description="How deep?",
                choices=CHOICES,
            )
        )
        mark_catalogue(work)


def test_a_report_is_taken_with_all_that_was_said(city: World) -> None:
    client = program(city, channel=Channel.TEXT)
    answer = client.post(
        "requests.xml",
        **a_form(),
        jurisdiction_id="city.example",
        address_string="3 Harbour Street",
        first_name="Dorothea",
        last_name="Quill",
        email="dorothea@quill.example",
        phone="030 5550177",
        account_id="quill-77",
        media_url="https://pictures.example/1.jpg",
    )
    assert answer.status_code == 200
    assert "<account_id>quill-77</account_id>" in answer.text
    number = answer.text.partition("<service_request_id>")[2].partition("<")[0]
    report = stored(number)
    assert (report.channel, report.address) == ("text", "3 Harbour Street")
    assert report.reporter_hash
    sealed = current_session().get_one(Contact, report.id).sealed
    assert current_runtime().keyring.open(sealed, report.id.bytes) == {
        "name": "Dorothea Quill",
        "email": "dorothea@quill.example",
        "phone": "030 5550177",
    }
    filed = sa.select(Decision.actor).where(Decision.subject == f"report:{number}")
    # Which program it came by would tell the way it was reported.
    assert current_session().scalar(filed) == "resident"
    # Nobody from the city has looked at what lies there.
    (found,) = client.get("requests", REQUESTS)
    assert found["media_url"] is None
    with unit_of_work(OPERATOR) as work:
        work.session.add(ReportPolicy(id=1, needs_photo_approval=False))
        mark_catalogue(work)
    (found,) = client.get("requests", REQUESTS)
    assert found["media_url"] == "https://pictures.example/1.jpg"


def test_every_manner_of_sending_is_the_same_report(
    sqlite_city: World, subtests: pytest.Subtests
) -> None:
    ask_how_deep()
    key, client = program(sqlite_city).key, sqlite_city.client()
    fields: dict[str, Any] = a_form() | {"api_key": key}
    depths = ["hand", "arm"]
    as_list, repeated = (
        fields | {"attribute[DEPTH][]": depths},
        fields | {"attribute[DEPTH]": depths},
    )
    for manner, sent in {
        "form": {"data": as_list},
        "multipart": {"data": as_list, "content_type": "multipart/form-data"},
        "query": {"query_string": fields, "data": {"attribute[DEPTH]": depths}},
        "json": {"json": fields | {"attribute": {"DEPTH": depths}}},
        "flat json": {"json": repeated},
    }.items():
        with subtests.test(manner=manner):
            answer = client.post("/open311/v2/requests.json", **sent)
            assert answer.status_code == 200, answer.text
            report = stored(answer.json[0]["service_request_id"])
            assert report.attributes == {"DEPTH": depths}
            said = (report.lon, report.lat, report.description)
            assert said == (*IN_SW, a_form()["description"])


def test_what_a_service_asks_for_must_be_answered(sqlite_city: World) -> None:
    ask_how_deep()
    client = program(sqlite_city)
    for answers in ({}, {"attribute[DEPTH]": ""}, {"attribute[DEPTH]": "foot"}):
        refused = client.post("requests.json", **a_form(), **answers)
        assert refused.status_code == 400
        assert "DEPTH" in refused.json[0]["description"]
    assert client.report(**{"attribute[DEPTH]": "arm"})
    # FixMyStreet sends its own id as if it had been asked for.
    assert client.report(**{"attribute[DEPTH]": "arm", "attribute[fixmystreet_id]": "12"})


def test_the_same_id_of_a_client_is_the_same_report(city: World) -> None:
    client, other = program(city), program(city)
    first = client.report(client_id="local/7")
    assert client.report(client_id="local/7") == first
    assert other.report(client_id="local/7") != first
    assert client.report(client_id="local/8") != first
    named = client.report(**{"attribute[fixmystreet_id]": "12"})
    assert client.report(**{"attribute[fixmystreet_id]": "12"}) == named
    changed = client.post("requests.json", **(a_form() | {"client_id": "local/7", "lat": 50}))
    assert changed.status_code == 400
    assert first in changed.json[0]["description"]
    assert "another client_id" in changed.json[0]["description"]


def test_devices_are_told_apart_however_they_are_named(sqlite_city: World) -> None:
    client = program(sqlite_city)
    devices = [{"device_id": "a"}, {"deviceid": "a"}, {"device_id": "b"}, {}]
    hashes = [stored(client.report(**device)).reporter_hash for device in devices]
    assert hashes[0] == hashes[1] != hashes[2]
    assert hashes[3] is None


def test_whoever_reports_danger_is_told_whom_to_call(sqlite_city: World) -> None:
    client = program(sqlite_city)
    notice = {"notice": "Keep away."}
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.update(Service).where(Service.code == "WIRES").values(notice))
        mark_catalogue(work)
    wires = client.post("requests.json", **(a_form() | {"service_code": "WIRES"})).json[0]
    assert wires["service_notice"] == "If anybody is in danger now, call 112. Keep away."
    assert client.post("requests.json", **a_form()).json[0]["service_notice"] is None
    # The standard does not ask for words.
    silent = client.report(description="")
    assert stored(silent).description == "Pothole"


def test_a_report_with_an_address_alone_waits_for_its_place(city: World) -> None:
    client = program(city)
    fields = a_form() | {"address_string": "3 Harbour Street", "email": "dorothea@quill.example"}
    del fields["lat"], fields["long"]
    answer = client.post("requests.json", **fields, client_id="7")
    check(answer.json, CREATED)
    token = answer.json[0]["token"]
    assert client.post("requests.json", **fields, client_id="7").json[0]["token"] == token
    assert client.get(f"tokens/{token}") == [{"service_request_id": None, "token": token}]
    (waiting,) = unplaced_reports(current_session(), current_runtime().keyring)
    assert (waiting.address, waiting.description) == ("3 Harbour Street", fields["description"])
    current_session().rollback()
    runtime = current_runtime()
    newest = new_field_key("k2")
    runtime.keyring = KeyRing((newest, *runtime.settings.field_keys))
    with unit_of_work(OPERATOR) as work:
        assert reseal_open311(work).count == 1
    runtime.keyring = KeyRing((newest,))
    with unit_of_work(STAFF) as work:
        number = place_report(work, PlaceReport(waiting.id, *IN_SE))
    assert client.get(f"tokens/{token}") == [{"service_request_id": number, "token": token}]
    (found,) = client.get("requests", REQUESTS)
    assert (found["long"], found["lat"], found["address"]) == (*IN_SE, "3 Harbour Street")
    assert current_session().get(Contact, stored(number).id)
    with pytest.raises(Conflict, match="token-placed"), unit_of_work(STAFF) as work:
        place_report(work, PlaceReport(waiting.id, *IN_SE))


def test_what_nobody_can_place_is_forgotten_after_a_year(city: World) -> None:
    client = program(city)
    fields = a_form() | {"address_string": "3 Harbour Street"}
    del fields["lat"], fields["long"]
    old = client.post("requests.json", **fields).json[0]["token"]
    city.clock.advance(days=360)
    new = client.post("requests.json", **fields).json[0]["token"]
    city.clock.advance(days=6)
    with unit_of_work(OPERATOR) as work:
        forget_unplaced_reports(work, {})
    waiting = unplaced_reports(current_session(), current_runtime().keyring)
    assert [str(one.id) for one in waiting] == [new]
    answer = city.client().get(f"/open311/v2/tokens/{old}.json")
    assert (answer.status_code, "within a year" in answer.json[0]["description"]) == (404, True)
    assert client.get(f"tokens/{new}") == [{"service_request_id": None, "token": new}]


def test_the_test_endpoint_checks_everything_and_keeps_nothing(sqlite_city: World) -> None:
    client = program(sqlite_city)
    fields = a_form() | {"api_key": client.key}
    answer = sqlite_city.client().post("/open311/test/v2/requests.json", data=fields)
    check(answer.json, CREATED)
    fields["service_code"] = "DRAGONS"
    refused = sqlite_city.client().post("/open311/test/v2/requests.json", data=fields)
    assert refused.status_code == 404
    assert sqlite_city.client().get("/open311/test/v2/requests.json").json == []
    assert client.get("requests") == []
    filed = sa.select(Decision.sequence).where(Decision.action == "report.filed")
    assert current_session().execute(filed).all() == []


def test_photos_come_with_the_report_as_parts_of_the_form(sqlite_city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.add(ReportPolicy(id=1, needs_photo_approval=False))
        mark_catalogue(work)
    client = program(sqlite_city)
    parts = {"media": (a_picture(), "photo.png"), "photo1": (a_picture(), "photo.png")}
    number = client.report(client_id="7", **parts)
    parts = {"media": (a_picture(), "photo.png"), "photo1": (a_picture(), "photo.png")}
    assert client.report(client_id="7", **parts) == number
    session = current_session()
    jobs = session.scalars(sa.select(Job.id).where(Job.kind == "process_photo")).all()
    session.rollback()
    assert [run_job(job, JOBS) for job in jobs] == [True, True]
    (found,) = client.get("requests", extensions="true")
    photos = found["extended_attributes"]["photos"]
    assert (len(set(photos)), found["media_url"]) == (2, photos[0])
    shown = sqlite_city.client().get(photos[0].removeprefix("http://localhost"))
    assert Image.open(io.BytesIO(shown.data)).size == (40, 30)


def test_a_file_that_is_no_photo_is_refused_by_its_name(sqlite_city: World) -> None:
    client = program(sqlite_city)
    for data in (b"%PDF-1.7", b"<svg/>", b"\0\0\0\x18ftypmp42", b"GIF89a"):
        parts = {"photo1": (a_picture(), "photo.png"), "media": (io.BytesIO(data), "photo.jpg")}
        answer = client.post("requests.json", **a_form(), **parts)
        assert (answer.status_code, len(answer.json)) == (400, 1)
        assert "The part media of" in answer.json[0]["description"]
    seven = {f"photo{number}": (a_picture(), "photo.png") for number in range(7)}
    assert client.post("requests.json", **a_form(), **seven).status_code == 400
    empty = {"media": (io.BytesIO(), "")}
    number = client.report(**empty)
    assert [one["service_request_id"] for one in client.get("requests")] == [number]


def test_a_revoked_key_opens_nothing(sqlite_city: World) -> None:
    client: Program = program(sqlite_city)
    with unit_of_work(OPERATOR) as work:
        revoke_key(work, client.key[:12])
        revoke_key(work, client.key[:12])
    assert client.post("requests.json", **a_form()).status_code == 403
    with pytest.raises(Forbidden), unit_of_work(STAFF) as work:
        issue_key(work, IssueKey("Somebody", Channel.APP))
    current_session().rollback()
    about = sa.select(Decision.action, Decision.facts).where(
        Decision.subject == f"api_key:{client.key[:12]}"
    )
    issued, revoked = current_session().execute(about.order_by(Decision.sequence)).all()
    assert (issued.action, revoked.action) == ("api_key.issued", "api_key.revoked")
    assert json.loads(issued.facts) == {"channel": "app", "role": "resident"}


def test_nothing_a_person_said_of_themselves_can_be_read_in_the_file(sqlite_city: World) -> None:
    client = program(sqlite_city)
    fields = a_form() | {"address_string": "3 Quay", "last_name": "Quill", "account_id": "quill-7"}
    client.report(**fields)
    del fields["lat"], fields["long"]
    client.post("requests.json", **fields, device_id="quill-phone")
    files = [path for path in Path(sqlite_city.data_dir).iterdir() if path.is_file()]
    assert files
    assert not any(
        word in path.read_bytes() for path in files for word in (b"uill", client.key.encode())
    )


def a_picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    file.seek(0)
    return file
