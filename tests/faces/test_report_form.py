"""Reporting on plain pages: no script, no account, no map needed."""

import io
import re
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from acting import do
from flask.testing import FlaskClient
from pictures import encoded, scene
from werkzeug.test import TestResponse
from worlds import IN_SW, World, a_report, csrf

from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.models import Photo
from backend.reports.file_report import file_report
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Contact, Incident, ServiceAttribute, ServiceRequest

PLACE = {"lat": str(IN_SW[1]), "lon": str(IN_SW[0])}


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of the last form of a page."""
    form = page[page.rindex("<form") :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def form_at(client: FlaskClient, **query: str) -> dict[str, str]:
    page = client.get("/report/new", query_string=PLACE | query)
    assert page.status_code == 200
    return fields_of(page.text)


def send(client: FlaskClient, form: dict[str, Any], path: str = "/report/new") -> TestResponse:
    return client.post(path, data=form, follow_redirects=True)


def written(form: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {**form, "service_code": "POTHOLE", "description": "A deep hole", **changes}


def the_request() -> ServiceRequest:
    current_session().rollback()
    return current_session().scalars(sa.select(ServiceRequest)).one()


def test_three_pages_lead_to_a_number(city: World) -> None:
    client = city.client()
    form = form_at(client, address="Mill Lane 3")
    sent = send(client, written(form, contact_email="somebody@lanterns.example", on_behalf="yes"))
    report = the_request()
    assert sent.request.path == f"/report/sent/{report.number}"
    assert f'<p class="lead figure">{report.number}</p>' in sent.text
    assert "5 Mar 2026" in sent.text
    assert (report.address, report.channel, report.language) == ("Mill Lane 3", "helper", "en")
    [contact] = current_session().scalars(sa.select(Contact))
    assert current_runtime().keyring.open(contact.sealed, report.id.bytes) == {
        "email": "somebody@lanterns.example"
    }
    # Sent twice, as by an impatient finger, it is one report.
    again = send(client, written(form, contact_email="somebody@lanterns.example", on_behalf="yes"))
    assert again.request.path == sent.request.path
    assert the_request().number == report.number


def test_a_place_is_found_by_pointing_or_by_its_coordinates(sqlite_city: World) -> None:
    client = sqlite_city.client()
    page = client.get("/report").text
    assert 'type="image"' in page
    for far in ("-1", "999", "9" * 400):
        assert client.get(f"/report?place.x={far}&place.y=1").status_code == 200
    pointed = client.get("/report?place.x=100&place.y=100&address=By+the+quay")
    assert pointed.status_code == 302
    assert re.search(r"lat=50\.0\d+&lon=10\.0\d+&address=By\+the\+quay", pointed.location)
    nowhere = client.get("/report/new?lat=x&lon=10&address=Quay")
    assert nowhere.location == "/report?address=Quay"
    assert "could not find this place" in client.get("/report?address=Xyzzy").text


def test_what_is_missing_is_said_beside_what_was_written(sqlite_city: World) -> None:
    client = sqlite_city.client()
    form = form_at(client)
    for changes, field in (
        ({"description": " "}, "description"),
        ({"service_code": ""}, "service_code"),
        ({"lat": "95"}, "lat"),
    ):
        sent = send(client, written(form, contact_name="Ada", **changes))
        assert sent.status_code == 422
        assert f'href="#{field}"' in sent.text
        assert 'value="Ada"' in sent.text
    assert current_session().query(ServiceRequest).count() == 0


def test_photos_come_along_and_wait_for_their_report(city: World) -> None:
    client = city.client()
    form = form_at(client)
    pictures = [encoded(scene(seed=seed)) for seed in (1, 2, 2)]
    files = [(io.BytesIO(one), "photo.jpg") for one in pictures]
    sent = client.post("/report/new", data=written(form, photos=files))
    assert sent.status_code == 302
    report = the_request()
    kept = current_session().scalars(sa.select(Photo)).all()
    # One that was chosen twice is there once.
    assert sorted((one.subject_id, one.state, one.received_bytes) for one in kept) == sorted(
        (report.id, "processing", len(one)) for one in pictures[:2]
    )
    too_many = [(io.BytesIO(pictures[0]), f"{n}.jpg") for n in range(7)]
    refused = client.post("/report/new", data=written(form_at(client), photos=too_many))
    assert refused.status_code == 409
    assert 'href="#photos"' in refused.text
    huge = client.post("/report/check", data=written(form_at(client), description="x" * 300_000))
    assert huge.status_code == 413


def test_what_is_there_already_is_offered(city: World) -> None:
    number = do(ANONYMOUS, file_report, a_report(1, description="A deep hole")).number
    client = city.client()
    page = send(client, written(form_at(client)))
    assert "Is it this one?" in page.text
    assert current_session().query(ServiceRequest).count() == 1
    tap = re.search(r'name="tap" value="([^"]+)"', page.text)
    assert tap is not None
    me_too = {"csrf_token": csrf(client), "tap": tap[1], "number": number}
    joined = send(client, me_too, "/report/me-too")
    assert "2 people have reported it" in joined.text
    # Or it is another one after all.
    sent = send(client, fields_of(page.text), "/report/check")
    assert sent.request.path.startswith("/report/sent/")
    current_session().rollback()
    assert current_session().query(Incident).count() == 2


def test_the_services_questions_are_a_page_of_their_own(city: World) -> None:
    with_questions(city)
    client = city.client()
    page = send(client, written(form_at(client), description="Sparks from a live wire"))
    assert "How large?" in page.text
    assert "Keep away" in page.text
    carried = fields_of(page.text)
    missing = send(client, carried, "/report/check")
    assert missing.status_code == 422
    assert 'href="#attribute-SIZE"' in missing.text
    assert "“How large?” has no answer yet." in missing.text
    wrong = {**fields_of(missing.text), "attribute-SIZE": "s", "attribute-SINCE": "last week"}
    refused = send(client, wrong, "/report/check")
    assert "“Since when?” asks for a day and a time." in refused.text
    answered = {**fields_of(missing.text), "attribute-SIZE": "s", "attribute-SINCE": ""}
    sent = send(client, answered, "/report/check")
    assert sent.status_code == 200, sent.text
    report = the_request()
    assert report.attributes == {"SIZE": ["s"]}
    assert report.description == "Sparks from a live wire"


def with_questions(_city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        asked = {"service_code": "POTHOLE", "choices": []}
        sizes = [{"key": "s", "name": "Small"}, {"key": "l", "name": "Large"}]
        one = {"code": "SIZE", "position": 1, "datatype": "singlevaluelist", "is_required": True}
        two = {"code": "SINCE", "position": 2, "datatype": "datetime"}
        note = {"code": "NOTE", "position": 3, "datatype": "string", "is_question": False}
        work.session.add_all(
            [
                ServiceAttribute(**asked | one | {"choices": sizes, "description": "How large?"}),
                ServiceAttribute(**asked | two, description="Since when?"),
                ServiceAttribute(**asked | note, description="Keep away from it."),
            ]
        )
        mark_catalogue(work)


def test_danger_says_whom_to_call_first(sqlite_city: World) -> None:
    client = sqlite_city.client()
    page = client.get("/report/new", query_string=PLACE).text
    assert "Danger: call 112 first." in page
    sent = send(client, written(form_at(client), service_code="WIRES"))
    assert "Call 112 first." in sent.text


def test_who_sends_too_much_waits(sqlite_city: World) -> None:
    runtime = current_runtime()
    runtime.settings = replace(runtime.settings, report_limit="1 per minute")
    client = sqlite_city.client()
    form = written(form_at(client), service_code="BENCH")
    assert send(client, form).status_code == 200
    # Looking for what may be the same counts by itself, as it does for phones.
    others = written(form_at(client), service_code="SIGNAL")
    for path in ("/report/new", "/report/check"):
        assert send(client, others, path).status_code == 429
