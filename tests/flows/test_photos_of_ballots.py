"""Photos of proposals and of what is built: who may show what, who looks first, what stays."""

import json
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do, refused
from cycles import go_to, make_cycle
from pictures import encoded, scene
from proposing import ANNA, BOB, REVIEWER, a_proposal, note, propose
from proposing import stored as proposal_of
from winners import BUILDER, SLUG, TODAY, begin, count_winners, now
from worlds import STAFF, World, a_report

from backend.ballots.cycle.phases import Phase
from backend.ballots.delivery.add_photo import add_milestone_photo
from backend.ballots.delivery.commands import AddMilestonePhoto
from backend.ballots.proposals.add_photo import add_proposal_photo
from backend.ballots.proposals.co_propose import invite, join, leave
from backend.ballots.proposals.commands import AddProposalPhoto, Join
from backend.ballots.proposals.public_proposal import public_proposal
from backend.ballots.proposals.queries import proposers_of
from backend.ballots.proposals.submit_proposal import submit_proposal
from backend.core.actors import ANONYMOUS, OPERATOR, Actor
from backend.core.channels import Channel
from backend.core.db import current_session, db
from backend.core.decision_log import Decision
from backend.core.job_runner import run_job
from backend.core.jobs import stuck_jobs
from backend.core.runtime import current_runtime
from backend.core.schema import downgrade, upgrade
from backend.core.uow import unit_of_work
from backend.photos.append_chunk import append_chunk, keep_piece
from backend.photos.commands import AppendChunk, ModeratePhoto, RedactPhoto, Verdict
from backend.photos.models import Photo
from backend.photos.moderate_photo import moderate_photo, redact_photo
from backend.photos.queries import PublicPhoto, photos_to_review
from backend.photos.rules import MAX_PHOTOS
from backend.reports.file_report import file_report
from backend.reports.models import ReportPolicy
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload
from backend.reports.photos.queries import photos_for_staff, public_photos
from backend.reports.privacy.erase_person import erase_person
from backend.reports.privacy.own_data import own_data
from backend.reports.queries import find_request
from backend.wiring import JOBS

JPEG = encoded(scene())
SWING = "A broken swing beside the wall"


@pytest.fixture
def ideas(city: World) -> World:
    """A city in the time for ideas."""
    make_cycle()
    go_to(city, Phase.IDEAS)
    return city


def slot(number: int) -> UUID:
    return UUID(int=(7 << 76) | (2 << 62) | 5000 + number)


def of_proposal(number: str, at: int = 1) -> AddProposalPhoto:
    return AddProposalPhoto(slot(at), number, len(JPEG), f" {SWING} ")


def of_milestone(number: int = 1, code: str = "PARK", at: int = 1) -> AddMilestonePhoto:
    return AddMilestonePhoto(slot(at), SLUG, code, number, len(JPEG), "The hole is dug")


def send(world: World, actor: Actor, at: int = 1) -> UUID:
    """All bytes of a photo that is announced; the id of its picture, once there is one."""
    runtime = current_runtime()
    piece = keep_piece(runtime.media, slot(at), JPEG, runtime.ids.uuid())
    do(actor, append_chunk, AppendChunk(slot(at), 0, piece, len(JPEG)))
    work_off(world)
    rendering_id = stored(at).rendering_id
    assert rendering_id is not None
    return rendering_id


def work_off(world: World) -> None:
    while due := stuck_jobs(current_session(), world.clock.now()):
        for job_id in due:
            run_job(job_id, JOBS)


def stored(at: int = 1) -> Photo:
    current_session().rollback()
    return current_session().get_one(Photo, slot(at))


def shown(number: str) -> list[PublicPhoto]:
    current_session().rollback()
    return list(public_proposal(current_session(), number).photos)


def judge(picture: UUID, verdict: Verdict, reason: str = "") -> None:
    do(STAFF, moderate_photo, ModeratePhoto(picture, verdict, reason))


def told(subject: str) -> list[tuple[str, dict[str, Any]]]:
    """What the log says of the photos of a subject."""
    wanted = sa.select(Decision).where(
        Decision.subject == subject, Decision.action.contains("photo")
    )
    rows = current_session().scalars(wanted.order_by(Decision.sequence))
    return [(row.action, json.loads(row.facts)) for row in rows]


def test_those_who_made_a_proposal_show_what_they_mean_once_the_city_has_looked(
    ideas: World,
) -> None:
    number = propose(1)
    assert refused(BOB, add_proposal_photo, of_proposal(number)) == "proposal-not-yours"
    assert refused(ANNA, add_proposal_photo, of_proposal("00000000")) == "proposal-not-found"
    assert do(ANNA, add_proposal_photo, of_proposal(number)).is_new
    picture = send(ideas, ANNA)
    assert (stored().state, shown(number)) == ("held", [])
    [waiting] = photos_to_review(current_session(), limit=9)
    assert (waiting.kind, waiting.number, waiting.alt_text) == ("proposal", number, SWING)
    judge(picture, Verdict.APPROVE)
    assert shown(number) == [PublicPhoto(picture, 320, 240, SWING)]
    judge(picture, Verdict.REFUSE, "A face")
    assert shown(number) == []
    seen = {"photo": str(picture)}
    assert told(f"proposal:{number}") == [
        ("proposal.photo_published", seen),
        ("proposal.photo_refused", {"has_reason": True, **seen}),
    ]


def test_photos_come_while_the_words_may_change_and_no_more_than_so_many(ideas: World) -> None:
    number = propose(1)
    do(BOB, join, Join(number, do(ANNA, invite, number)))
    for at in range(MAX_PHOTOS):
        do((ANNA, BOB)[at % 2], add_proposal_photo, of_proposal(number, at))
    assert refused(BOB, add_proposal_photo, of_proposal(number, 9)) == "photos-enough"
    go_to(ideas, Phase.FEASIBILITY)
    assert refused(ANNA, add_proposal_photo, of_proposal(number, 9)) == "phase-not-open"
    # What was announced in time is still the same room.
    assert not do(ANNA, add_proposal_photo, of_proposal(number, 0)).is_new


def test_nothing_is_added_once_the_review_has_begun(ideas: World) -> None:
    number = propose(1)
    go_to(ideas, Phase.FEASIBILITY)
    note(number)
    go_to(ideas, Phase.IDEAS)
    assert refused(REVIEWER, add_proposal_photo, of_proposal(number)) == "proposal-not-editable"


def test_photos_go_with_the_person_who_took_them(ideas: World) -> None:
    number = propose(1)
    do(BOB, join, Join(number, do(ANNA, invite, number)))
    for at, actor in ((1, ANNA), (2, BOB)):
        do(actor, add_proposal_photo, of_proposal(number, at))
        judge(send(ideas, actor, at), Verdict.APPROVE)
    own = own_data(current_session(), current_runtime().keyring, BOB)
    [mine] = own.photos
    assert (mine.kind, mine.number, mine.state) == ("proposal", number, "public")
    assert mine.alt_text == SWING
    gone, kept = stored(2).rendering_id, stored(1).rendering_id
    do(ANONYMOUS, erase_person, BOB)
    work_off(ideas)
    assert [one.id for one in shown(number)] == [kept]
    left = stored(2)
    assert (left.state, left.reporter_hash, left.alt_text) == ("removed", None, None)
    assert told(f"proposal:{number}")[-1] == ("proposal.photo_removed", {"photo": str(gone)})
    files = {path.stem for path in (ideas.data_dir / "photos").rglob("*.jpg")}
    assert files == {str(kept)}


def test_photos_that_staff_sent_go_with_the_person_they_were_sent_for(ideas: World) -> None:
    """One takes the place with a code and is erased; one never has a phone and asks staff."""
    call = {"channel": Channel.PHONE, "contact": {"phone": "030 5550100"}}
    by_phone, by_letter = (
        do(REVIEWER, submit_proposal, a_proposal(number, **call)) for number in (1, 2)
    )
    do(ANNA, join, Join(by_phone.number, by_phone.code))
    for at, made in enumerate((by_phone, by_letter), start=1):
        do(BOB, join, Join(made.number, do(REVIEWER, invite, made.number)))
        do(REVIEWER, add_proposal_photo, of_proposal(made.number, at))
        judge(send(ideas, REVIEWER, at), Verdict.APPROVE)
    do(ANONYMOUS, erase_person, BOB)
    assert [len(shown(made.number)) for made in (by_phone, by_letter)] == [1, 1]
    do(ANONYMOUS, erase_person, ANNA)
    [first] = proposers_of(current_session(), proposal_of(by_letter.number).id)
    do(REVIEWER, partial(leave, proposer=first.id), by_letter.number)
    work_off(ideas)
    for at, made in enumerate((by_phone, by_letter), start=1):
        assert (shown(made.number), stored(at).state, stored(at).alt_text) == ([], "removed", None)
        assert told(f"proposal:{made.number}")[-1][0] == "proposal.photo_removed"
    assert list((ideas.data_dir / "photos").rglob("*.jpg")) == []


def test_a_slot_that_is_filled_when_editing_is_over_waits_for_a_person(ideas: World) -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.add(ReportPolicy(id=1, needs_photo_approval=False))
    number = propose(1)
    for at in (1, 2):
        do(ANNA, add_proposal_photo, of_proposal(number, at))
    in_time = send(ideas, ANNA, 1)
    go_to(ideas, Phase.FEASIBILITY)
    late = send(ideas, ANNA, 2)
    assert (stored(2).state, [one.id for one in shown(number)]) == ("held", [in_time])
    judge(late, Verdict.APPROVE)
    # What a person has shown is shown again once a part of it is covered.
    do(STAFF, redact_photo, RedactPhoto(late, ((0.1, 0.1, 0.2, 0.2),), "A face"))
    work_off(ideas)
    assert (stored(2).state, len(shown(number))) == ("public", 2)


def test_a_report_with_the_id_of_a_proposal_has_none_of_its_photos(ideas: World) -> None:
    report = a_report(1)
    made = do(ANNA, submit_proposal, a_proposal(1, id=report.id))
    do(ANNA, add_proposal_photo, of_proposal(made.number))
    judge(send(ideas, ANNA), Verdict.APPROVE)
    filed = do(ANNA, file_report, report)
    session = current_session()
    assert public_photos(session, [report.id])[report.id] == []
    incident = find_request(session, filed.number).incident_id
    assert photos_for_staff(session, incident) == []
    other = OpenUpload(slot(1), report.id, len(JPEG))
    assert refused(ANNA, open_upload, other) == "photo-slot-taken"
    assert len(shown(made.number)) == 1


def test_staff_show_what_is_built_step_by_step(city: World) -> None:
    count_winners(city)
    begin("PARK", TODAY, TODAY)
    assert refused(ANNA, add_milestone_photo, of_milestone()) == "role-not-allowed"
    assert refused(BUILDER, add_milestone_photo, of_milestone(9)) == "milestone-not-found"
    assert refused(BUILDER, add_milestone_photo, of_milestone(code="MOON")) == "project-not-found"
    do(BUILDER, add_milestone_photo, of_milestone(2))
    picture = send(city, BUILDER)
    first, second = now("PARK").milestones
    assert list(first.photos) == []
    assert list(second.photos) == [PublicPhoto(picture, 320, 240, "The hole is dug")]
    judge(picture, Verdict.REFUSE, "A number plate")
    assert list(now("PARK").milestones[1].photos) == []
    facts = {"milestone": 2, "photo": str(picture)}
    assert told(f"project:{SLUG}/PARK") == [
        ("project.photo_published", facts),
        ("project.photo_refused", {"has_reason": True, **facts}),
    ]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'")
def test_an_older_program_knows_the_photos_of_reports_alone(ideas: World) -> None:
    do(ANNA, add_proposal_photo, of_proposal(propose(1)))
    judge(send(ideas, ANNA), Verdict.APPROVE)
    filed = do(ANONYMOUS, file_report, a_report(1))
    do(ANONYMOUS, open_upload, OpenUpload(slot(2), filed.id, len(JPEG)))
    do(ANONYMOUS, open_upload, OpenUpload(slot(3), a_report(2).id, len(JPEG)))
    current_session().rollback()
    downgrade(db.engine, "0024")
    upgrade(db.engine)
    photos = current_session().scalars(sa.select(Photo).order_by(Photo.id))
    assert [(one.id, one.subject_kind, one.subject_number) for one in photos] == [
        (slot(2), "report", filed.number),
        (slot(3), "report", None),
    ]
