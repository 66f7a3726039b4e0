"""Text messages come in from a provider: signed, once, and never answered here."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse
from worlds import World, create_world, csrf

from backend.core.actors import Role
from backend.core.db import current_session, db
from backend.reports.intake.models import Lead
from backend.web.entry.inbound_text import signature_of

URL, TOKEN = "https://testwick.example/inbound/text?from=sms", "12345"
SID = "SM" + "0123456789abcdef" * 2
MESSAGE = {
    "MessageSid": SID,
    "From": "+48601555017",
    "To": "+48225550100",
    "Body": "A hole, dziura é + 50%\nby <b>the mill</b>",
    "NumMedia": "0",
}


@pytest.fixture
def provided(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    """A city that a provider posts to."""
    shutil.copy(sqlite_template, tmp_path / "city.sqlite3")
    world = create_world(tmp_path, inbound_text_url=URL, inbound_text_token=TOKEN)
    with world.app.app_context():
        yield world
        db.session.remove()
        db.engine.dispose()


def post(client: FlaskClient, signature: str | None = None, **changes: str) -> TestResponse:
    form = {**MESSAGE, **changes}
    known = signature_of(URL, MultiDict(form), TOKEN) if signature is None else signature
    return client.post("/inbound/text", data=form, headers={"X-Twilio-Signature": known})


def leads() -> int:
    current_session().rollback()
    return current_session().scalar(sa.select(sa.func.count()).select_from(Lead)) or 0


def test_the_signature_is_the_one_that_is_published() -> None:
    # The example in the provider's own documentation of the algorithm and in its libraries' tests.
    fields = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "To": "+18005551212"}
    fields |= {"From": "+14158675309", "Caller": "+14158675309"}
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature_of(url, MultiDict(fields), "12345") == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_a_message_waits_at_the_desk_and_nothing_is_answered(provided: World) -> None:
    taken = post(provided.client())
    assert (taken.status_code, taken.mimetype) == (200, "text/xml")
    assert taken.text.endswith("<Response></Response>")
    # Posted again, as after an answer that was lost, it is the same.
    assert post(provided.client()).status_code == 200
    assert leads() == 1
    desk = provided.signed_in(Role.WARD_STAFF)
    [lead] = current_session().scalars(sa.select(Lead))
    for page in ("/desk/leads", f"/desk/leads/{lead.id}"):
        shown = desk.get(page).text
        assert "A hole, dziura é + 50%" in shown
        assert "<b>the mill" not in shown
    form = desk.get(f"/desk/leads/{lead.id}").text
    assert 'value="+48601555017"' in form
    assert '<option value="text" selected>' in form
    assert '<option value="phone"' not in form
    token = {"csrf_token": csrf(desk, f"/desk/leads/{lead.id}")}
    desk.post(f"/desk/leads/{lead.id}/setting-aside", data={**token, "reason": "Spam"})
    assert "Spam" in desk.get("/desk/leads?state=set_aside").text
    desk.post(f"/desk/leads/{lead.id}/taking-up", data=token)
    typed = {"address": "50.003, 10.004", "asked": "50.003, 10.004", "place": "10.004,50.003,"}
    typed |= {"id": str(lead.id), "lead": str(lead.id), "channel": "text", "act": "save"}
    typed |= {"service_code": "POTHOLE", "description": "A hole by the mill"}
    saved = desk.post("/desk/enter", data=token | typed, follow_redirects=True)
    assert saved.request.path == "/desk/leads"
    assert "Every message has been read" in saved.text
    assert "It is report" in desk.get(f"/desk/leads/{lead.id}").text


def test_whoever_cannot_sign_is_not_heard(provided: World, sqlite_city: World) -> None:
    client = provided.client()
    right = signature_of(URL, MultiDict(MESSAGE), TOKEN)
    for answer in (
        post(client, ""),
        post(client, right, Body="Another hole"),
        post(client, right, Extra="x"),
        post(client, "é" + right),
        client.post("/inbound/text"),
        # A city that has set nothing up has no secret that anybody could know.
        post(sqlite_city.client(), signature_of("", MultiDict(MESSAGE), "")),
    ):
        assert answer.status_code == 403
        assert answer.mimetype == "application/problem+json"
    assert leads() == 0


def test_a_signed_message_whose_text_is_parted_elsewhere_is_no_new_one(provided: World) -> None:
    client = provided.client()
    assert post(client).status_code == 200
    right = signature_of(URL, MultiDict(MESSAGE), TOKEN)
    # The same signed text, as the scheme joins it: the field that follows goes into the id.
    parted = {name: text for name, text in MESSAGE.items() if name != "NumMedia"}
    parted["MessageSid"] = SID + "NumMedia0"
    assert signature_of(URL, MultiDict(parted), TOKEN) == right
    replayed = client.post("/inbound/text", data=parted, headers={"X-Twilio-Signature": right})
    assert replayed.status_code == 422
    assert leads() == 1


@pytest.mark.parametrize("name", MESSAGE)
def test_what_every_message_has_is_demanded(provided: World, name: str) -> None:
    client = provided.client()
    form = {field: text for field, text in MESSAGE.items() if field != name}
    signed = {"X-Twilio-Signature": signature_of(URL, MultiDict(form), TOKEN)}
    missing = client.post("/inbound/text", data=form, headers=signed)
    assert (missing.status_code, missing.json["type"].rpartition("/")[2]) == (
        422,
        "inbound-field-missing",
    )
    assert leads() == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MessageSid", "SM100"),
        ("MessageSid", "XX" + SID[2:]),
        ("MessageSid", SID + "\n"),
        ("From", " "),
        ("From", "the mayor"),
        ("To", "+48NumMedia0"),
        ("NumMedia", "-1"),
    ],
)
def test_what_no_provider_writes_is_refused(provided: World, name: str, text: str) -> None:
    assert post(provided.client(), **{name: text}).status_code == 422
    assert leads() == 0


def test_a_picture_without_words_from_a_short_code_is_a_message(provided: World) -> None:
    sent = {"MessageSid": "MM" + SID[2:], "From": "8080", "Body": "", "NumMedia": "1"}
    assert post(provided.client(), **sent).status_code == 200
    assert leads() == 1
