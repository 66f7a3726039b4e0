"""Other programs are told what happens to reports: signed, in order, again until they have it."""

import base64
import hmac
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from receivers import Receiver, misbehaving, own_authority, receiving
from sources import ROOT
from worlds import FIELD_KEY, IN_SE, STAFF, World, a_report

from backend.core.actors import OPERATOR, SYSTEM, Actor, Role
from backend.core.config import Mode
from backend.core.db import current_session, db
from backend.core.errors import Invalid
from backend.core.job_runner import LEASE, run_job
from backend.core.jobs import MAX_ATTEMPTS, Job, PreparedJob, stuck_jobs
from backend.core.keys import KeyRing, new_field_key
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from backend.delivery.announce import JOB
from backend.delivery.manage_webhooks import add_webhook, redeliver
from backend.delivery.models import Webhook, WebhookDelivery
from backend.delivery.queries import dead_deliveries
from backend.delivery.retry_times import GIVEN_UP_AFTER, MAX_TRIES, wait_after
from backend.delivery.rotate_keys import reseal_secrets
from backend.delivery.send_due import DELIVERED_KEPT
from backend.delivery.wake_waiting import wake_waiting
from backend.reports.add_comment import add_comment
from backend.reports.change_status import change_status
from backend.reports.commands import (
    AddComment,
    ChangeStatus,
    MergeIncidents,
    UnmergeIncident,
)
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.unmerge_incident import unmerge_incident
from backend.reports.file_report import file_report
from backend.reports.models import Comment, ModeratedText, Service
from backend.reports.queries import find_incident, find_request
from backend.reports.workflow import State
from backend.wiring import JOBS

REPORTER = Actor("resident", Role.RESIDENT, reporter="a" * 64)
AtOnce = Callable[[World, list[Callable[[], Any]]], list[Any]]
Command = Callable[..., Any]


@pytest.fixture(autouse=True)
def _loopback_is_allowed(request: pytest.FixtureRequest) -> None:
    name = "city" if "city" in request.fixturenames else "sqlite_city"
    request.getfixturevalue(name)
    runtime = current_runtime()
    runtime.settings = replace(
        runtime.settings,
        webhook_networks=("127.0.0.0/8", "::1/128"),
        public_url="https://reports.testwick.example",
    )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def do(use_case: Any, command: Any, actor: Actor = STAFF) -> Any:
    with unit_of_work(actor) as work:
        return use_case(work, command)


def hook(url: str, *events: str) -> tuple[str, str]:
    """The id and the secret of a new webhook."""
    with unit_of_work(OPERATOR) as work:
        webhook, secret = add_webhook(work, url, events)
        return str(webhook.id), secret


def file(number: int = 1, **changes: Any) -> str:
    filed: str = do(file_report, a_report(number, **changes), REPORTER).number
    return filed


def move(number: str, after: State, reason: str | None = None) -> None:
    version = find_incident(current_session(), number).version
    do(change_status, ChangeStatus(number, after, version, reason))


def work_off(world: World) -> None:
    """Do what is due now, until nothing is."""
    while due := stuck_jobs(current_session(), world.clock.now()):
        current_session().rollback()
        for job_id in due:
            run_job(job_id, JOBS)


def sent(receiver: Receiver) -> list[tuple[str, Any]]:
    """What arrived: the type of each event, and of what it tells the state or the words."""
    bodies = [json.loads(body) for _, body in receiver.got]
    return [(body["type"], body["data"].get("after")) for body in bodies]


def rows() -> list[WebhookDelivery]:
    session = current_session()
    session.rollback()
    order = (WebhookDelivery.sequence, WebhookDelivery.id)
    return list(session.scalars(sa.select(WebhookDelivery).order_by(*order)))


def signed_by(secret: str, headers: dict[str, str], body: bytes) -> str:
    """The signature as the published algorithm gives it, byte by byte with other tools."""
    content = b"%s.%s.%s" % (
        headers["webhook-id"].encode(),
        headers["webhook-timestamp"].encode(),
        body,
    )
    mac = hmac.new(base64.b64decode(secret[len("whsec_") :]), digestmod="sha256")
    mac.update(content)
    return "v1," + base64.b64encode(mac.digest()).decode("ascii")


def test_what_happens_is_told_in_order_signed_and_public(city: World, receiver: Receiver) -> None:
    id_, secret = hook(receiver.url)
    number = file(contact={"email": "somebody@lanterns.example"})
    city.clock.advance(minutes=5)
    move(number, State.IN_PROGRESS, "On our way")
    comment = AddComment(a_report(7).id, number, "Thank you")
    do(add_comment, comment, REPORTER)
    work_off(city)
    assert sent(receiver) == [
        ("report.filed", None),
        ("report.status_changed", "in_progress"),
        ("report.commented", None),
    ]
    bodies = [json.loads(body) for _, body in receiver.got]
    assert bodies[1]["data"]["before"] == "received"
    assert bodies[1]["timestamp"] == city.clock.now().isoformat()
    assert bodies[2]["data"]["comment"]["text"] == "Thank you"
    report = bodies[1]["data"]["report"]
    assert (report["service_request_id"], report["status_notes"]) == (number, "On our way")
    assert bodies[0]["data"]["url"] == f"https://reports.testwick.example/reports/{number}"
    assert [body["data"]["sequence"] for body in bodies] == sorted(
        body["data"]["sequence"] for body in bodies
    )
    for headers, body in receiver.got:
        assert headers["webhook-signature"] == signed_by(secret, headers, body)
        assert headers["content-type"] == "application/json"
        assert b"lanterns.example" not in body
        assert REPORTER.reporter is not None
        assert REPORTER.reporter.encode() not in body
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 3
    assert {row.state for row in rows()} == {"delivered"}
    assert id_ == str(rows()[0].webhook_id)


def test_a_webhook_hears_what_it_asked_for(city: World, receiver: Receiver) -> None:
    hook(receiver.url, "report.status_changed")
    first, second = file(1), file(2)
    do(merge_incidents, MergeIncidents(first, second, "the same hole"))
    work_off(city)
    do(unmerge_incident, UnmergeIncident(first, "another hole"))
    work_off(city)
    assert sent(receiver) == [
        ("report.status_changed", "duplicate"),
        ("report.status_changed", "received"),
    ]
    merged, own = (json.loads(body)["data"]["report"] for _, body in receiver.got)
    assert (merged["service_request_id"], merged["incident_id"]) == (first, second)
    assert (own["service_request_id"], own["incident_id"]) == (first, first)


def test_without_a_webhook_nothing_is_left_to_do(city: World) -> None:
    file()
    assert rows() == []
    assert current_session().scalars(sa.select(Job).where(Job.kind == JOB)).all() == []


def test_what_is_undone_is_never_told(city: World, receiver: Receiver) -> None:
    hook(receiver.url)

    def file_and_fail() -> None:
        with unit_of_work(REPORTER) as work:
            file_report(work, a_report(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        file_and_fail()
    assert rows() == []


def test_a_failure_holds_back_its_report_and_no_other(city: World, receiver: Receiver) -> None:
    receiver.statuses = [500, 204, 400, 204]
    hook(receiver.url)
    held, other = file(1), file(2, place=IN_SE)
    move(held, State.TRIAGED)
    work_off(city)
    assert [row.state for row in rows()] == ["waiting", "delivered", "waiting"]
    assert [row.attempts for row in rows()] == [1, 1, 0]
    assert rows()[0].last_status == 500
    for tries in (1, 2):
        first = rows()[0]
        assert first.due_at == city.clock.now() + wait_after(tries, first.id)
        city.clock.advance(seconds=wait_after(tries, first.id).total_seconds())
        work_off(city)
    assert sent(receiver)[2:] == [
        ("report.filed", None),
        ("report.filed", None),
        ("report.status_changed", "triaged"),
    ]
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert ids[0] == ids[2] == ids[3] != ids[1]
    moments = [int(headers["webhook-timestamp"]) for headers, _ in receiver.got]
    assert moments[0] < moments[2] < moments[3]
    assert other in receiver.got[1][1].decode()


def test_what_is_given_up_can_be_sent_again(city: World, receiver: Receiver) -> None:
    receiver.statuses, receiver.answer_headers = [302], {"Location": receiver.url}
    id_, _ = hook(receiver.url)
    file()
    for _ in range(MAX_TRIES):
        work_off(city)
        city.clock.advance(hours=15)
        rows()[0].waits_since = city.clock.now()
        current_session().commit()
    assert [row.subject for row in dead_deliveries(current_session())] == [rows()[0].subject]
    assert len(receiver.got) == MAX_TRIES
    work_off(city)
    assert len(receiver.got) == MAX_TRIES
    receiver.statuses = [200]
    with unit_of_work(OPERATOR) as work:
        assert redeliver(work, id_) == 1
    work_off(city)
    assert [(row.state, row.attempts) for row in rows()] == [("delivered", 1)]
    city.clock.advance(seconds=DELIVERED_KEPT.total_seconds() + 1)
    file(2)
    work_off(city)
    assert len(rows()) == 1


def test_who_does_not_answer_is_asked_once_at_a_time(city: World) -> None:
    """Ten events for an address where nobody is cost one try, not ten."""
    with misbehaving(lambda connection: connection.close()) as port:
        hook(f"http://localhost:{port}/")
        for number in range(10):
            file(number + 1)
        for _ in range(3):
            work_off(city)
        assert sum(row.attempts for row in rows()) == 1
        assert rows()[0].last_error == "no-answer"
        city.clock.advance(minutes=2)
        work_off(city)
        assert sum(row.attempts for row in rows()) == 2
        city.clock.advance(seconds=GIVEN_UP_AFTER.total_seconds())
        work_off(city)
    assert {row.state for row in rows()} == {"dead"}
    file(20)
    assert len(stuck_jobs(current_session(), city.clock.now())) == 1


class Killed(BaseException):
    """The end of a worker's process: nothing catches it."""


def die(*_: object) -> None:
    raise Killed


def file_another(_webhook: str) -> None:
    file(len(rows()) + 1, place=IN_SE)


def send_again(webhook: str) -> None:
    with unit_of_work(OPERATOR) as work:
        assert redeliver(work, webhook) == 0


def let_the_night_pass(_webhook: str) -> None:
    with unit_of_work(SYSTEM) as work:
        wake_waiting(work, {})


@pytest.mark.parametrize("wake", [file_another, send_again, let_the_night_pass])
def test_a_worker_killed_again_and_again_silences_no_webhook(
    city: World, receiver: Receiver, wake: Callable[[str], None]
) -> None:
    id_, _ = hook(receiver.url)
    file()
    (job_id,) = stuck_jobs(current_session(), city.clock.now())
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Killed):
            run_job(job_id, {JOB: PreparedJob(die, die)})
        # It may be at work still; nobody else is to be.
        wake(id_)
        city.clock.advance(seconds=LEASE.total_seconds())
    assert [one.kind for one in current_session().scalars(sa.select(Job))].count(JOB) == 1
    work_off(city)
    assert receiver.got == []
    wake(id_)
    work_off(city)
    assert {row.state for row in rows()} == {"delivered"}


def test_a_receiver_that_is_gone_is_told_nothing_more(city: World, receiver: Receiver) -> None:
    receiver.statuses = [410]
    id_, _ = hook(receiver.url)
    file(1)
    file(2)
    work_off(city)
    file(3)
    work_off(city)
    assert len(receiver.got) == 2
    assert [row.state for row in rows()] == ["dead", "dead"]
    receiver.statuses = [200]
    with unit_of_work(OPERATOR) as work:
        redeliver(work, id_)
    file(4)
    work_off(city)
    assert [row.state for row in rows()] == ["delivered"] * 3


def test_what_was_moderated_before_it_is_sent_does_not_go_out(
    city: World, receiver: Receiver
) -> None:
    hook(receiver.url)
    number = file(description="Ask Dorothea Quill at number 5", address="Lantern Lane 5")
    do(add_comment, AddComment(a_report(7).id, number, "Dorothea Quill again"), REPORTER)
    with unit_of_work(STAFF) as work:
        id_ = find_request(work.session, number).id
        words = {"description": "Ask at the house", "reason": "a name", "actor": STAFF.key}
        work.session.add(ModeratedText(service_request_id=id_, at=work.now, **words))
        work.session.execute(sa.update(Comment).values(is_hidden=True))
        work.session.execute(sa.update(Service).values(public_grid_metres=200))
    work_off(city)
    data = [json.loads(body)["data"] for _, body in receiver.got]
    assert data[0]["report"]["description"] == "Ask at the house"
    assert data[0]["report"]["address"] is None
    assert data[0]["report"]["lat"] != a_report(1).lat
    assert data[1]["comment"] is None
    assert not any(b"Quill" in body or b"Lantern" in body for _, body in receiver.got)


def test_an_answer_that_is_lost_brings_the_same_event_again(
    city: World, receiver: Receiver
) -> None:
    def lose(_work: UnitOfWork, _sent: object) -> None:
        raise ConnectionError

    hook(receiver.url)
    file()
    send = JOBS[JOB]
    assert isinstance(send, PreparedJob)
    (job_id,) = stuck_jobs(current_session(), city.clock.now())
    assert not run_job(job_id, {JOB: PreparedJob(send.prepare, lose)})
    city.clock.advance(seconds=30)
    work_off(city)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert [row.state for row in rows()] == ["delivered"]
    assert len(receiver.got) == 2


def test_many_at_once_are_told_once_each(city: World, receiver: Receiver, at_once: AtOnce) -> None:
    hook(receiver.url)
    at_once(city, [lambda one=one: file(one) for one in range(1, 9)])
    (job_id,) = stuck_jobs(current_session(), city.clock.now())
    current_session().rollback()
    acts = [lambda: run_job(job_id, JOBS), lambda: file(20), lambda: run_job(job_id, JOBS)]
    at_once(city, acts)
    work_off(city)
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert len(ids) == len(set(ids)) == 9


def test_a_transaction_is_not_kept_open_while_somebody_is_asked(city: World) -> None:
    """Else one slow receiver would hold up PostgreSQL's cleaning and SQLite's log."""
    seen: list[int] = []

    def look(connection: Any) -> None:
        connection.recv(10_000)
        pool: Any = db.engine.pool
        seen.append(pool.checkedout())
        connection.sendall(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")

    with misbehaving(lambda connection: in_app(city, look, connection)) as port:
        hook(f"http://localhost:{port}/")
        file()
        current_session().close()
        (job_id,) = stuck_jobs(current_session(), city.clock.now())
        assert run_job(job_id, JOBS)
    assert seen == [0]


def in_app(world: World, act: Callable[[Any], None], argument: Any) -> None:
    with world.app.app_context():
        act(argument)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://localhost/", "webhook-address-private"),
        ("http://93.184.216.34/", "webhook-address-not-https"),
        ("http://127.0.0.1/", "webhook-address-not-https"),
        ("https://no-such-host.invalid/", "webhook-host-unknown"),
        ("https://ada:word@93.184.216.34/", "webhook-address-not-valid"),
        ("https://93.184.216.34/" + "x" * 500, "webhook-address-too-long"),
    ],
)
def test_in_production_an_address_inside_is_refused(sqlite_city: World, url: str, why: str) -> None:
    runtime = current_runtime()
    runtime.settings = replace(runtime.settings, mode=Mode.PRODUCTION, webhook_networks=())
    with pytest.raises(Invalid) as refusal:
        hook(url)
    assert refusal.value.slug == why


def test_an_address_that_is_no_longer_allowed_gets_nothing(
    sqlite_city: World, receiver: Receiver
) -> None:
    hook(receiver.url)
    runtime = current_runtime()
    runtime.settings = replace(runtime.settings, webhook_networks=())
    file()
    work_off(sqlite_city)
    assert receiver.got == []
    assert rows()[0].last_error == "address-private"


def test_a_certificate_proves_the_name(
    sqlite_city: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = own_authority(tmp_path, "localhost")
    with receiving(context) as secure:
        hook(secure.url)
        file()
        work_off(sqlite_city)
        assert rows()[0].last_error == "certificate-not-valid"
        assert secure.got == []
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        sqlite_city.clock.advance(minutes=1)
        work_off(sqlite_city)
    assert [row.state for row in rows()] == ["delivered"]


def test_a_secret_cannot_be_read_from_the_database_and_moves_to_a_new_key(
    sqlite_city: World, receiver: Receiver
) -> None:
    _, secret = hook(receiver.url)
    kept = b"".join(path.read_bytes() for path in sqlite_city.data_dir.glob("city.sqlite3*"))
    assert secret.removeprefix("whsec_").encode() not in kept
    assert base64.b64decode(secret.removeprefix("whsec_")) not in kept
    runtime, new = current_runtime(), new_field_key("k2")
    runtime.keyring = KeyRing((new, FIELD_KEY))
    with unit_of_work(OPERATOR) as work:
        assert reseal_secrets(work).count == 1
    runtime.keyring = KeyRing((new,))
    file()
    work_off(sqlite_city)
    headers, body = receiver.got[0]
    assert headers["webhook-signature"] == signed_by(secret, headers, body)


def test_the_operator_s_commands(
    sqlite_city: World, receiver: Receiver, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENWARD_WEBHOOK_NETWORKS", "127.0.0.0/8,::1/128")
    added = command(sqlite_city, "webhooks", "add", receiver.url, "--event", "report.filed")
    assert added.exit_code == 0, added.output
    secret = added.output.split()[-1]
    (id_,) = current_session().scalars(sa.select(sa.cast(Webhook.id, sa.Uuid)))
    assert f"{id_}  active  {receiver.url}" in command(sqlite_city, "webhooks", "list").output
    tested = command(sqlite_city, "webhooks", "test", id_)
    assert (tested.exit_code, tested.output) == (
        0,
        "The receiver answered with status 204: it took it.\n",
    )
    headers, body = receiver.got.pop()
    assert headers["webhook-signature"] == signed_by(secret, headers, body)
    receiver.statuses = [410]
    refused = command(sqlite_city, "webhooks", "test", id_)
    assert refused.exit_code == 1
    assert "webhooks redeliver ID starts it again" in refused.output
    number = file()
    work_off(sqlite_city)
    dead = command(sqlite_city, "webhooks", "dead", id_).output
    assert number in dead
    assert "1 tries\n  The receiver answered with status 410: it wants nothing more" in dead
    again = command(sqlite_city, "webhooks", "redeliver", id_, "--delivery", dead.split()[0])
    assert again.output == "1 deliveries wait again.\n"
    assert command(sqlite_city, "webhooks", "remove", id_).exit_code == 0
    assert rows() == []
    assert current_session().scalars(sa.select(Webhook)).all() == []


def test_the_guide_s_check_takes_what_is_genuine_and_nothing_else(
    sqlite_city: World, receiver: Receiver
) -> None:
    guide = (ROOT / "docs" / "guide" / "webhooks.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    names: dict[str, Any] = {}
    exec(snippet, names)
    _, secret = hook(receiver.url)
    file()
    work_off(sqlite_city)
    headers, body = receiver.got[0]
    now = sqlite_city.clock.now().timestamp()
    check = names["is_genuine"]
    assert check(headers, body, secret, now)
    assert check(
        headers | {"webhook-signature": "v1,AAAA " + headers["webhook-signature"]},
        body,
        secret,
        now,
    )
    assert not check(headers, body + b" ", secret, now)
    assert not check(headers | {"webhook-id": "msg_other"}, body, secret, now)
    assert not check(headers, body, secret, now + 301)
    assert not check(headers, body, "whsec_" + base64.b64encode(b"x" * 32).decode(), now)
