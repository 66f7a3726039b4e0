"""What crews note on their way is kept once however often it is sent, and is the day's record."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import shapely
import sqlalchemy as sa
from acting import do, refused
from sweeping import CREWS, lay_grid
from worlds import ANALYST, NOON, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.reports.file_report import file_report
from backend.reports.models import Inspection, ServiceRequest
from backend.triage.outreach.commands import RecordVisit, TakeDistricts
from backend.triage.outreach.models import OutreachVisit
from backend.triage.outreach.queries import last_visits, meant_for, visits
from backend.triage.outreach.record_visit import record_visit
from backend.triage.outreach.take_back_visit import take_back_visit
from backend.triage.outreach.take_districts import take_districts
from backend.triage.sweeps.commands import (
    DecideSweeps,
    Find,
    FinishDay,
    NoteKind,
    NoteStop,
    TakeDay,
)
from backend.triage.sweeps.decide_plan import decide_plan
from backend.triage.sweeps.models import SweepNote
from backend.triage.sweeps.note_stop import finish_day, note_stop
from backend.triage.sweeps.propose_plan import draw_plan, propose_plan
from backend.triage.sweeps.queries import (
    finds_of,
    noted_of,
    outings_on,
    stops_of,
    sweeps_of,
    walked_places,
)
from backend.triage.sweeps.take_day import take_day

OTHER = Actor("staff:2", Role.WARD_STAFF)


def a_day(city: World) -> None:
    lay_grid(2)
    do(STAFF, propose_plan, draw_plan(current_session(), CREWS, city.clock.now()))
    do(ANALYST, decide_plan, DecideSweeps(1, True, "dry weather"))


def note(kind: NoteKind, place: int = 1, id: UUID | None = None, **more: Any) -> NoteStop:
    return NoteStop(id or uuid4(), 1, 1, place, kind, NOON, **more)


def found(place: int = 1, id: UUID | None = None, **more: Any) -> NoteStop:
    find = Find(place, **more)
    return note(NoteKind.KNOWN if find.number else NoteKind.NEW, place, id, find=find)


def test_a_day_taken_is_todays_until_it_is_recorded(city: World) -> None:
    a_day(city)
    today = NOON.date()
    assert refused(ANALYST, take_day, TakeDay(1, 1, today)) == "role-not-allowed"
    assert refused(STAFF, take_day, TakeDay(1, 99, today)) == "sweep-day-not-found"
    for actor in (STAFF, OTHER):
        assert do(actor, take_day, TakeDay(1, 1, today)).taken_by == STAFF.key
    assert [one.day for one in outings_on(current_session(), today)] == [1]
    # What was not finished goes on another day.
    do(OTHER, take_day, TakeDay(1, 1, today + timedelta(days=1)))
    assert outings_on(current_session(), today) == []


def test_what_is_sent_twice_is_there_once_and_two_people_do_not_undo_each_other(
    city: World,
) -> None:
    a_day(city)
    stop = stops_of(current_session(), 1, 1)[0]
    middle = shapely.centroid(shapely.from_wkb(stop.shape))
    known = do(ANONYMOUS, file_report, a_report(1, (middle.x, middle.y))).number
    mark, new = note(NoteKind.MISSED), found(2, service_code="BENCH", description="Broken")
    for command in (mark, mark, new, new, mark):
        do(STAFF, note_stop, command)
    assert refused(STAFF, note_stop, note(NoteKind.WALKED, 2, mark.entry_id)) == (
        "sweep-note-id-taken"
    )
    # Whoever has not seen the mark does not turn it; whoever has, does.
    assert refused(OTHER, note_stop, note(NoteKind.WALKED)) == "sweep-stop-noted-otherwise"
    do(OTHER, note_stop, note(NoteKind.MISSED))
    newest = noted_of(current_session(), 1, 1)[-1].entry_id
    do(STAFF, note_stop, note(NoteKind.WALKED, seen=newest))
    assert refused(OTHER, note_stop, note(NoteKind.MISSED, 2)) == "sweep-stop-has-finds"
    do(STAFF, note_stop, found(1, number=known))
    assert refused(OTHER, note_stop, found(1, number=known)) == "sweep-find-noted"
    assert refused(OTHER, note_stop, found(1)) == "sweep-find-of-no-kind"
    assert refused(OTHER, note_stop, note(NoteKind.WALKED, 999)) == "sweep-stop-unknown"
    assert refused(ANALYST, note_stop, note(NoteKind.WALKED)) == "role-not-allowed"
    filed = sa.select(ServiceRequest.id).where(ServiceRequest.channel == "sweep")
    assert current_session().scalars(filed).all() == [new.entry_id]
    assert current_session().scalar(sa.select(sa.func.count()).select_from(Inspection)) == 1
    assert current_session().scalar(sa.select(sa.func.count()).select_from(SweepNote)) == 5

    city.clock.advance(hours=6)
    end = FinishDay(uuid4(), 1, 1, NOON, NOON + timedelta(hours=5), 900.0)
    # Whoever ends the day has seen who else is on it.
    assert refused(STAFF, finish_day, end) == "sweep-others-noted"
    others = [
        one.entry_id for one in noted_of(current_session(), 1, 1) if one.noted_by != STAFF.key
    ]
    assert refused(STAFF, finish_day, replace(end, seen=mark.entry_id)) == "sweep-others-noted"
    end = replace(end, seen=others[-1])
    assert do(STAFF, finish_day, end).id == do(STAFF, finish_day, end).id
    assert refused(OTHER, finish_day, FinishDay(uuid4(), 1, 1, NOON, end.ended_at, 900.0)) == (
        "sweep-recorded-already"
    )
    assert refused(OTHER, note_stop, note(NoteKind.WALKED, 3)) == "sweep-recorded-already"
    # What was sent before the end and is sent again after it is no new entry.
    assert do(STAFF, note_stop, new).place == 2
    sweep = sweeps_of(current_session(), 1)[1]
    assert walked_places(current_session(), sweep) == {1, 2}
    kept = finds_of(current_session(), [sweep])[sweep.id]
    assert [(one.place, one.is_reported) for one in kept] == [(1, True), (2, False)]


def test_what_is_found_too_late_for_the_record_is_a_report_once(city: World) -> None:
    a_day(city)
    do(OTHER, note_stop, note(NoteKind.WALKED))
    new = found(2, service_code="BENCH", description="Broken")
    late = replace(new, kind=NoteKind.LATE)
    assert refused(STAFF, note_stop, late) == "choice-not-offered"
    city.clock.advance(hours=6)
    do(OTHER, finish_day, FinishDay(uuid4(), 1, 1, NOON, NOON + timedelta(hours=5), 900.0))
    assert refused(STAFF, note_stop, new) == "sweep-recorded-already"
    reports = {do(STAFF, note_stop, late).number for _ in range(2)}
    filed = current_session().scalars(
        sa.select(ServiceRequest).where(ServiceRequest.channel == "sweep")
    )
    [report] = filed
    assert {report.number} == reports
    assert (report.id, report.description, report.requested_at) == (new.entry_id, "Broken", NOON)
    # What was recorded stands as it was.
    sweep = sweeps_of(current_session(), 1)[1]
    assert walked_places(current_session(), sweep) == {1}
    assert finds_of(current_session(), [sweep])[sweep.id] == []
    # A plan that is dropped takes no notes any more, and no find of it is lost either.
    do(ANALYST, decide_plan, DecideSweeps(1, False, "rain"))
    other = found(3, service_code="BENCH", description="Gone")
    assert refused(STAFF, note_stop, other) == "sweep-plan-not-in-force"
    assert do(STAFF, note_stop, replace(other, kind=NoteKind.LATE)).number not in reports


def test_a_visit_sent_twice_is_one_visit(city: World) -> None:
    today = NOON.date()
    assert refused(STAFF, take_districts, TakeDistricts(today, ["XX"])) == "visit-district-unknown"
    do(STAFF, take_districts, TakeDistricts(today, ["SE", "SW", "SE"]))
    visit = RecordVisit("SE", today, "phone", 3, "Tea and numbers", uuid4())
    sent = [do(ANALYST, record_visit, visit) for _ in range(2)]
    # The answer was lost, and all of it is typed anew into another form.
    sent.append(do(ANALYST, record_visit, replace(visit, entry_id=uuid4())))
    assert sent == [True, False, False]
    other = replace(visit, words="Tea alone")
    assert refused(ANALYST, record_visit, other) == "visit-id-taken"
    assert current_session().scalar(sa.select(sa.func.count()).select_from(OutreachVisit)) == 1
    meant = meant_for(current_session(), today)
    assert [(one.code, is_done) for one, is_done in meant] == [("SE", True), ("SW", False)]


def test_a_visit_is_taken_back_by_whoever_recorded_it(city: World) -> None:
    today = NOON.date()
    do(STAFF, take_districts, TakeDistricts(today, ["SE"]))
    by_mistake, stays = (
        RecordVisit("SE", day, "phone", 3, "Tea and numbers", uuid4())
        for day in (today, today - timedelta(days=9))
    )
    for visit in (by_mistake, stays):
        do(STAFF, record_visit, visit)
    assert refused(STAFF, take_back_visit, uuid4()) == "visit-not-found"
    assert refused(OTHER, take_back_visit, by_mistake.entry_id) == "act-of-somebody-else"
    assert refused(ANONYMOUS, take_back_visit, by_mistake.entry_id) == "role-not-allowed"
    for actor in (STAFF, Actor("staff:3", Role.ADMIN)):
        do(actor, take_back_visit, by_mistake.entry_id)
    session = current_session()
    assert [one.visited_on for one, _name in visits(session, 9)] == [stays.visited_on]
    assert list(last_visits(session).values()) == [stays.visited_on]
    assert [is_done for _one, is_done in meant_for(session, today)] == [False]
    # Its form is used up; what is typed anew is another visit.
    assert refused(STAFF, record_visit, by_mistake) == "visit-id-taken"
    assert do(STAFF, record_visit, replace(by_mistake, entry_id=uuid4()))
    actions = sa.select(Decision.action).where(Decision.subject == "district:SE")
    log = current_session().scalars(actions.order_by(Decision.sequence)).all()
    assert log.count("outreach.taken_back") == 1
    city.clock.advance(minutes=10)
    assert refused(STAFF, take_back_visit, stays.entry_id) == "visit-stands"
