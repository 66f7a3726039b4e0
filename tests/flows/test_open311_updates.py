"""Updates of requests between the city and other programs, both ways and on both databases."""

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
import sqlalchemy as sa
from open311 import UPDATES, Program, program
from pictures import encoded, scene
from worlds import STAFF, World

from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.failed_jobs import failed_jobs, try_again
from backend.core.job_runner import run_job
from backend.core.jobs import MAX_ATTEMPTS, Job
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.open311.models import UpdatePicture
from backend.open311.push_target import SetPushTarget, remove_push_target, set_push_target
from backend.open311.push_update import JOB
from backend.photos.commands import ModeratePhoto, Verdict
from backend.photos.models import Photo
from backend.photos.moderate_photo import moderate_photo
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
from backend.reports.events import PersonErased
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Comment, Incident, ReportPolicy
from backend.reports.queries import find_incident
from backend.reports.workflow import State
from backend.wiring import JOBS

RESIDENT = {"email": "dorothea@quill.example"}


def incident_of(number: str) -> Incident:
    session = current_session()
    session.rollback()
    return find_incident(session, number)


def move(number: str, after: State, reason: str | None = None) -> None:
    version = incident_of(number).version
    with unit_of_work(STAFF) as work:
        day = work.now.date() if after is State.SCHEDULED else None
        change_status(work, ChangeStatus(number, after, version, reason, scheduled_for=day))


def tell(client: Program, number: str, update_id: str, status: str, /, **more: Any) -> Any:
    """The answer to an update, as mySociety's client sends it."""
    fields = {
        "service_request_id": number,
        "update_id": update_id,
        "updated_datetime": "2026-03-02T12:00:00Z",
        "status": status,
        "description": "We were there",
        "public_anonymity_required": "FALSE",
    }
    return client.post("servicerequestupdates.json", **(fields | more))


def told(client: Program, number: str, update_id: str, status: str, /, **more: Any) -> str:
    """The city's id of an update that must be taken, a second after the one before."""
    client.world.clock.advance(seconds=1)
    answer = tell(client, number, update_id, status, **more)
    assert answer.status_code == 200, answer.text
    (taken,) = answer.json
    return str(taken["update_id"])


def statuses(client: Program, **asked: Any) -> list[tuple[str, str, str]]:
    found = client.get("servicerequestupdates", UPDATES, **asked)
    return [(one["service_request_id"], one["status"], one["description"]) for one in found]


def test_what_happened_is_read_as_updates(city: World) -> None:
    client = program(city)
    number, twin = client.report(), client.report()
    city.clock.advance(hours=1, microseconds=900)
    move(number, State.SCHEDULED)
    city.clock.advance(hours=1)
    with unit_of_work(STAFF) as work:
        merge_incidents(work, MergeIncidents(twin, number, "The same hole"))
    city.clock.advance(hours=1)
    with unit_of_work(STAFF) as work:
        add_comment(work, AddComment(work.runtime.ids.uuid(), number, "On Monday", is_answer=True))
        hidden = AddComment(work.runtime.ids.uuid(), number, "Nobody reads this")
        add_comment(work, hidden)
        work.session.execute(
            sa.update(Comment).where(Comment.id == hidden.id).values(is_hidden=True)
        )
    city.clock.advance(hours=1)
    move(number, State.RESOLVED, "Filled & flat")
    both = sorted([number, twin])
    assert sorted(statuses(client)) == sorted(
        [
            (number, "action_scheduled", "Has a date"),
            # It lies under the other by now, and what the other was through it was not.
            (twin, "action_scheduled", "Has a date"),
            (twin, "duplicate", "The same hole"),
            *((one, "unchanged", "On Monday") for one in both),
            *((one, "fixed", "Filled & flat") for one in both),
        ]
    )
    found = client.get("servicerequestupdates", UPDATES)
    assert len({one["update_id"] for one in found}) == len(found)
    assert found[0]["updated_datetime"] == "2026-03-02T13:00:00Z"
    # A client drops what lies outside the window it asked for, by the moment it is told.
    second = {"start_date": "2026-03-02T13:00:00Z", "end_date": "2026-03-02T13:00:00Z"}
    assert [status for _, status, _ in statuses(client, **second)] == ["action_scheduled"] * 2
    late = {"start_date": "2026-03-02T16:00:00Z", "end_date": "2026-03-02T17:00:00Z"}
    assert statuses(client, **late, page=2, page_size=1) == [(both[1], "fixed", "Filled & flat")]
    city.clock.advance(days=2)
    assert statuses(client) == []


def test_a_key_of_the_desk_speaks_for_the_city(city: World) -> None:
    client, desk = program(city), program(city, is_desk=True)
    number = client.report()
    known = told(desk, number, "1", "IN_PROGRESS")
    assert incident_of(number).state == State.IN_PROGRESS
    # Its words are the reason, and so the city's answer.
    assert incident_of(number).answered_at == city.clock.now()
    assert told(desk, number, "1", "IN_PROGRESS") == known
    told(desk, number, "2", "OPEN", description="Tomorrow")
    assert incident_of(number).state == State.IN_PROGRESS
    told(desk, number, "3", "FIXED")
    assert incident_of(number).state == State.RESOLVED
    told(desk, number, "4", "CLOSED", description="Still")
    told(desk, number, "5", "open", description="Not so")
    assert incident_of(number).state == State.REOPENED
    told(desk, number, "6", "NO_FURTHER_ACTION", description="Not ours to do")
    assert incident_of(number).state == State.REFUSED
    # From refused there is no way to this, and nothing of it is kept.
    impossible = tell(desk, number, "7", "INVESTIGATING")
    assert impossible.status_code == 400
    assert "UNCHANGED" in impossible.json[0]["description"]
    found = client.get("servicerequestupdates", UPDATES)
    assert [one["status"] for one in found] == [
        "in_progress",
        "unchanged",
        "fixed",
        "unchanged",
        "reopen",
        "no_further_action",
    ]
    assert found[0]["update_id"] == known


def test_any_other_key_speaks_for_residents(city: World) -> None:
    client = program(city)
    number = client.report(**RESIDENT)
    # A client says the status it knows with every comment; that is no step.
    mine = told(client, number, "1", "FIXED", description="Looks fine to me")
    assert incident_of(number).state == State.RECEIVED
    move(number, State.RESOLVED)
    told(client, number, "2", "OPEN", description="Thank you", **RESIDENT)
    told(client, number, "3", "REOPEN", description="It is back", email="nobody@example.org")
    assert incident_of(number).state == State.RESOLVED
    told(client, number, "4", "REOPEN", description="It is back", **RESIDENT)
    assert incident_of(number).state == State.REOPENED
    move(number, State.RESOLVED)
    told(client, number, "5", "FIXED", description="Now it is", **RESIDENT)
    assert incident_of(number).state == State.CONFIRMED
    found = client.get("servicerequestupdates", UPDATES)
    assert [one["description"] for one in found if one["update_id"] == mine] == ["Looks fine to me"]
    assert "quill" not in str(found)


def show_unseen() -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.add(ReportPolicy(id=1, needs_photo_approval=False))
        mark_catalogue(work)


def a_file() -> tuple[io.BytesIO, str]:
    return io.BytesIO(encoded(scene(40, 30), "PNG")), "photo.png"


def test_pictures_come_with_an_update_and_are_told_with_it(city: World) -> None:
    client, desk = program(city), program(city, is_desk=True)
    number = client.report(**RESIDENT)
    elsewhere = ["https://pictures.example/1.jpg", "https://pictures.example/2.jpg"]
    neighbour = {"email": "neighbour@lanterns.example", "media_url": elsewhere}
    told(client, number, "1", "OPEN", **neighbour, media=a_file())
    assert told(client, number, "1", "OPEN", **neighbour, media=a_file())
    told(desk, number, "2", "FIXED", photo1=a_file())
    assert run_due(city, "process_photo") == [True, True]
    # Nobody from the city has looked at them.
    assert [one["media_url"] for one in client.get("servicerequestupdates", UPDATES)] == [None] * 2
    session = current_session()
    held = session.scalars(sa.select(Photo.rendering_id).order_by(Photo.opened_at)).all()
    session.rollback()
    for rendering_id in held:
        with unit_of_work(STAFF) as work:
            moderate_photo(work, ModeratePhoto(rendering_id, Verdict.APPROVE))
    shown = [f"http://localhost/v1/photos/{one}" for one in held]
    said = client.get("servicerequestupdates", UPDATES)
    assert [one["media_url"] for one in said] == shown
    show_unseen()
    said = client.get("servicerequestupdates", UPDATES)
    assert [one["media_url"] for one in said] == [[shown[0], *elsewhere], shown[1]]
    (found,) = client.get("requests", extensions="true")
    assert found["extended_attributes"]["photos"] == shown
    refused = tell(client, number, "3", "OPEN", media=(io.BytesIO(b"%PDF"), "photo.png"))
    assert (refused.status_code, "media" in refused.json[0]["description"]) == (400, True)
    # What the neighbour named goes with the neighbour.
    hashes = tuple(filter(None, session.scalars(sa.select(UpdatePicture.reporter_hash).distinct())))
    session.rollback()
    with unit_of_work(OPERATOR) as work:
        work.emit(PersonErased(hashes, ()))
    assert session.scalars(sa.select(UpdatePicture.url)).all() == []


def test_an_update_that_says_too_little_is_refused(
    sqlite_city: World, subtests: pytest.Subtests
) -> None:
    client = program(sqlite_city)
    number = client.report()
    for changes, status in (
        ({"api_key": ""}, 403),
        ({"update_id": ""}, 400),
        ({"update_id": "x" * 121}, 400),
        ({"service_request_id": ""}, 400),
        ({"service_request_id": "00000000"}, 404),
        ({"status": "SLEEPING"}, 400),
        ({"status": ""}, 400),
        ({"updated_datetime": "now"}, 400),
        ({"updated_datetime": ""}, 400),
        ({"description": ""}, 400),
        ({"description": "a\x07b"}, 400),
    ):
        with subtests.test(changes=str(changes)[:40]):
            answer = tell(client, number, "1", "OPEN", **changes)
            assert (answer.status_code, answer.json[0]["code"]) == (status, status)
    assert statuses(client) == []
    # Older clients have another name for their own id.
    assert told(client, number, "", "OPEN", update_id_ext="1")


@dataclass
class FakeReceiver:
    """Takes updates as FixMyStreet does, each id once; `is_up` says whether it answers."""

    url: str = ""
    is_up: bool = True
    taken: list[dict[str, str]] = field(default_factory=list)

    def take(self, given: dict[str, str]) -> tuple[int, str]:
        """The status and the body of an answer."""
        if not self.is_up:
            return 502, "<html>Bad gateway</html>"
        needed = ("service_request_id", "update_id", "updated_datetime", "status", "description")
        missing = [name for name in needed if not given.get(name)]
        if missing or (given.get("api_key"), given.get("jurisdiction_id")) != ("secret", "7"):
            return 400, "<errors><code>400</code></errors>"
        if given["update_id"] in {one["update_id"] for one in self.taken}:
            return 400, "<errors><description>Bad request: already exists</description></errors>"
        self.taken.append(given)
        return 200, "<service_request_updates><update_id>1</update_id></service_request_updates>"


@pytest.fixture
def receiver() -> Iterator[FakeReceiver]:
    """A FixMyStreet-like endpoint on loopback."""
    fake = FakeReceiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_address = self.path == "/open311/v2/servicerequestupdates.xml"
            given = {name: values[0] for name, values in parse_qs(body).items()}
            status, text = fake.take(given) if is_address else (404, "")
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_address[1]}/open311/v2/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield fake
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def run_due(city: World, kind: str) -> list[bool]:
    """Do what is due of a kind, as the worker does."""
    session = current_session()
    session.rollback()
    due = sa.select(Job.id).where(Job.kind == kind, Job.state == "waiting")
    found = session.scalars(due.order_by(Job.created_at, Job.id)).all()
    session.rollback()
    return [run_job(job_id, JOBS) for job_id in found]


def run_pushes(city: World) -> list[bool]:
    return run_due(city, JOB)


def listen(client: Program, url: str, networks: tuple[str, ...] = ("127.0.0.0/8",)) -> None:
    runtime = current_runtime()
    runtime.settings = replace(runtime.settings, webhook_networks=networks)
    with unit_of_work(OPERATOR) as work:
        set_push_target(work, SetPushTarget(client.key[:12], url, "secret", "7"))


def test_updates_are_pushed_to_whoever_sent_the_report(city: World, receiver: FakeReceiver) -> None:
    client, other = program(city), program(city)
    listen(client, receiver.url)
    number, unheard = client.report(), other.report()
    for one in (number, unheard):
        move(one, State.IN_PROGRESS)
    with unit_of_work(STAFF) as work:
        add_comment(work, AddComment(work.runtime.ids.uuid(), number, "Soon", is_answer=True))
    # Its own words come back to nobody.
    told(client, number, "1", "OPEN", description="Thank you")
    assert run_pushes(city) == [True, True]
    said = [
        (one["service_request_id"], one["status"], one["description"]) for one in receiver.taken
    ]
    assert sorted(said) == sorted(
        [(number, "in_progress", "Being worked on"), (number, "unchanged", "Soon")]
    )
    ids = {one["update_id"] for one in client.get("servicerequestupdates", UPDATES)}
    assert {one["update_id"] for one in receiver.taken} < ids
    assert receiver.taken[0]["updated_datetime"] == "2026-03-02T12:00:00Z"
    payloads = current_session().scalars(sa.select(Job.payload).where(Job.kind == JOB)).all()
    assert "secret" not in str(payloads)


def test_a_merged_report_is_told_of_once(sqlite_city: World, receiver: FakeReceiver) -> None:
    client = program(sqlite_city)
    listen(client, receiver.url)
    number, twin = client.report(), client.report()
    with unit_of_work(STAFF) as work:
        merge_incidents(work, MergeIncidents(twin, number, "The same hole"))
    assert run_pushes(sqlite_city) == [True]
    (said,) = receiver.taken
    assert (said["service_request_id"], said["status"]) == (twin, "duplicate")
    with unit_of_work(STAFF) as work:
        unmerge_incident(work, UnmergeIncident(twin, "Two holes after all"))
    run_pushes(sqlite_city)
    assert [one["status"] for one in receiver.taken] == ["duplicate", "open"]
    moved_on = client.get("servicerequestupdates", UPDATES)
    assert {one["update_id"] for one in moved_on} == {one["update_id"] for one in receiver.taken}


def test_a_push_is_tried_again_and_then_kept_as_a_dead_letter(
    sqlite_city: World, receiver: FakeReceiver
) -> None:
    client = program(sqlite_city)
    listen(client, receiver.url)
    number = client.report()
    receiver.is_up = False
    move(number, State.IN_PROGRESS)
    for _ in range(MAX_ATTEMPTS):
        assert run_pushes(sqlite_city) == [False]
        sqlite_city.clock.advance(hours=3)
    assert run_pushes(sqlite_city) == []
    (dead,) = failed_jobs(current_session(), JOB)
    assert (dead.attempts, dead.last_error) == (MAX_ATTEMPTS, "Unavailable")
    current_session().rollback()
    receiver.is_up = True
    with unit_of_work(OPERATOR) as work:
        given_up = failed_jobs(work.session, JOB)
        assert len(given_up) == 1
        try_again(work, given_up)
    assert run_pushes(sqlite_city) == [True]
    # The answer was lost and it is sent once more: the receiver has it, and that is enough.
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.update(Job).where(Job.kind == JOB).values(state="failed"))
        try_again(work, failed_jobs(work.session, JOB))
    assert run_pushes(sqlite_city) == [True]
    assert len(receiver.taken) == 1


def test_nothing_is_pushed_where_only_the_city_can_go(
    sqlite_city: World, receiver: FakeReceiver
) -> None:
    client = program(sqlite_city)
    listen(client, receiver.url, networks=())
    move(client.report(), State.IN_PROGRESS)
    assert run_pushes(sqlite_city) == [False]
    assert receiver.taken == []


def test_nothing_is_pushed_where_nobody_listens_any_more(
    sqlite_city: World, receiver: FakeReceiver
) -> None:
    client = program(sqlite_city)
    listen(client, receiver.url)
    number = client.report()
    move(number, State.IN_PROGRESS)
    with unit_of_work(OPERATOR) as work:
        remove_push_target(work, client.key[:12])
    assert run_pushes(sqlite_city) == [True]
    move(number, State.RESOLVED)
    assert run_pushes(sqlite_city) == []
    assert receiver.taken == []
    for url in ("http://example.org/v2", "https://example.org/v2?x=1", "https:///v2", "file:///v2"):
        with pytest.raises(Invalid):
            listen(client, url)
        current_session().rollback()
