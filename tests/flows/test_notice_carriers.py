"""Notices by mail, through a real mail server, and by FCM, through the real firebase-admin."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from fake_google import FCM, FakeGoogle, fake_google
from ports import free_port
from telling import Phone, answer, mails, move, pass_time, rows, session_of, settle
from worlds import World

from backend.adapters.mail_smtp import SmtpMail
from backend.adapters.push_fcm import FcmPush
from backend.core.config import ConfigError, read_settings
from backend.core.ports import Message, Push
from backend.core.runtime import current_runtime
from backend.reports.workflow import State

SITE = "https://reports.a-town-with-a-long-name.testwick.example"
PROJECT = "demo-city"


@pytest.fixture(autouse=True)
def _has_an_address(sqlite_city: World) -> None:
    runtime = current_runtime()
    runtime.settings = replace(runtime.settings, public_url=SITE)


@pytest.fixture
def mailbox(sqlite_city: World) -> Iterator[list[EmailMessage]]:
    """What a mail server was given for the city's residents."""
    got: list[EmailMessage] = []

    class Server:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            got.append(mail)
            return "250 taken"

    port = free_port()
    controller = Controller(Server(), hostname="127.0.0.1", port=port)
    controller.start()
    sender = SmtpMail(f"smtp+plain://127.0.0.1:{port}", "Testwick <no-reply@testwick.example>")
    runtime = current_runtime()
    runtime.messages = {**runtime.messages, "email": sender}
    try:
        yield got
    finally:
        controller.stop()


def words_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_mail_comes_after_its_code_and_ends_with_one_click(
    sqlite_city: World, mailbox: list[EmailMessage]
) -> None:
    phone = Phone(sqlite_city)
    taken = phone.register(1, "email", {"address": "Somebody@Lanterns.example"}, "ar")
    assert taken.json["is_confirmed"] is False
    number = phone.report()
    move(number, State.RESOLVED)
    settle(sqlite_city)
    assert rows() == []
    [mail] = mailbox
    code = words_of(mail).split()[0]
    confirmation = "/me/notices/registrations/00000000-0000-0000-0000-000000000001/confirmation"
    other = Phone(sqlite_city)
    assert other.ask("PUT", confirmation, {"code": code}).status_code == 404
    assert phone.ask("PUT", confirmation, {"code": f"{int(code) ^ 1:06}"}).status_code == 403
    assert phone.ask("PUT", confirmation, {"code": code}).status_code == 204
    assert phone.register(1, "email", {"address": "Somebody@lanterns.example"}, "ar").json[
        "is_confirmed"
    ]
    answer(number, "Asphalt on Monday")
    settle(sqlite_city)
    notice = mailbox[-1]
    assert notice["To"] == "Somebody@lanterns.example"
    assert notice["Subject"] == f"Pothole، البلاغ {number}"
    text = words_of(notice)
    assert "أجابت البلدية" in text
    assert "“Asphalt on Monday”" in text
    assert f"{SITE}/reports/{number}" in text
    # Whole, in angle brackets and on one line: programs read it (RFC 2369, RFC 8058).
    assert notice["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    match = re.fullmatch(rf"<({re.escape(SITE)}(/notices/stop/\w+))>", notice["List-Unsubscribe"])
    assert match is not None
    assert match[1] in text
    browser = sqlite_city.client()
    assert browser.get(match[2]).status_code == 200
    assert len(phone.ask("GET", "/me/notices/registrations").json) == 1
    # As a mail program sends it: no cookie, no token of a form.
    for _ in range(2):
        done = sqlite_city.client().post(match[2], data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    assert phone.ask("GET", "/me/notices/registrations").json == []
    for verb in ("GET", "POST"):
        assert browser.open(f"{match[2][:-1]}_", method=verb).status_code == 404
    answer(number, "Or on Tuesday", 2)
    settle(sqlite_city)
    assert len(mailbox) == 2


def test_a_stranger_s_mailbox_is_sent_one_code_and_guessing_ends(
    sqlite_city: World, mailbox: list[EmailMessage]
) -> None:
    phone, address = Phone(sqlite_city), {"address": "somebody@lanterns.example"}
    for _ in range(3):
        phone.register(1, "email", address)
    settle(sqlite_city)
    assert len(mailbox) == 1
    code = words_of(mailbox[0]).split()[0]
    path = "/me/notices/registrations/00000000-0000-0000-0000-000000000001/confirmation"
    for guess in range(5):
        assert phone.ask("PUT", path, {"code": f"{int(code) ^ (guess + 1):06}"}).status_code == 403
    assert phone.ask("PUT", path, {"code": code}).status_code == 403
    # Another address under the same id has to be confirmed by itself.
    changed = phone.register(1, "email", {"address": "somebody.else@lanterns.example"})
    assert changed.json["is_confirmed"] is False
    settle(sqlite_city)
    assert mailbox[-1]["To"] == "somebody.else@lanterns.example"


def test_what_waits_goes_to_no_address_that_nobody_confirmed(
    sqlite_city: World, mailbox: list[EmailMessage]
) -> None:
    phone = Phone(sqlite_city)
    own, stranger = "somebody@lanterns.example", "stranger@lanterns.example"
    number = phone.report()
    phone.register(1, "email", {"address": own})
    settle(sqlite_city)
    code = {"code": words_of(mailbox[0]).split()[0]}
    phone.ask("PUT", f"/me/notices/registrations/{UUID(int=1)}/confirmation", code)
    answer(number, "Soon")
    assert phone.register(1, "email", {"address": stranger}).json["is_confirmed"] is False
    settle(sqlite_city)
    told = [(mail["To"], mail["Subject"]) for mail in mailbox]
    assert told[1:] == [(stranger, "Your code for notices")]
    assert [row.state for row in rows()] == ["waiting"]


def test_what_breaks_one_mail_is_in_the_way_of_no_other(
    sqlite_city: World, mailbox: list[EmailMessage]
) -> None:
    server = current_runtime().messages["email"]

    class Broken:
        def send(self, message: Message) -> None:
            if message.to.startswith("broken"):
                raise LookupError(message.to)
            server.send(message)

    phone = Phone(sqlite_city)
    for place, name in enumerate(("broken", "whole"), start=1):
        phone.register(place, "email", {"address": f"{name}@lanterns.example"})
        settle(sqlite_city)
        code = {"code": words_of(mailbox[-1]).split()[0]}
        phone.ask("PUT", f"/me/notices/registrations/{UUID(int=place)}/confirmation", code)
    current_runtime().messages["email"] = Broken()
    answer(phone.report(), "Soon")
    settle(sqlite_city)
    assert mailbox[-1]["To"] == "whole@lanterns.example"
    assert {row.last_status: row.state for row in rows()} == {
        "LookupError": "waiting",
        "sent": "delivered",
    }


def test_a_title_in_two_lines_is_one_subject(mailbox: list[EmailMessage]) -> None:
    sender = current_runtime().messages["email"]
    sender.send(Message("somebody@lanterns.example", "Pot\nhole", "Deep"))
    assert [mail["Subject"] for mail in mailbox] == ["Pot hole"]


def test_the_account_s_own_address_needs_no_code(sqlite_city: World) -> None:
    phone, address = Phone(sqlite_city), "somebody@lanterns.example"
    number = phone.report()
    phone.headers = phone.bearing(session_of(phone, address))
    assert phone.register(1, "email", {"address": address}, "es").json["is_confirmed"]
    move(number, State.REFUSED, "A private road")
    settle(sqlite_city)
    last = mails(sqlite_city)[-1]
    assert last["to"] == address
    assert "La ciudad no lo hará." in last["text"]


@pytest.fixture(scope="module")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeGoogle]:
    with fake_google(tmp_path_factory.mktemp("google")) as stand_in:
        yield stand_in


@pytest.fixture
def fcm_city(sqlite_city: World, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch) -> World:
    """A city that pushes through FCM and reaches Google through the stand-in."""
    for name, value in google.environment.items():
        monkeypatch.setenv(name, value)
    google.is_up = True
    google.sent.clear()
    google.refusals.clear()
    account = google.service_account(PROJECT)
    current_runtime().fcm = FcmPush(PROJECT, account, sqlite_city.clock)
    return sqlite_city


def test_fcm_is_sent_what_a_phone_shows_and_forgets_who_is_gone(
    fcm_city: World, google: FakeGoogle
) -> None:
    phone = Phone(fcm_city)
    kinds = {"a": "fcm_token", "b": "fcm_fid", "gone": "fcm_token", "foreign": "fcm_fid"}
    for place, (token, kind) in enumerate(kinds.items(), start=1):
        assert phone.register(place, kind, {"token": token}, "es").status_code == 200
    google.refusals = {
        "gone": (404, "UNREGISTERED", {}),
        "foreign": (403, "SENDER_ID_MISMATCH", {}),
    }
    number = phone.report()
    move(number, State.RESOLVED)
    # Nobody who closes a report waits for Google.
    assert google.sent == []
    settle(fcm_city)
    assert {one["path"] for one in google.sent} == {f"/v1/projects/{PROJECT}/messages:send"}
    by_address = {one.get("token") or one["fid"]: one for one in google.sent}
    assert by_address.keys() == kinds.keys()
    assert {name for name, one in by_address.items() if "fid" in one} == {"b", "foreign"}
    message = by_address["a"]
    assert message["notification"]["title"] == f"Pothole, reporte {number}"
    assert message["data"]["url"] == f"/reports/{number}"
    assert message["android"]["collapse_key"] == message["data"]["tag"]
    assert message["webpush"]["headers"]["Urgency"] == "normal"
    assert f"{FCM}:443" in google.asked
    left = phone.ask("GET", "/me/notices/registrations").json
    assert [one["kind"] for one in left] == ["fcm_token", "fcm_fid"]
    assert [(row.state, row.last_status) for row in rows()] == [("delivered", "sent")] * 2


def test_fcm_without_room_is_asked_again_when_it_says(fcm_city: World, google: FakeGoogle) -> None:
    phone = Phone(fcm_city)
    phone.wish(quiet=None)
    for place, token in enumerate(("full", "down", "wrong"), start=1):
        phone.register(place, "fcm_token", {"token": token})
    google.refusals = {
        "full": (429, "QUOTA_EXCEEDED", {"Retry-After": "60"}),
        "down": (503, "UNAVAILABLE", {"Retry-After": "60"}),
        "wrong": (400, "INVALID_ARGUMENT", {}),
    }
    move(phone.report(), State.RESOLVED)
    settle(fcm_city)
    # Once each: whoever waits, waits in the outbox.
    assert len(google.sent) == 3
    tried = {row.last_status: row for row in rows()}
    assert tried.keys() == {"resource-exhausted", "unavailable", "invalid-argument"}
    assert tried["invalid-argument"].state == "dead"
    for status in ("resource-exhausted", "unavailable"):
        assert tried[status].state == "waiting"
        assert tried[status].due_at > fcm_city.clock.now() + timedelta(seconds=50)
    google.refusals.clear()
    pass_time(fcm_city, minutes=5)
    assert sorted(row.state for row in rows()) == ["dead", "delivered", "delivered"]


@pytest.mark.slow
def test_no_more_than_fifty_are_pushed_at_once(fcm_city: World, google: FakeGoogle) -> None:
    fcm = current_runtime().fcm
    assert fcm is not None
    push = Push("fcm_token", {"token": "a"}, "Title", "Body", "tag", True, timedelta(1), {})
    answers = fcm.send([push] * 51)
    next(iter(answers))
    assert len(google.sent) == 50
    assert len(list(answers)) == 50
    assert len(google.sent) == 51


def test_what_cannot_sign_in_to_google_keeps_its_notices(
    fcm_city: World, google: FakeGoogle
) -> None:
    phone = Phone(fcm_city)
    phone.register(1, "fcm_token", {"token": "a"})
    google.is_up = False
    move(phone.report(), State.RESOLVED)
    settle(fcm_city)
    assert [(row.state, row.attempts) for row in rows()] == [("waiting", 1)]
    google.is_up = True
    pass_time(fcm_city, minutes=1)
    assert [row.state for row in rows()] == ["delivered"]


@pytest.mark.parametrize("contact", ["somebody@testwick.example", "http://testwick.example", "x"])
def test_whom_push_services_may_ask_must_be_somebody(contact: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="EVENWARD_PUSH_CONTACT"):
        read_settings({"EVENWARD_PUSH_CONTACT": contact, "EVENWARD_DATA_DIR": str(tmp_path)})
