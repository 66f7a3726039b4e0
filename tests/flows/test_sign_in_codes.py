"""Residents sign in by a code: who gets in, who does not, and what nobody can learn from it."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from described import check_described
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from worlds import FIELD_KEY, IN_SW, World

from backend.accounts.ask_for_code import ask_for_code
from backend.accounts.codes import MAX_TRIES, code_of
from backend.accounts.contact_address import read_address
from backend.accounts.identify import resident_of_token
from backend.accounts.models import ResidentAccount, ResidentSession, SignInCode
from backend.accounts.resident_sign_in import sign_in_with_code
from backend.accounts.rotate_keys import reseal_addresses
from backend.accounts.send_code import JOB
from backend.core.actors import ANONYMOUS, OPERATOR, Actor
from backend.core.db import current_session, db
from backend.core.errors import Unavailable
from backend.core.job_runner import run_job
from backend.core.jobs import Job, stuck_jobs
from backend.core.keys import KeyRing, new_field_key
from backend.core.ports import Message
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.models import ServiceRequest
from backend.wiring import JOBS

AtOnce = Callable[..., list[Any]]
ADDRESS = "Quillfeather@Lanterns.EXAMPLE"
OTHER = "+48 601 555 017"


@pytest.fixture(autouse=True)
def unhurried(city: World) -> None:
    """The limits have tests of their own."""
    runtime = current_runtime()
    often = "10000 per minute"
    runtime.settings = replace(
        runtime.settings,
        code_limit=often,
        device_code_limit=often,
        recipient_code_limit=often,
        session_limit=often,
        device_session_limit=often,
    )


def ask(city: World, address: str = ADDRESS, token: str | None = None) -> TestResponse:
    body = {"address": address}
    return city.client().post("/v1/accounts/codes", json=body, headers=bearing(token))


def sign_in(
    city: World, code: str, address: str = ADDRESS, token: str | None = None
) -> TestResponse:
    body = {"address": address, "code": code}
    return city.client().post("/v1/accounts/sessions", json=body, headers=bearing(token))


def me(city: World, token: str) -> TestResponse:
    return city.client().get("/v1/accounts/me", headers=bearing(token))


def bearing(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def due(city: World) -> list[UUID]:
    current_session().rollback()
    return stuck_jobs(current_session(), city.clock.now())


def deliver(city: World) -> list[Message]:
    """Run the jobs that are due; every message the city ever sent."""
    for job_id in due(city):
        assert run_job(job_id, JOBS)
    path = city.data_dir / "messages.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return [Message(**json.loads(line)) for line in lines]


def newest_code(city: World) -> str:
    return deliver(city)[-1].text.partition(" ")[0]


def signed_in(city: World, address: str = ADDRESS, token: str | None = None) -> str:
    """The token of a new session."""
    assert ask(city, address, token).status_code == 202
    answer = sign_in(city, newest_code(city), address, token)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["token"])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def rows(model: type[Any]) -> list[Any]:
    current_session().rollback()
    return list(current_session().scalars(sa.select(model)))


def actor_of(city: World, token: str) -> Actor:
    current_session().rollback()
    return resident_of_token(current_session(), current_runtime(), token, city.clock.now())


def test_a_code_opens_the_account_of_its_address_once(city: World) -> None:
    asked = ask(city)
    check_described("/v1/accounts/codes", asked)
    assert (asked.status_code, asked.get_json()) == (202, {"kind": "email", "digits": 6})
    (message,) = deliver(city)
    assert message.to == "Quillfeather@lanterns.example"
    code = message.text.partition(" ")[0]
    opened = sign_in(city, f" {code[:3]}-{code[3:]}", "Quillfeather@lanterns.example")
    check_described("/v1/accounts/sessions", opened)
    assert opened.headers["Cache-Control"] == "no-store"
    token = opened.get_json()["token"]
    own = me(city, token)
    check_described("/v1/accounts/me", own)
    assert own.get_json()["address"] == "Quillfeather@lanterns.example"
    assert sign_in(city, code).status_code == 403

    # The part before the @ is its mail server's to judge.
    again = signed_in(city, "quillfeather@LANTERNS.example")
    assert actor_of(city, again).account != actor_of(city, token).account
    assert actor_of(city, signed_in(city)).account == actor_of(city, token).account
    out = city.client().delete("/v1/accounts/sessions/current", headers=bearing(token))
    assert (out.status_code, out.data) == (204, b"")
    assert me(city, token).status_code == 401
    assert me(city, again).status_code == 200


@pytest.mark.parametrize(
    ("language", "subject", "begins"),
    [
        ("es-MX", "Tu código para iniciar sesión", "es tu código para iniciar sesión. Vale"),
        ("pl", "Twój kod logowania", "to Twój kod logowania. Jest ważny 10 minut"),
        ("ar", "رمز تسجيل الدخول", "هو رمز تسجيل دخولك. يصلح لمدة 10 دقائق"),
        ("fr", "Your sign-in code", "is your sign-in code. It is good for 10 minutes"),
    ],
)
def test_a_code_comes_in_the_language_it_was_asked_for_in(
    city: World, language: str, subject: str, begins: str
) -> None:
    body, headers = {"address": ADDRESS}, {"Accept-Language": language}
    assert city.client().post("/v1/accounts/codes", json=body, headers=headers).status_code == 202
    (message,) = deliver(city)
    assert message.subject == subject
    assert message.text.partition(" ")[2].startswith(begins)
    assert sign_in(city, message.text.split()[0]).status_code == 201


def test_digits_of_any_script_are_digits(city: World) -> None:
    ask(city)
    code = newest_code(city)
    assert sign_in(city, "".join(chr(0x0660 + int(digit)) for digit in code)).status_code == 201


def test_five_tries_and_no_more(city: World) -> None:
    ask(city)
    code = newest_code(city)
    for guess in [wrong(code), "", "0" * 40, code[:5], code + "0"]:
        assert sign_in(city, guess).status_code == 403
    assert sign_in(city, code).status_code == 403
    ask(city)
    fresh = newest_code(city)
    assert fresh != code
    assert sign_in(city, fresh).status_code == 201


def test_asking_again_sends_the_same_code_and_brings_no_tries_back(city: World) -> None:
    ask(city)
    code = newest_code(city)
    for _ in range(MAX_TRIES - 1):
        sign_in(city, wrong(code))
    ask(city)
    assert [message.text for message in deliver(city)] == [deliver(city)[0].text] * 2
    city.clock.advance(minutes=5, seconds=1)
    ask(city)
    renewed = newest_code(city)
    assert renewed != code
    assert sign_in(city, code).status_code == 403
    assert sign_in(city, renewed).status_code == 201


def test_a_code_lives_ten_minutes(city: World) -> None:
    ask(city)
    code = newest_code(city)
    city.clock.advance(minutes=10)
    assert sign_in(city, code).status_code == 403
    ask(city, OTHER)
    code = newest_code(city)
    city.clock.advance(minutes=10, seconds=-1)
    assert sign_in(city, code).status_code == 403
    assert sign_in(city, code, OTHER).status_code == 201
    ask(city)
    ask(city, OTHER)
    assert len(rows(SignInCode)) == 2


def test_a_session_lasts_ninety_days(city: World) -> None:
    token = signed_in(city)
    city.clock.advance(days=90, seconds=-1)
    assert me(city, token).status_code == 200
    city.clock.advance(seconds=1)
    assert me(city, token).status_code == 401
    signed_in(city)
    assert len(rows(ResidentSession)) == 1


def test_only_an_account_has_an_account(city: World) -> None:
    device = city.client().post("/v1/devices").get_json()["token"]
    for headers in ({}, bearing(device)):
        own = city.client().get("/v1/accounts/me", headers=headers)
        out = city.client().delete("/v1/accounts/sessions/current", headers=headers)
        for answer in (own, out):
            assert answer.status_code == 401
            assert answer.get_json(force=True)["type"].endswith("/problems/account-needed")


def file_one(client: FlaskClient, number: int, token: str) -> str:
    """The reporter's hash of a new report."""
    body = {
        "id": f"01890000-0000-7000-8000-{number:012d}",
        "service_code": "POTHOLE",
        "description": "A deep hole",
        "lon": IN_SW[0],
        "lat": IN_SW[1],
    }
    answer = client.post("/v1/reports", json=body, headers=bearing(token))
    assert answer.status_code == 201, answer.text
    known = sa.select(ServiceRequest.reporter_hash).where(
        ServiceRequest.number == answer.get_json()["number"]
    )
    current_session().rollback()
    return str(current_session().scalar(known))


def test_the_reports_of_a_device_come_along(city: World) -> None:
    """The first device's hash stays the person's; a second device's is theirs besides."""
    client = city.client()
    first, second = (client.post("/v1/devices").get_json()["token"] for _ in "ab")
    before = file_one(client, 1, first)
    token = signed_in(city, token=first)
    assert file_one(client, 2, token) == before
    elsewhere = file_one(client, 3, second)
    assert elsewhere != before
    phone = signed_in(city, token=second)
    assert file_one(client, 4, phone) == before
    for session in (token, phone):
        assert actor_of(city, session).reporters == {before, elsewhere}
    assert me(city, token).get_json()["devices"] == 2
    # What the phones file from now on is the account's: their own tokens are over.
    for device in (first, second):
        assert client.get("/v1/services", headers=bearing(device)).status_code == 401


def test_a_device_comes_into_one_account_only(city: World, at_once: AtOnce) -> None:
    """Two people who sign in on one device at the same moment."""
    device = city.client().post("/v1/devices").get_json()["token"]
    before = file_one(city.client(), 1, device)
    actor = actor_of(city, device)
    addresses = [read_address(address, "") for address in (ADDRESS, OTHER)]
    with unit_of_work(ANONYMOUS) as work:
        for address in addresses:
            ask_for_code(work, address)
    codes = [message.text.partition(" ")[0] for message in deliver(city)]

    def enter(number: int) -> str:
        with unit_of_work(actor) as work:
            session = sign_in_with_code(work, addresses[number], codes[number])
        assert session is not None
        return session.token

    tokens = at_once(city, [lambda one=one: enter(one) for one in range(2)])
    owners = [actor_of(city, token) for token in tokens]
    assert sorted(before in owner.reporters for owner in owners) == [False, True]
    assert None not in {owner.account for owner in owners}
    assert owners[0].account != owners[1].account


def test_many_at_once_share_one_code_and_one_of_them_gets_in(city: World, at_once: AtOnce) -> None:
    address = read_address(ADDRESS, "")

    def ask_once() -> None:
        with unit_of_work(ANONYMOUS) as work:
            ask_for_code(work, address)

    def enter(code: str) -> bool:
        with unit_of_work(ANONYMOUS) as work:
            return sign_in_with_code(work, address, code) is not None

    assert at_once(city, [ask_once] * 6) == [None] * 6
    (code,) = rows(SignInCode)
    right = code_of(current_runtime().settings.hash_key, code.id)
    assert {message.text.partition(" ")[0] for message in deliver(city)} == {right}
    outcomes = at_once(city, [lambda: enter(right)] * 6)
    assert Counter(outcomes) == {True: 1, False: 5}
    assert len(rows(ResidentAccount)) == len(rows(ResidentSession)) == 1

    ask_once()
    (code,) = rows(SignInCode)
    right = code_of(current_runtime().settings.hash_key, code.id)
    assert at_once(city, [lambda: enter(wrong(right))] * 8) == [False] * 8
    assert not enter(right)
    assert rows(SignInCode)[0].tries == MAX_TRIES


def test_one_mailbox_under_many_names_is_not_flooded(city: World) -> None:
    runtime = current_runtime()
    runtime.settings = replace(runtime.settings, recipient_code_limit="2 per day")
    names = ["victim", "Victim", "vIctim", "victim+1"]
    answers = [ask(city, f"{name}@lanterns.example") for name in names]
    assert [answer.status_code for answer in answers] == [202, 202, 429, 429]
    assert ask(city, "else@lanterns.example").status_code == 202
    assert [ask(city, OTHER).status_code for _ in range(3)] == [202, 202, 429]


def test_nobody_learns_who_has_an_account(city: World) -> None:
    """Neither from the words nor from what the database is asked, which takes the time."""
    signed_in(city)
    seen = {}
    for address in (ADDRESS, "nobody@lanterns.example"):
        asked, by_asking = with_statements(lambda address=address: ask(city, address))
        refused, by_guessing = with_statements(lambda address=address: sign_in(city, "x", address))
        seen[address] = (
            *(said(answer) for answer in (asked, refused)),
            *(by_asking, by_guessing),
        )
    assert seen[ADDRESS] == seen["nobody@lanterns.example"]
    assert seen[ADDRESS][0][0] == 202
    assert seen[ADDRESS][1][0] == 403
    without_a_code = sign_in(city, "x", "else@lanterns.example")
    assert said(without_a_code) == seen[ADDRESS][1]


def said(answer: TestResponse) -> tuple[int, str, dict[str, str]]:
    return answer.status_code, answer.text, dict(answer.headers)


def with_statements(act: Callable[[], TestResponse]) -> tuple[TestResponse, list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        return act(), statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_what_is_stored_names_nobody(city: World) -> None:
    ask(city)
    (code,) = rows(SignInCode)
    hashed = code.address_hash
    assert code.sealed is not None
    (job,) = current_session().scalars(sa.select(Job).where(Job.kind == JOB))
    assert job.payload == {"code": str(code.id)}
    digits = newest_code(city)
    assert rows(SignInCode)[0].sealed is None
    stored = everything()
    sign_in(city, digits)
    stored += everything()
    assert hashed in stored
    for word in ("uillfeather", "lanterns", digits, digits.encode().hex()):
        assert word not in stored
    assert b"uillfeather".hex() not in stored


def everything() -> str:
    current_session().rollback()
    with db.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        return "\n".join(
            " ".join(value.hex() if isinstance(value, bytes) else str(value) for value in row)
            for table in tables
            if table != "spatial_ref_sys"
            for row in connection.execute(sa.text(f'SELECT * FROM "{table}"'))
        )


class Moody:
    """A channel that is away for a while."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.sent: list[Message] = []

    def send(self, message: Message) -> None:
        # Nobody else waits meanwhile: the sender holds no transaction open.
        assert not current_session().in_transaction()
        if self.failures:
            self.failures -= 1
            raise Unavailable("message-not-sent")
        self.sent.append(message)


def test_a_channel_that_is_away_costs_time_and_nothing_else(
    city: World, capsys: pytest.CaptureFixture[str]
) -> None:
    runtime, channel = current_runtime(), Moody(failures=2)
    runtime.settings = replace(runtime.settings, public_url="https://reports.testwick.example/")
    runtime.messages = {"email": channel}
    assert ask(city).status_code == 202
    (job_id,) = due(city)
    for wait in (30, 120):
        assert not run_job(job_id, JOBS)
        city.clock.advance(seconds=wait)
    assert run_job(job_id, JOBS)
    (message,) = channel.sent
    code = message.text.partition(" ")[0]
    assert message.text.endswith(f"\n@reports.testwick.example #{code}\n")
    assert sign_in(city, code).status_code == 201
    refused = ask(city, OTHER)
    assert (refused.status_code, refused.get_json(force=True)["errors"][0]["pointer"]) == (
        422,
        "/address",
    )
    written = "".join(capsys.readouterr())
    assert "uillfeather" not in written
    assert code not in written


def test_a_code_that_came_too_late_is_not_sent(city: World) -> None:
    channel = Moody(failures=1)
    current_runtime().messages = {"email": channel}
    ask(city)
    (job_id,) = due(city)
    assert not run_job(job_id, JOBS)
    city.clock.advance(minutes=10)
    assert run_job(job_id, JOBS)
    assert channel.sent == []


def test_a_code_asked_for_while_it_is_being_sent_is_sent_again(city: World) -> None:
    class Slow(Moody):
        def send(self, message: Message) -> None:
            super().send(message)
            if len(self.sent) == 1:
                ask(city)

    channel = Slow(failures=0)
    current_runtime().messages = {"email": channel}
    ask(city)
    for _ in range(2):
        (job_id,) = due(city)
        assert run_job(job_id, JOBS)
    assert [message.text for message in channel.sent] == [channel.sent[0].text] * 2


def test_addresses_are_sealed_again_with_a_new_key(city: World) -> None:
    token = signed_in(city)
    new = new_field_key("k2")
    current_runtime().keyring = KeyRing((new, FIELD_KEY))
    for resealed in (1, 0):
        with unit_of_work(OPERATOR) as work:
            assert reseal_addresses(work).count == resealed
    current_runtime().keyring = KeyRing((new,))
    assert me(city, token).get_json()["address"] == "Quillfeather@lanterns.example"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@c.example",
        "a,b@c.example",
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\n",
        "<a@b.example>",
        "a\0@b.example",
        "\ud800@b.example",
        "a@\ud800.example",
        "\u202ea@b.example",
        "a@[127.0.0.1]",
        "a" * 255 + "@b.example",
        "0601 555 017",
        "+48 601 555 017 ext 3",
        "+49 900 1234567",
    ],
)
def test_no_message_goes_to_what_is_no_address(sqlite_city: World, address: str) -> None:
    answer = ask(sqlite_city, address)
    if address.endswith("\n"):
        # Blanks around an address are slips.
        assert answer.status_code == 202
        assert deliver(sqlite_city)[0].to == "a@b.example"
        return
    assert answer.status_code == 422
    assert answer.get_json(force=True)["errors"][0]["pointer"] == "/address"
    assert sign_in(sqlite_city, "000000", address).status_code == 422
    assert rows(SignInCode) == []
