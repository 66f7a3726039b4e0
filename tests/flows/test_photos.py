"""A photo from its slot to everybody's eyes, or to nobody's, on both databases."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from open311 import a_form, program
from pictures import decoded, encoded, scene
from worlds import ANALYST, STAFF, World, a_report

from backend.accounts.api_keys import IssueKey, client_of_key, issue_key
from backend.core.actors import ANONYMOUS, OPERATOR, Actor, Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unavailable
from backend.core.job_runner import LEASE, run_job
from backend.core.jobs import stuck_jobs
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.open311.models import UnplacedReport
from backend.photos.append_chunk import append_chunk, check_piece, keep_piece
from backend.photos.commands import (
    AppendChunk,
    ModeratePhoto,
    RedactPhoto,
    Verdict,
)
from backend.photos.models import Photo, PhotoDecision
from backend.photos.moderate_photo import moderate_photo, redact_photo
from backend.photos.queries import (
    own_photo,
    photos_to_review,
    refusal_reason,
    rendered_photo,
)
from backend.photos.remove_photo import held_photos, remove_photos, withdraw_photo
from backend.photos.rules import MAX_BYTES, MAX_PHOTOS, MAX_PIECES
from backend.photos.stored_names import names_of, picture_name, thumbnail_name
from backend.photos.sweep_photos import JOB as SWEEP
from backend.reports.file_report import file_report
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Incident, ReportPolicy
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload
from backend.reports.photos.queries import picture_hashes, public_photos
from backend.wiring import JOBS

AtOnce = Callable[..., list[Any]]
JPEG = encoded(scene())
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
REPORT = a_report(1).id
ALICE = Actor("resident", Role.RESIDENT, reporter="a" * 64)
BOB = Actor("resident", Role.RESIDENT, reporter="b" * 64)


class Killed(BaseException):
    """The end of a worker's process: nothing catches it."""


def slot(number: int = 1) -> UUID:
    return UUID(int=(7 << 76) | (2 << 62) | 1000 + number)


def file(actor: Actor = ANONYMOUS) -> str:
    with unit_of_work(actor) as work:
        return file_report(work, a_report(1)).number


def announce(number: int = 1, size: int = len(JPEG), actor: Actor = ANONYMOUS) -> bool:
    with unit_of_work(actor) as work:
        return open_upload(work, OpenUpload(slot(number), REPORT, size)).is_new


def send_piece(data: bytes, offset: int, number: int = 1, actor: Actor = ANONYMOUS) -> None:
    runtime = current_runtime()
    check_piece(own_photo(current_session(), slot(number), actor), offset, len(data))
    piece = keep_piece(runtime.media, slot(number), data, runtime.ids.uuid())
    with unit_of_work(actor) as work:
        append_chunk(work, AppendChunk(slot(number), offset, piece, len(data)))


def upload(data: bytes = JPEG, number: int = 1, actor: Actor = ANONYMOUS) -> None:
    announce(number, len(data), actor)
    send_piece(data, 0, number, actor)


def work_off(city: World) -> None:
    """Run what is due, and what that leaves, until nothing is."""
    while due := stuck_jobs(current_session(), city.clock.now()):
        for job_id in due:
            run_job(job_id, JOBS)


def processed(city: World, data: bytes = JPEG, number: int = 1, actor: Actor = ANONYMOUS) -> UUID:
    """A photo that is ready; the id of its picture."""
    upload(data, number, actor)
    work_off(city)
    rendering_id = photo(number).rendering_id
    assert rendering_id is not None
    return rendering_id


def photo(number: int = 1) -> Photo:
    session = current_session()
    session.rollback()
    return session.get_one(Photo, slot(number))


def decide(rendering_id: UUID, verdict: Verdict = Verdict.APPROVE, reason: str = "") -> None:
    with unit_of_work(STAFF) as work:
        moderate_photo(work, ModeratePhoto(rendering_id, verdict, reason))


def shown() -> list[UUID]:
    session = current_session()
    session.rollback()
    return [one.id for one in public_photos(session, [REPORT])[REPORT]]


def stored(city: World) -> set[str]:
    folder = city.data_dir / "photos"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def told() -> list[tuple[str, str]]:
    session = current_session()
    query = sa.select(Decision.action, Decision.subject).where(Decision.action.startswith("photo."))
    return [tuple(row) for row in session.execute(query.order_by(Decision.sequence))]


def needs_no_approval() -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.add(ReportPolicy(id=1, needs_photo_approval=False))
        mark_catalogue(work)


def slug_of(error: pytest.ExceptionInfo[DomainError]) -> str:
    return error.value.slug


def test_a_photo_is_shown_once_a_person_has_looked_at_it(city: World) -> None:
    number = file()
    announce()
    for start in range(0, len(JPEG), 2000):
        send_piece(JPEG[start : start + 2000], start)
    assert photo().state == "processing"
    work_off(city)
    assert (photo().state, shown()) == ("held", [])
    [waiting] = photos_to_review(current_session(), limit=10)
    assert (waiting.number, waiting.width, waiting.height) == (number, 320, 240)
    before = current_session().scalars(sa.select(Incident.changed_sequence)).one()
    decide(waiting.rendering_id)
    assert shown() == [waiting.rendering_id]
    assert photos_to_review(current_session(), limit=10) == []
    assert told() == [("photo.published", f"report:{number}")]
    assert current_session().scalars(sa.select(Incident.changed_sequence)).one() > before
    # What was sent is nowhere: the store has two pictures and nothing else.
    assert stored(city) == set(names_of(waiting.rendering_id))
    incident = current_session().scalars(sa.select(Incident.id)).one()
    assert [len(one) for one in picture_hashes(current_session(), [incident])[incident]] == [16]


def test_a_city_may_show_photos_at_once(sqlite_city: World) -> None:
    needs_no_approval()
    number = file()
    assert shown() == []
    rendering_id = processed(sqlite_city)
    assert shown() == [rendering_id]
    assert told() == [("photo.published", f"report:{number}")]


@pytest.mark.parametrize("needs_approval", [True, False])
def test_a_photo_may_come_before_its_report(city: World, needs_approval: bool) -> None:
    if not needs_approval:
        needs_no_approval()
    rendering_id = processed(city, actor=ALICE)
    upload(number=2, actor=ALICE)
    assert (photo().state, shown()) == ("waiting", [])
    file(ALICE)
    work_off(city)
    assert {photo(1).state, photo(2).state} == {"held" if needs_approval else "public"}
    assert (rendering_id in shown()) is not needs_approval


def test_a_photo_and_its_report_may_arrive_at_the_same_moment(city: World, at_once: AtOnce) -> None:
    for number in range(3):
        upload(number=number, actor=ALICE)
    due = stuck_jobs(current_session(), city.clock.now())
    work = [lambda job_id=job_id: run_job(job_id, JOBS) for job_id in due]
    outcomes = at_once(city, [*work, lambda: file(ALICE)])
    assert outcomes[:-1] == [True] * 3
    assert {photo(number).state for number in range(3)} == {"held"}


def test_nobody_adds_photos_to_another_s_report(city: World) -> None:
    processed(city, number=1, actor=BOB)
    processed(city, number=2)
    file(ALICE)
    assert (photo(1).state, photo(2).state) == ("waiting", "waiting")
    with pytest.raises(Forbidden):
        upload(number=3, actor=BOB)
    upload(number=4, actor=ALICE)
    # Nor to another's photo.
    for actor in (BOB, ANONYMOUS):
        with pytest.raises(NotFound):
            own_photo(current_session(), slot(4), actor)
        with unit_of_work(actor) as work, pytest.raises(NotFound):
            withdraw_photo(work, slot(4))
        with pytest.raises(NotFound):
            announce(4, actor=actor)


def test_announcing_twice_is_the_same_photo(city: World) -> None:
    file()
    assert announce()
    send_piece(JPEG[:100], 0)
    assert not announce()
    assert photo().received_bytes == 100
    with pytest.raises(Conflict) as refusal:
        announce(size=len(JPEG) + 1)
    assert slug_of(refusal) == "photo-slot-taken"


def test_a_report_has_six_photos_and_a_photo_fifteen_megabytes(city: World) -> None:
    for number in range(MAX_PHOTOS):
        announce(number)
    for _ in range(2):
        with pytest.raises(Conflict) as refusal:
            announce(MAX_PHOTOS)
        assert slug_of(refusal) == "photos-enough"
    with unit_of_work(ANONYMOUS) as work:
        withdraw_photo(work, slot(3))
    announce(MAX_PHOTOS, MAX_BYTES)
    for size, slug in ((0, "photo-empty"), (MAX_BYTES + 1, "photo-too-large")):
        with pytest.raises(DomainError) as wrong:
            announce(99, size)
        assert slug_of(wrong) == slug


def test_six_at_once_is_six(city: World, at_once: AtOnce) -> None:
    found = at_once(city, [lambda number=number: announce(number) for number in range(9)])
    assert found.count(True) == MAX_PHOTOS
    assert current_session().query(Photo).count() == MAX_PHOTOS


def test_pieces_follow_one_another_however_often_they_are_sent(
    city: World, at_once: AtOnce
) -> None:
    file()
    announce()
    send_piece(JPEG[:1000], 0)
    for offset in (0, 999, 1001):
        with pytest.raises(Conflict) as refusal:
            send_piece(b"x", offset)
        assert refusal.value.facts == {"offset": 1000}
    with pytest.raises(DomainError) as too_long:
        send_piece(JPEG, 1000)
    assert slug_of(too_long) == "upload-too-long"
    # A phone that lost its answer sends again while the first try is still under way.
    pieces = [JPEG[1000:], JPEG[1000:], JPEG[1000:1500], JPEG[1000:1500]]
    outcomes = at_once(city, [lambda piece=piece: send_piece(piece, 1000) for piece in pieces])
    assert sum(outcome is None for outcome in outcomes) == 1
    received = photo().received_bytes
    if received < len(JPEG):
        send_piece(JPEG[received:], received)
    work_off(city)
    assert photo().state == "held"


def test_crumbs_are_refused(sqlite_city: World) -> None:
    announce()
    with unit_of_work(ANONYMOUS) as work:
        work.session.get_one(Photo, slot()).pieces = ["x"] * MAX_PIECES
    with pytest.raises(DomainError) as refusal:
        send_piece(b"x", 0)
    assert slug_of(refusal) == "upload-in-crumbs"


def test_what_is_no_photo_is_refused_with_its_reason_and_not_kept(sqlite_city: World) -> None:
    file()
    upload(SVG)
    work_off(sqlite_city)
    assert (photo().state, photo().problem) == ("refused", "photo-format-unknown")
    assert stored(sqlite_city) == set()
    assert told() == []
    # The worker is unharmed, and the report has room for the next photo.
    assert processed(sqlite_city, number=2)


def test_a_refusal_has_a_reason_and_can_be_undone(city: World) -> None:
    file()
    rendering_id = processed(city)
    with pytest.raises(Invalid) as refusal:
        decide(rendering_id, Verdict.REFUSE)
    assert slug_of(refusal) == "reason-missing"
    with unit_of_work(ANALYST) as work, pytest.raises(Forbidden):
        moderate_photo(work, ModeratePhoto(rendering_id, Verdict.APPROVE))
    decide(rendering_id)
    decide(rendering_id, Verdict.REFUSE, "A face can be seen")
    assert (photo().state, photo().problem, shown()) == ("refused", "photo-refused", [])
    assert refusal_reason(current_session(), slot()) == "A face can be seen"
    with pytest.raises(Conflict):
        decide(rendering_id, Verdict.REFUSE, "Again")
    decide(rendering_id)
    assert (shown(), photo().problem) == ([rendering_id], None)
    actions = [action for action, _ in told()]
    assert actions == ["photo.published", "photo.refused", "photo.published"]
    kept = current_session().scalars(sa.select(PhotoDecision.verdict).order_by(PhotoDecision.id))
    assert list(kept) == ["approve", "refuse", "approve"]


@pytest.mark.parametrize("is_public", [True, False])
def test_a_covered_photo_has_no_uncovered_version_left(city: World, is_public: bool) -> None:
    file()
    before = processed(city)
    if is_public:
        decide(before)
    was = decoded(current_runtime().media.get(picture_name(before)) or b"")
    with unit_of_work(STAFF) as work:
        after = redact_photo(work, RedactPhoto(before, ((0.0, 0.0, 0.5, 1.0),), "A number plate"))
    # From this moment on nobody is shown it, and the old id means nothing.
    assert shown() == []
    with pytest.raises(NotFound):
        rendered_photo(current_session(), before)
    work_off(city)
    assert stored(city) == set(names_of(after))
    assert shown() == ([after] if is_public else [])
    for name in names_of(after):
        now = decoded(current_runtime().media.get(name) or b"")
        assert max(now.getpixel((now.width // 4, now.height // 2))) < 12
        assert max(now.getpixel((now.width * 3 // 4, now.height // 2))) > 60
    assert max(was.getpixel((was.width // 4, was.height // 2))) > 60
    assert (photo().covers, photo().uncovered_id) == ([], None)


def test_a_refused_photo_stays_refused_however_it_is_covered(sqlite_city: World) -> None:
    """Also in a city that shows photos unseen."""
    needs_no_approval()
    file()
    decide(processed(sqlite_city), Verdict.REFUSE, "A face can be seen")
    with unit_of_work(STAFF) as work:
        refused = photo().rendering_id
        assert refused is not None
        after = redact_photo(work, RedactPhoto(refused, ((0.0, 0.0, 0.5, 1.0),), "A number plate"))
    work_off(sqlite_city)
    assert (photo().state, photo().problem, shown()) == ("refused", "photo-refused", [])
    assert stored(sqlite_city) == set(names_of(after))
    decide(after)
    assert (photo().problem, shown()) == (None, [after])


def test_covers_lie_within_the_picture(sqlite_city: World) -> None:
    file()
    rendering_id = processed(sqlite_city)
    for covers in ((), ((0.5, 0, 0.5, 1),), ((-0.1, 0, 1, 1),), ((0, 0, 1, float("nan")),)):
        with unit_of_work(STAFF) as work, pytest.raises(Invalid):
            redact_photo(work, RedactPhoto(rendering_id, covers, "A face"))


def test_who_took_a_photo_can_take_it_back(city: World) -> None:
    number = file(ALICE)
    decide(processed(city, actor=ALICE))
    for _ in range(2):
        with unit_of_work(ALICE) as work:
            withdraw_photo(work, slot())
    work_off(city)
    assert (photo().state, shown(), stored(city)) == ("removed", [], set())
    assert told()[-1] == ("photo.removed", f"report:{number}")
    assert not announce(actor=ALICE)
    with pytest.raises(DomainError) as refusal:
        send_piece(b"x", 0, actor=ALICE)
    assert slug_of(refusal) == "photo-gone"


def test_erasing_a_report_takes_its_photos_along(sqlite_city: World) -> None:
    file(ALICE)
    decide(processed(sqlite_city, actor=ALICE))
    upload(number=2, actor=ALICE)
    with unit_of_work(OPERATOR) as work:
        photos = held_photos(work, Photo.subject_id == REPORT)
        assert len(photos) == 2
        remove_photos(work, photos)
    work_off(sqlite_city)
    assert stored(sqlite_city) == set()
    for number in (1, 2):
        row = photo(number)
        assert (row.state, row.reporter_hash, row.picture_hash) == ("removed", None, None)


def test_a_worker_that_dies_half_way_leaves_nothing_behind(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file()
    upload()
    media = current_runtime().media
    put = media.put

    def put_and_die(name: str, data: bytes) -> None:
        put(name, data)
        raise Killed

    [job_id] = stuck_jobs(current_session(), sqlite_city.clock.now())
    with monkeypatch.context() as patch:
        patch.setattr(media, "put", put_and_die)
        with pytest.raises(Killed):
            run_job(job_id, JOBS)
    assert any(name.startswith("pictures/") for name in stored(sqlite_city))
    sqlite_city.clock.advance(seconds=LEASE.total_seconds())
    work_off(sqlite_city)
    assert photo().state == "held"
    assert stored(sqlite_city) == set(names_of(photo().rendering_id))


def test_a_photo_that_is_removed_while_it_is_rendered_leaves_nothing(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file()
    upload()
    media = current_runtime().media
    put = media.put

    def put_late(name: str, data: bytes) -> None:
        if name.startswith("thumbnails/"):
            with sqlite_city.app.app_context(), unit_of_work(ANONYMOUS) as work:
                withdraw_photo(work, slot())
            with sqlite_city.app.app_context():
                for job_id in stuck_jobs(current_session(), sqlite_city.clock.now()):
                    run_job(job_id, JOBS)
        put(name, data)

    monkeypatch.setattr(media, "put", put_late)
    work_off(sqlite_city)
    assert photo().state == "removed"
    assert stored(sqlite_city) == set()


def test_while_the_store_is_away_photos_wait_and_reports_are_taken(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload()

    def be_away(name: str) -> bytes | None:
        raise Unavailable("photo-store-unreachable")

    with monkeypatch.context() as patch:
        patch.setattr(current_runtime().media, "get", be_away)
        work_off(sqlite_city)
        file()
    assert photo().state == "processing"
    sqlite_city.clock.advance(minutes=1)
    work_off(sqlite_city)
    assert photo().state == "held"


def test_a_lost_piece_is_said_to_be_lost(sqlite_city: World) -> None:
    upload()
    for name in stored(sqlite_city):
        current_runtime().media.delete(name)
    work_off(sqlite_city)
    assert (photo().state, photo().problem) == ("refused", "photo-lost")


def sweep(city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        work.enqueue(SWEEP)
    work_off(city)


def test_what_was_never_finished_or_never_reported_is_forgotten(city: World) -> None:
    processed(city, number=1)
    announce(2)
    send_piece(JPEG[:500], 0, 2)
    orphan = keep_piece(current_runtime().media, slot(77), b"x", slot(78))
    city.clock.advance(days=6)
    sweep(city)
    assert orphan not in stored(city)
    assert current_session().query(Photo).count() == 2
    city.clock.advance(days=1)
    sweep(city)
    assert current_session().query(Photo).count() == 0
    assert stored(city) == set()


def test_the_sweep_takes_what_no_upload_took_up_and_not_what_is_on_its_way(
    sqlite_city: World,
) -> None:
    announce()
    send_piece(JPEG[:500], 0)
    media, milliseconds = current_runtime().media, int(sqlite_city.clock.now().timestamp() * 1000)
    sent_now = UUID(int=(milliseconds << 80) | slot().int)
    outrun = keep_piece(media, slot(), b"x", slot(78))
    on_its_way = keep_piece(media, slot(), JPEG[500:], sent_now)
    sweep(sqlite_city)
    assert (outrun in stored(sqlite_city), on_its_way in stored(sqlite_city)) == (False, True)
    with unit_of_work(ANONYMOUS) as work:
        append_chunk(work, AppendChunk(slot(), 500, on_its_way, len(JPEG) - 500))
    work_off(sqlite_city)
    assert (photo().state, stored(sqlite_city)) == ("waiting", set(names_of(photo().rendering_id)))


def test_photos_wait_as_long_as_a_report_whose_place_is_looked_for(city: World) -> None:
    processed(city)
    with unit_of_work(OPERATOR) as work:
        client = client_of_key(work.session, issue_key(work, IssueKey("A club", Channel.APP)))
        waiting = {"id": REPORT, "api_key_id": client.id, "received_at": work.now}
        work.session.add(UnplacedReport(**waiting, sealed=b"an address"))
    city.clock.advance(days=8)
    sweep(city)
    assert photo().state == "waiting"
    with unit_of_work(OPERATOR) as work:
        work.session.get_one(UnplacedReport, REPORT).sealed = None
    sweep(city)
    assert current_session().query(Photo).count() == 0


def test_the_same_photo_may_come_again_with_the_place(sqlite_city: World) -> None:
    client = program(sqlite_city)
    address = a_form() | {"address_string": "3 Harbour Street", "client_id": "7"}
    unplaced = {name: text for name, text in address.items() if name not in {"lat", "long"}}
    for fields in (unplaced, address, address):
        answer = client.post("requests.json", **fields, media=(io.BytesIO(JPEG), "a.jpg"))
        assert answer.status_code == 200, answer.text
    work_off(sqlite_city)
    [held] = photos_to_review(current_session(), limit=2)
    assert held.number == answer.json[0]["service_request_id"]


def test_a_store_that_is_away_for_long_still_forgets_what_was_erased(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(ALICE)
    processed(sqlite_city, actor=ALICE)
    with unit_of_work(ALICE) as work:
        withdraw_photo(work, slot())
    with monkeypatch.context() as patch:
        patch.setattr(current_runtime().media, "delete", lambda _: 1 / 0)
        for _ in range(9):
            sqlite_city.clock.advance(hours=3)
            work_off(sqlite_city)
    assert stored(sqlite_city)
    sweep(sqlite_city)
    assert stored(sqlite_city) == set()


def test_what_is_finished_and_reported_stays(city: World) -> None:
    file()
    decide(processed(city, number=1))
    refused = processed(city, number=2)
    decide(refused, Verdict.REFUSE, "A face can be seen")
    announce(3)
    city.clock.advance(days=29)
    sweep(city)
    assert {photo(number).state for number in (1, 2)} == {"public", "refused"}
    assert current_session().query(Photo).count() == 2
    assert thumbnail_name(refused) in stored(city)
    city.clock.advance(days=1)
    sweep(city)
    assert (photo(2).state, photo(2).rendering_id) == ("refused", None)
    assert stored(city) == set(names_of(photo(1).rendering_id))


def test_what_got_stuck_is_begun_again(sqlite_city: World, monkeypatch: pytest.MonkeyPatch) -> None:
    file()
    upload()
    with monkeypatch.context() as patch:
        patch.setattr(current_runtime().media, "get", lambda _: 1 / 0)
        for _ in range(9):
            sqlite_city.clock.advance(hours=3)
            work_off(sqlite_city)
    sweep(sqlite_city)
    assert photo().state == "held"


def test_the_operator_can_do_all_of_it(
    sqlite_city: World, command: Callable[..., Any], tmp_path: Path
) -> None:
    number = file()
    before = processed(sqlite_city)
    listed = command(sqlite_city, "photos", "waiting")
    assert listed.output == f"{before}  report {number}  320 x 240\n"
    assert command(sqlite_city, "photos", "show", before, tmp_path / "a.jpg").exit_code == 0
    assert decoded((tmp_path / "a.jpg").read_bytes()).size == (320, 240)
    boxes = ("--box", 0, 0, 0.5, 1, "--box", 0.9, 0.9, 1, 1, "--reason", "A face")
    assert command(sqlite_city, "photos", "cover", before, *boxes).exit_code == 0
    early = command(sqlite_city, "photos", "approve", photo().rendering_id)
    assert (early.exit_code, "The photo is processing" in early.stderr) == (1, True)
    # The operator's job was left at the machine's time.
    sqlite_city.clock.advance(days=365)
    work_off(sqlite_city)
    after = photo().rendering_id
    assert command(sqlite_city, "photos", "approve", after).exit_code == 0
    assert shown() == [after]
    assert command(sqlite_city, "photos", "refuse", after, "--reason", "A face").exit_code == 0
    assert shown() == []
    gone = command(sqlite_city, "photos", "approve", before)
    assert (gone.exit_code, "no such photo" in gone.stderr) == (1, True)
