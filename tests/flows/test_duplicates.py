"""What may be the same: found while reporting and in triage, said with a tap, joined, parted."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do, refused
from worlds import IN_SW, STAFF, World, a_report

from backend.audits.observe import read_request_log
from backend.core.actors import ANONYMOUS, SYSTEM, Actor, Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.decision_log import find_faults
from backend.core.errors import Conflict
from backend.core.job_runner import run_job
from backend.core.jobs import Job
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.models import Photo
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus, MergeIncidents, MeToo, UnmergeIncident
from backend.reports.duplicates.candidates import (
    Candidate,
    Draft,
    likely_duplicates,
    likely_duplicates_of,
)
from backend.reports.duplicates.link_certain_repeat import JOB
from backend.reports.duplicates.me_too import me_too
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.unmerge_incident import unmerge_incident
from backend.reports.file_report import Filed, file_report
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import (
    Incident,
    ModeratedText,
    ReportPolicy,
    Service,
    ServiceAttribute,
    ServiceRequest,
)
from backend.reports.public_place import public_place
from backend.reports.queries import find_incident, find_request, history_of
from backend.reports.workflow import State
from backend.triage.models import QueueEntry
from backend.wiring import JOBS

pytestmark = pytest.mark.both

AtOnce = Callable[..., list[Any]]
NEIGHBOUR = Actor("resident", Role.RESIDENT, reporter="a" * 64)
STRANGER = Actor("resident", Role.RESIDENT, reporter="b" * 64)
MOVED_IN = Actor("resident", Role.RESIDENT, reporter="c" * 64, linked=frozenset({"a" * 64}))
HOLE = "A deep pothole in front of the bakery"
# At 50 degrees north.
DEGREES_OF_A_METRE = 1 / 111_195


def east(metres: float) -> tuple[float, float]:
    return IN_SW[0] + metres * DEGREES_OF_A_METRE / 0.6428, IN_SW[1]


def file(number: int, metres: float = 0.0, actor: Actor = ANONYMOUS, **changes: object) -> str:
    filed: Filed = do(actor, file_report, a_report(number, east(metres), **changes))
    return filed.number


def candidates(
    city: World, description: str = HOLE, metres: float = 0.0, **draft: Any
) -> list[Candidate]:
    place = dict(zip(("lon", "lat"), east(metres), strict=True))
    asked = Draft(**{"service_code": "POTHOLE"} | place | {"description": description} | draft)
    return likely_duplicates(current_session(), asked, city.clock.now())


def set_up(*rows: object, **services: dict[str, object]) -> None:
    """Rows to add and services to change, as a city edits them."""
    with unit_of_work(STAFF) as work:
        work.session.add_all(rows)
        for code, values in services.items():
            work.session.execute(sa.update(Service).where(Service.code == code).values(values))
        mark_catalogue(work)


def test_the_likeliest_come_first_with_their_reasons(city: World) -> None:
    set_up(POTHOLE={"group_name": "Streets"}, SIGNAL={"group_name": "Streets"})
    same = file(1, 20, description="Deep pothole before the bakery")
    nearer = file(2, 5, description="The paving stones are loose")
    group = file(3, 5, service_code="SIGNAL", description="The light is out")
    file(4, 5, service_code="BENCH", description=HOLE)
    file(5, 51, description=HOLE)
    closed = file(6, 1, description=HOLE)
    do(STAFF, change_status, ChangeStatus(closed, State.RESOLVED, 1))
    found = candidates(city)
    assert [one.number for one in found] == [same, nearer, group]
    assert [round(one.metres) for one in found] == [20, 5, 5]
    assert found[0].likeness.score > found[1].likeness.score > found[2].likeness.score
    assert [one.name for one in found[0].likeness.factors] == [
        "distance",
        "time",
        "service",
        "words",
    ]
    incident = find_incident(current_session(), same)
    triage = likely_duplicates_of(current_session(), incident)
    assert {one.number for one in triage} == {nearer, group, file_number(5)}
    assert all(one.number != same for one in triage)


def file_number(number: int) -> str:
    """The number of what was filed with the test's own `number`."""
    request = current_session().get_one(ServiceRequest, a_report(number).id)
    return request.number


def test_only_what_the_public_reads_is_compared_and_shown(city: World) -> None:
    number = file(1, description=f"{HOLE}, says Somebody of 12 Quay Street")
    before = candidates(city, "Somebody of 12 Quay Street")[0]
    request = find_request(current_session(), number)
    set_up(
        ModeratedText(
            service_request_id=request.id,
            description="A deep pothole",
            reason="a name",
            actor=STAFF.key,
            at=city.clock.now(),
        )
    )
    after = candidates(city, "Somebody of 12 Quay Street")[0]
    assert (after.number, after.summary) == (number, "A deep pothole")
    assert after.likeness.score < before.likeness.score


def test_where_places_are_rounded_asking_around_finds_no_more_than_the_map(city: World) -> None:
    """Two reports of one cell are the same to whoever asks, from wherever."""
    set_up(POTHOLE={"public_grid_metres": 100})
    cell = public_place(*east(0), 100)
    places = [metres for metres in range(-99, 99) if public_place(*east(metres), 100) == cell]
    file(1, places[0])
    file(2, places[-1])
    assert places[-1] - places[0] > 50
    found = [
        tuple(one.metres for one in candidates(city, "", metres)) for metres in range(-200, 201, 10)
    ]
    assert Counter(map(len, found)) == {0: found.count(()), 2: len(found) - found.count(())}
    assert all(len(set(metres)) == 1 for metres in found if metres)
    assert 15 < len(found) - found.count(()) < 25


def test_where_places_are_rounded_no_refusal_measures_from_where_a_report_is(city: World) -> None:
    """Saying from around that two reports of one cell are seen again is answered alike."""
    set_up(POTHOLE={"public_grid_metres": 100})
    cell = public_place(*east(0), 100)
    places = [metres for metres in range(-99, 99) if public_place(*east(metres), 100) == cell]
    known = [file(1, places[0]), file(2, places[-1])]
    answers = []
    for at, metres in enumerate(range(-800, 801, 25)):
        told = set()
        for one, number in enumerate(known):
            try:
                file(10 + 2 * at + one, metres, repeat_of=number)
            except Conflict as error:
                told.add(error.facts["metres"])
            else:
                told.add(None)
        answers.append(told)
    assert all(len(told) == 1 for told in answers)
    assert 40 < answers.count({None}) < 55


def test_a_photo_sent_ahead_finds_the_same_picture(city: World) -> None:
    shown, other = file(1, 30), file(2, 5)
    draft = a_report(3).id
    at, size = city.clock.now(), {"size_bytes": 1, "is_claimed": True, "state": "public"}
    moments = {"subject_kind": "report", "opened_at": at, "changed_at": at}
    ids = current_runtime().ids
    set_up(
        *(
            Photo(id=ids.uuid(), subject_id=request, picture_hash=hash_, **size, **moments)
            for request, hash_ in {
                a_report(1).id: "f0f0f0f0f0f0f0f0",
                a_report(2).id: "0f0f0f0f00000000",
                draft: "f0f0f0f0f0f0f0f1",
            }.items()
        )
    )
    assert [one.number for one in candidates(city, "")] == [other, shown]
    first, second = candidates(city, "", id=draft)
    assert [first.number, second.number] == [shown, other]
    assert [one.name for one in first.likeness.factors][-1] == "photo"
    assert [one.name for one in second.likeness.factors][-1] == "service"


def test_one_tap_is_a_request_of_its_own_and_the_same_person_counts_once(city: World) -> None:
    set_up(
        ServiceAttribute(
            service_code="POTHOLE", code="DEPTH", position=1, datatype="number",
            is_required=True, description="How deep?",
        )
    )  # fmt: skip
    number = file(1, actor=NEIGHBOUR, attributes={"DEPTH": ["9"]})
    city.clock.advance(hours=30)
    tap = MeToo(a_report(2).id, number, Channel.APP, city.clock.now())
    first = do(STRANGER, me_too, tap)
    assert first.is_new
    again = [
        do(STRANGER, me_too, tap),
        do(STRANGER, me_too, MeToo(a_report(3).id, number, Channel.WEB)),
    ]
    assert again == [Filed(first.id, first.number, is_new=False)] * 2
    for own in (NEIGHBOUR, MOVED_IN):
        assert do(own, me_too, MeToo(a_report(4).id, number, Channel.APP)).number == number
    assert do(ANONYMOUS, me_too, MeToo(a_report(5).id, number, Channel.APP)).is_new
    assert not do(ANONYMOUS, me_too, MeToo(a_report(5).id, number, Channel.APP)).is_new
    session = current_session()
    incident = find_incident(session, number)
    assert incident.request_count == 3
    request = find_request(session, first.number)
    assert (request.incident_id, request.description, request.channel) == (incident.id, "", "app")
    assert (request.requested_at, request.reporter_hash) == (city.clock.now(), "b" * 64)
    log = read_request_log(session, 1)
    assert log.requests.incident.tolist() == [0, 0, 0]
    assert len(set(log.requests.at.tolist())) == 2
    do(STAFF, change_status, ChangeStatus(number, State.RESOLVED, 1))
    assert refused(ANONYMOUS, me_too, MeToo(a_report(6).id, number, Channel.APP)) == (
        "incident-closed"
    )
    assert do(STRANGER, me_too, tap).number == first.number


def test_parting_one_of_many_leaves_the_rest_joined(city: World) -> None:
    """Third under second, second under first, which is the youngest; the second is taken out."""
    third = file(1, description="smells of gas")
    city.clock.advance(hours=5)
    second = file(2, service_code="POTHOLE")
    city.clock.advance(hours=5)
    first = file(3)
    opened = {
        one: find_incident(current_session(), one).opened_at for one in (first, second, third)
    }
    due = find_incident(current_session(), first).due_at
    do(STAFF, merge_incidents, MergeIncidents(third, second, "the same hole"))
    do(STAFF, merge_incidents, MergeIncidents(second, first, "the same hole"))
    later = do(ANONYMOUS, me_too, MeToo(a_report(4).id, third, Channel.APP)).number
    session = current_session()
    joint = find_incident(session, third)
    assert (joint.number, joint.opened_at, joint.request_count) == (first, opened[third], 4)
    do(STAFF, unmerge_incident, UnmergeIncident(third, "another hole"))
    joint = find_incident(session, second)
    assert (joint.number, joint.opened_at, joint.request_count) == (first, opened[second], 3)
    alone = find_incident(session, third)
    assert (alone.number, alone.state, alone.request_count) == (third, "received", 1)
    assert find_incident(session, later).number == first
    do(STAFF, unmerge_incident, UnmergeIncident(second, "another hole"))
    joint = find_incident(session, first)
    assert (joint.opened_at, joint.due_at, joint.request_count) == (opened[first], due, 2)
    assert refused(STAFF, unmerge_incident, UnmergeIncident(third, "again")) == "not-merged"
    assert [one.kind for one in history_of(session, alone.id)] == ["link", "unlink"]
    queued = session.scalars(sa.select(QueueEntry.incident_id)).all()
    assert len(queued) == 3
    assert list(find_faults(session, current_runtime().settings.hash_key)) == []


def test_what_a_person_changed_since_the_merge_stays(city: World) -> None:
    older = file(1)
    city.clock.advance(hours=5)
    younger = file(2)
    do(STAFF, merge_incidents, MergeIncidents(older, younger, "the same hole"))
    for version, after in enumerate([State.TRIAGED, State.WAITING_REPORTER, State.IN_PROGRESS], 2):
        do(STAFF, change_status, ChangeStatus(younger, after, version, "seen"))
        city.clock.advance(hours=2)
    moved = find_incident(current_session(), younger)
    due, paused = moved.due_at, moved.paused_seconds
    do(STAFF, unmerge_incident, UnmergeIncident(older, "another hole"))
    left = find_incident(current_session(), younger)
    assert (left.state, left.due_at, left.paused_seconds) == ("in_progress", due, paused)
    assert find_incident(current_session(), older).state == "received"


def test_residents_do_not_merge_and_a_reason_is_needed(city: World) -> None:
    one, other = file(1), file(2)
    merge, part = MergeIncidents(one, other, "same"), UnmergeIncident(one, "not the same")
    assert refused(ANONYMOUS, merge_incidents, merge) == "role-not-allowed"
    assert refused(STAFF, merge_incidents, MergeIncidents(one, other, " ")) == "reason-missing"
    assert refused(STAFF, merge_incidents, merge) is None
    assert refused(ANONYMOUS, unmerge_incident, part) == "role-not-allowed"
    assert refused(STAFF, unmerge_incident, UnmergeIncident(one, "")) == "reason-missing"
    assert refused(STAFF, unmerge_incident, part) is None


@pytest.mark.parametrize("dangerous", [1, 2])
def test_a_program_never_merges_what_is_dangerous(sqlite_city: World, dangerous: int) -> None:
    numbers = [file(1), file(2)]
    with unit_of_work(STAFF) as work:
        find_incident(work.session, numbers[dangerous - 1], lock=True).own_severity_band = 0
    merge = MergeIncidents(*numbers, "very alike")
    assert refused(SYSTEM, merge_incidents, merge) == "hazard-needs-person"
    assert refused(STAFF, merge_incidents, merge) is None
    joint = find_incident(current_session(), numbers[0])
    assert joint.own_severity_band == 0


def test_only_where_the_city_wants_it_a_certain_repeat_is_joined(city: World) -> None:
    first = file(1, description=HOLE)
    file(2, description=HOLE)
    assert jobs() == []
    set_up(ReportPolicy(id=1, links_repeats=True))
    unlike = file(3, description="The paving stones are loose")
    again = file(4, 2, description="A deep pothole before the bakery")
    danger = [file(n, service_code="WIRES", description="The wires are bare") for n in (5, 6)]
    assert len(jobs()) == 4
    for job in jobs():
        assert run_job(job, JOBS)
    session = current_session()
    session.rollback()
    assert find_incident(session, unlike).number == unlike
    assert [find_incident(session, one).number for one in danger] == danger
    joined = find_incident(session, again)
    assert joined.number in {first, file_number(2)}
    step = history_of(
        session, session.scalar(sa.select(Incident.id).where(Incident.number == again))
    )
    assert step[-1].actor == SYSTEM.key
    assert "in the same place" in str(step[-1].reason)


def jobs() -> list[Any]:
    session = current_session()
    session.rollback()
    return list(session.scalars(sa.select(Job.id).where(Job.kind == JOB, Job.state == "waiting")))


def test_taps_while_it_is_merged_all_count_where_it_lies_then(city: World, at_once: AtOnce) -> None:
    numbers = [file(n) for n in range(1, 5)]
    *others, last = numbers
    merges = [
        lambda one=one: do(STAFF, merge_incidents, MergeIncidents(one, last, "the same"))
        for one in others
    ]
    taps = [
        lambda n=n: do(ANONYMOUS, me_too, MeToo(a_report(10 + n).id, numbers[n % 4], Channel.APP))
        for n in range(5)
    ]
    outcomes = at_once(city, [*merges, *taps])
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    session = current_session()
    session.rollback()
    lies_under = Counter(
        session.scalars(
            sa.select(Incident.number).join(
                ServiceRequest, ServiceRequest.incident_id == Incident.id
            )
        )
    )
    assert lies_under == {last: 9}
    assert find_incident(session, last).request_count == 9
    for one in others:
        do(STAFF, unmerge_incident, UnmergeIncident(one, "not the same"))
    total = session.scalar(sa.select(sa.func.sum(Incident.request_count)))
    assert total == 9
    assert find_incident(session, last).request_count >= 1
