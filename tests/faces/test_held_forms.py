"""What is sent after its session has ended waits in the page that answers, for whoever typed it."""

import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from page_reader import read_page
from pictures import encoded, scene
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse
from worlds import IN_SW, PASSWORD, World, a_report, csrf

from backend.core.actors import ANONYMOUS, Role
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.file_report import file_report
from backend.reports.models import Note, ServiceRequest

HERE = {"Origin": "http://localhost"}
ENTER = "/desk/enter"
PHONE = "0305550100"


def hidden(text: str, action: str) -> MultiDict[str, str]:
    """The hidden fields of the form to `action`, in their order."""
    form = text[text.index(f'action="{action}"') :].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return MultiDict((name, unescape(value)) for name, value in found)


def call(desk: FlaskClient) -> dict[str, Any]:
    """A call as it is typed, with its place chosen."""
    lon, lat = IN_SW
    return hidden(desk.get(ENTER).text, ENTER).to_dict() | {
        "description": "A deep hole\nat the gate",
        "address": "the gate",
        "asked": "the gate",
        "place": f"{lon},{lat},the gate",
        "service_code": "POTHOLE",
        "channel": "phone",
        "contact_phone": PHONE,
        "act": "save",
    }


def sign_out(client: FlaskClient) -> None:
    client.post("/sign-out", data={"csrf_token": csrf(client)})


def sign_in_again(
    client: FlaskClient, page: TestResponse, username: str, password: str = PASSWORD
) -> TestResponse:
    typed = {"username": username, "password": password}
    form = hidden(page.text, "/sign-in").to_dict() | typed
    return client.post("/sign-in", data=form, headers=HERE)


def reports() -> list[ServiceRequest]:
    current_session().rollback()
    return list(current_session().scalars(sa.select(ServiceRequest)))


@pytest.fixture
def desk(sqlite_city: World) -> FlaskClient:
    """Signed in as ward staff."""
    return sqlite_city.signed_in(Role.WARD_STAFF)


def test_a_call_outlives_its_session(desk: FlaskClient) -> None:
    form = call(desk)
    sign_out(desk)
    page = desk.post(ENTER, data=form, headers=HERE)
    assert (page.status_code, page.headers["Cache-Control"]) == (401, "no-store")
    assert "this was not sent yet" in page.text
    # Whoever else sits at this computer reads nothing of it, in the source either.
    assert "deep hole" not in page.text
    assert PHONE not in page.text
    assert read_page(page.text).faults == []
    wrong = sign_in_again(desk, page, "ward_staff", "not this one")
    assert wrong.status_code == 403
    ready = sign_in_again(desk, wrong, "ward_staff")
    assert (ready.status_code, ready.headers["Cache-Control"]) == (200, "no-store")
    assert "deep hole" in ready.text
    assert PHONE in ready.text
    assert read_page(ready.text).faults == []
    assert reports() == []
    saved = desk.post(ENTER, data=hidden(ready.text, ENTER), follow_redirects=True)
    assert "Saved" in saved.text
    assert [one.description for one in reports()] == [form["description"]]


def test_somebody_else_can_neither_send_nor_read_it(desk: FlaskClient) -> None:
    form = call(desk)
    sign_out(desk)
    page = desk.post(ENTER, data=form, headers=HERE)
    other = sign_in_again(desk, page, "admin")
    assert other.status_code == 403
    assert "only they can send it" in other.text
    assert "deep hole" not in other.text
    assert desk.get("/desk/queue").status_code == 401
    assert sign_in_again(desk, other, "ward_staff").status_code == 200


def test_whoever_signed_in_again_on_another_page_sends_it_from_there(
    desk: FlaskClient, sqlite_city: World
) -> None:
    form = call(desk)
    sign_out(desk)
    again = {"username": "ward_staff", "password": PASSWORD, "csrf_token": csrf(desk)}
    assert desk.post("/sign-in", data=again).status_code == 302
    page = desk.post(ENTER, data=form, headers=HERE)
    assert page.status_code == 400
    assert "deep hole" in page.text
    assert "Saved" in desk.post(ENTER, data=hidden(page.text, ENTER), follow_redirects=True).text
    # A colleague who has signed in there meanwhile is asked to leave it to its owner.
    sign_out(desk)
    colleague = {"username": "admin", "password": PASSWORD, "csrf_token": csrf(desk)}
    desk.post("/sign-in", data=colleague)
    theirs = desk.post(ENTER, data=form, headers=HERE)
    assert "deep hole" not in theirs.text
    assert "deep hole" in sign_in_again(desk, theirs, "ward_staff").text


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_what_another_site_sends_is_never_held(desk: FlaskClient, headers: dict[str, str]) -> None:
    form = call(desk)
    for token in ({}, {"csrf_token": "stolen"}):
        page = desk.post(ENTER, data=form | {"csrf_token": ""} | token, headers=headers)
        assert page.status_code == 400
        assert "deep hole" not in page.text
        assert 'name="held"' not in page.text
    sign_out(desk)
    assert 'name="held"' not in desk.post(ENTER, data=form, headers=headers).text


def test_what_nobody_sealed_is_not_held(desk: FlaskClient) -> None:
    sign_out(desk)
    for made_up in ("x", "eA==", "azE6YWJj", "é"):
        again = {"username": "ward_staff", "password": PASSWORD, "held": made_up}
        again |= {"csrf_token": csrf(desk)}
        answer = desk.post("/sign-in", data=again, headers=HERE)
        assert (answer.status_code, answer.location) == (302, "/desk/queue")
        sign_out(desk)


def test_a_seal_that_another_site_sends_signs_nobody_out(desk: FlaskClient) -> None:
    form = call(desk)
    elsewhere = desk.application.test_client()
    page = elsewhere.post(ENTER, data=form, headers=HERE)
    seal = hidden(page.text, "/sign-in")["held"]
    for headers in ({}, {"Origin": "https://evil.example"}):
        answer = elsewhere.post("/sign-in", data={"held": seal}, headers=headers)
        assert answer.status_code == 400
        assert "was not sent yet" not in answer.text


def test_what_acts_on_reports_is_looked_at_anew(desk: FlaskClient) -> None:
    form = {"typed_by": call(desk)["typed_by"], "number": "X", "to": "refused", "reason": "."}
    sign_out(desk)
    for path in ("/desk/queue/status", "/desk/bulk/acts", "/admin/catalogue"):
        assert 'name="held"' not in desk.post(path, data=form, headers=HERE).text


def test_a_note_outlives_its_session_and_files_are_named(
    desk: FlaskClient, sqlite_city: World
) -> None:
    with unit_of_work(ANONYMOUS) as work:
        number = file_report(work, a_report(1)).number
    at = f"/desk/incidents/{number}/note"
    form = hidden(desk.get(f"/desk/incidents/{number}").text, at).to_dict()
    photo = {**call(desk), "photos": (BytesIO(encoded(scene())), "gate.jpg")}
    sqlite_city.clock.advance(hours=13)
    page = desk.post(at, data=form | {"words": "The owner knows"}, headers=HERE)
    ready = sign_in_again(desk, page, "ward_staff")
    desk.post(at, data=hidden(ready.text, at))
    assert [one.text for one in current_session().scalars(sa.select(Note))] == ["The owner knows"]
    sqlite_city.clock.advance(hours=13)
    page = desk.post(ENTER, data=photo, headers=HERE)
    assert "gate.jpg" in page.text
    ready = sign_in_again(desk, page, "ward_staff")
    assert re.search(r'name="photos" type="file"', ready.text)
    assert "They were: gate.jpg." in ready.text
