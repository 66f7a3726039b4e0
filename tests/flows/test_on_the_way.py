"""What crews note on their way is kept once however often it is sent, and is the day's record."""

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
from backend.reports.file_report import file_report
from backend.reports.models import Inspection, ServiceRequest
from backend.triage.outreach.commands import RecordVisit, TakeDistricts
from backend.triage.outreach.models import OutreachVisit
from backend.triage.outreach.queries import meant_for
from backend.triage.outreach.record_visit import record_visit
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


def test_a_visit_sent_twice_is_one_visit(city: World) -> None:
    today = NOON.date()
    assert refused(STAFF, take_districts, TakeDistricts(today, ["XX"])) == "visit-district-unknown"
    do(STAFF, take_districts, TakeDistricts(today, ["SE", "SW", "SE"]))
    visit = RecordVisit("SE", today, "phone", 3, "Tea and numbers", uuid4())
    for _ in range(2):
        do(ANALYST, record_visit, visit)
    assert current_session().scalar(sa.select(sa.func.count()).select_from(OutreachVisit)) == 1
    meant = meant_for(current_session(), today)
    assert [(one.code, is_done) for one, is_done in meant] == [("SE", True), ("SW", False)]
