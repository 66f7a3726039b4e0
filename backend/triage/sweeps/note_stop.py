"""Noted on the way, stop by stop: seen by the whole crew at once, and sent as often as need be."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uow import UnitOfWork
from backend.reports.file_report import LONGEST_OFFLINE
from backend.reports.queries import find_incident
from backend.reports.workflow import DESK
from backend.triage.may import require_person
from backend.triage.sweeps.commands import (
    FINDS,
    MARKS,
    FinishDay,
    NoteKind,
    NoteStop,
    RecordSweep,
)
from backend.triage.sweeps.keep_find import check_find, file_find, see_again
from backend.triage.sweeps.models import Sweep, SweepNote, SweepPlan, SweepStop
from backend.triage.sweeps.queries import Noted, find_plan, noted_of, stops_of, sweeps_of
from backend.triage.sweeps.record_sweep import MOST_FINDS, record_sweep
from backend.triage.sweeps.workflow import WALKED, PlanState

# More than a crew has, and few enough to read at every note.
_MOST_NOTES = 2000


def note_stop(work: UnitOfWork, command: NoteStop) -> SweepNote:
    """Keep a mark, or file what was found there and then.

    An id that was used before is the note it was used for. Raises `Conflict` where somebody else
    noted otherwise since the device last heard, or the day was recorded: then a find is noted as a
    late one, which is a report and no part of the record.
    """
    _require_crew(work)
    plan = find_plan(work.session, command.plan_id, lock=True)
    query = sa.select(SweepNote).where(SweepNote.entry_id == command.entry_id)
    known = work.session.scalar(query)
    if known is not None:
        if (known.plan_id, known.day, known.place, known.kind) != (
            plan.id, command.day, command.place, command.kind,
        ):  # fmt: skip
            raise Conflict("sweep-note-id-taken", stop=known.place)
        return known
    _check_time(work, plan, command)
    stops = {stop.place: stop for stop in stops_of(work.session, plan.id, command.day)}
    stop = stops.get(command.place)
    if stop is None:
        raise Invalid("sweep-stop-unknown", pointer="/place", stop=command.place)
    notes = noted_of(work.session, plan.id, command.day)
    if len(notes) >= _MOST_NOTES:
        raise Invalid("sweep-too-many-finds", pointer="/finds", most=MOST_FINDS)
    at = _moment(work, command.at)
    if command.kind in MARKS:
        number = None
        _check_mark(command, [one for one in notes if one.place == stop.place])
    else:
        number = _found(work, command, stop, notes, at)
    note = SweepNote(
        entry_id=command.entry_id,
        plan_id=plan.id,
        day=command.day,
        place=stop.place,
        kind=command.kind.value,
        number=number,
        noted_at=at,
        noted_by=work.actor.key,
    )
    work.session.add(note)
    work.session.flush()
    return note


def finish_day(work: UnitOfWork, command: FinishDay) -> Sweep:
    """Record the day from what was noted; whatever nobody noted as walked was missed.

    Raises `Conflict` where somebody else noted something that whoever ends it has not seen.
    """
    _require_crew(work)
    plan = find_plan(work.session, command.plan_id, lock=True)
    notes = noted_of(work.session, plan.id, command.day)
    others = notes_of_others(notes, work.actor.key)
    is_unseen = bool(others) and others[-1].entry_id != command.seen
    if is_unseen and command.day not in sweeps_of(work.session, plan.id):
        at = others[-1].noted_at.isoformat()
        raise Conflict("sweep-others-noted", plan=plan.id, day=command.day, at=at)
    reached = {one.place for one in notes if one.kind not in MARKS}
    reached |= {
        place for place, mark in newest_marks(notes).items() if mark.kind == NoteKind.WALKED
    }
    stops = stops_of(work.session, plan.id, command.day)
    record = RecordSweep(
        plan_id=plan.id,
        day=command.day,
        started_at=command.started_at,
        ended_at=command.ended_at,
        metres_walked=command.metres_walked,
        missed=[stop.place for stop in stops if stop.place not in reached],
        entry_id=command.entry_id,
    )
    return record_sweep(work, record)


def newest_marks(notes: Sequence[Noted]) -> dict[int, Noted]:
    """What holds of each stop that was marked, by its place."""
    return {one.place: one for one in notes if one.kind in MARKS}


def notes_of_others(notes: Sequence[Noted], own: str) -> list[Noted]:
    """What anybody but the actor with this key noted, in the order it came in."""
    return [one for one in notes if one.noted_by != own]


def _require_crew(work: UnitOfWork) -> None:
    require_person(work)
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)


def _check_time(work: UnitOfWork, plan: SweepPlan, command: NoteStop) -> None:
    """Raise where the day is not open for such a note."""
    state, is_late = PlanState(plan.state), command.kind is NoteKind.LATE
    is_recorded = command.day in sweeps_of(work.session, plan.id)
    # Of a plan that was dropped meanwhile something may come late; one nobody decided on is not
    # walked.
    if state is PlanState.PROPOSED or not (is_late or state in WALKED):
        raise Conflict("sweep-plan-not-in-force", plan=plan.id, state=plan.state)
    if is_late and state in WALKED and not is_recorded:
        raise Invalid("choice-not-offered", pointer="/kind", choices=sorted(MARKS | FINDS))
    if is_recorded and not is_late:
        raise Conflict("sweep-recorded-already", plan=plan.id, day=command.day)


def _moment(work: UnitOfWork, said: datetime) -> datetime:
    """As the device said, unless its clock is wrong."""
    return said if work.now - LONGEST_OFFLINE <= said <= work.now else work.now


def _check_mark(command: NoteStop, notes: Sequence[Noted]) -> None:
    stands = newest_marks(notes).get(command.place)
    if stands and stands.kind != command.kind and stands.entry_id != command.seen:
        raise Conflict("sweep-stop-noted-otherwise", stop=command.place)
    if command.kind is NoteKind.MISSED and any(one.kind not in MARKS for one in notes):
        raise Conflict("sweep-stop-has-finds", stop=command.place)


def _found(
    work: UnitOfWork, command: NoteStop, stop: SweepStop, notes: Sequence[Noted], at: datetime
) -> str:
    """The number of the report about it."""
    find = command.find
    if find is None or (command.kind is NoteKind.KNOWN) != bool(find.number.strip()):
        raise Invalid("sweep-find-of-no-kind", pointer="/finds", stop=stop.place)
    check_find(find)
    if command.kind is not NoteKind.KNOWN:
        return file_find(work, command.entry_id, find, stop, at).number
    own = find_incident(work.session, find.number).id
    if own in {find_incident(work.session, one.number).id for one in notes if one.number}:
        raise Conflict("sweep-find-noted", number=find.number[:20])
    [incident] = see_again(work, [(find, stop)], at)
    return incident.number
