"""A day of a plan was walked: when, how far, and what was found; nothing found is a finding too."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from math import isfinite
from zoneinfo import ZoneInfo

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uow import UnitOfWork
from backend.places.queries import the_city
from backend.reports.models import Incident
from backend.reports.queries import find_incident
from backend.reports.workflow import DESK
from backend.triage.may import require_person
from backend.triage.sweeps.commands import RecordSweep
from backend.triage.sweeps.keep_find import check_find, file_find, see_again
from backend.triage.sweeps.models import Sweep, SweepFind, SweepPlan, SweepStop, SweptStop
from backend.triage.sweeps.queries import find_plan, finds_noted, stops_of, sweeps_of
from backend.triage.sweeps.reported_there import is_reported, reported_along
from backend.triage.sweeps.workflow import WALKED, PlanState

MOST_METRES = 200_000
MOST_FINDS = 500
LONGEST = timedelta(hours=24)


def record_sweep(work: UnitOfWork, command: RecordSweep) -> Sweep:
    """Keep what was done, and file what was found for the first time as reports of the sweep.

    A find that residents had reported is a recapture. One that only the city itself has on its
    list, say from the crew's own phone, is a find like a new one. Both were looked at.
    """
    require_person(work)
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    plan = find_plan(work.session, command.plan_id, lock=True)
    if PlanState(plan.state) not in WALKED:
        raise Conflict("sweep-plan-not-in-force", plan=plan.id, state=plan.state)
    stops = stops_of(work.session, plan.id, command.day)
    recorded = sweeps_of(work.session, plan.id).get(command.day)
    if recorded is not None:
        if command.entry_id is not None and recorded.entry_id == command.entry_id:
            return recorded
        raise Conflict("sweep-recorded-already", plan=plan.id, day=command.day)
    _check_times(work, command, plan)
    walked = _checked(work, command, stops)
    along = reported_along(work.session, walked, command.ended_at)
    sweep = Sweep(
        plan_id=plan.id,
        day=command.day,
        started_at=command.started_at,
        ended_at=command.ended_at,
        metres_walked=command.metres_walked,
        recorded_at=work.now,
        recorded_by=work.actor.key,
        entry_id=command.entry_id,
    )
    work.session.add(sweep)
    work.session.flush()
    finds = _found(work, command, sweep, {stop.place: stop for stop in walked})
    recaptured = {find.incident_id: find.place for find in finds if find.is_reported}
    for place, incidents in along.items():
        # Where a crew saw it counts for more than where a resident's pin stands.
        own = {incident for incident, where in recaptured.items() if where == place}
        reported = (incidents - recaptured.keys()) | own
        work.session.add(SweptStop(sweep_id=sweep.id, place=place, reported=len(reported)))
    work.session.add_all(finds)
    work.decide(
        "sweep.recorded",
        f"sweeps:{plan.id}",
        day=command.day,
        metres=round(command.metres_walked),
        stops=len(walked),
        found=len(finds),
        known=len(recaptured),
    )
    return sweep


def _checked(work: UnitOfWork, command: RecordSweep, stops: Sequence[SweepStop]) -> list[SweepStop]:
    """The stops that were walked; raises `Invalid` on what cannot be."""
    if not (isfinite(command.metres_walked) and 0 < command.metres_walked <= MOST_METRES):
        raise Invalid("sweep-metres-not-valid", pointer="/metres_walked", most=MOST_METRES)
    if len(command.finds) > MOST_FINDS:
        raise Invalid("sweep-too-many-finds", pointer="/finds", most=MOST_FINDS)
    walked = [stop for stop in stops if stop.place not in set(command.missed)]
    unknown = sorted(set(command.missed) - {stop.place for stop in stops})
    if unknown:
        raise Invalid("sweep-stop-unknown", pointer="/missed", stop=unknown[0])
    noted = finds_noted(work.session, command.plan_id, command.day)
    found = {find.place for find in command.finds} | {one.place for one in noted}
    wrong = sorted(found - {stop.place for stop in walked})
    if wrong:
        raise Invalid("sweep-stop-not-walked", pointer="/finds", stop=wrong[0])
    if not walked:
        raise Invalid("sweep-nothing-walked", pointer="/missed")
    for find in command.finds:
        check_find(find)
    return walked


def _check_times(work: UnitOfWork, command: RecordSweep, plan: SweepPlan) -> None:
    """Raise `Invalid` on a walk that is not over, was no day's, or for which nobody had stops."""
    if not command.started_at < command.ended_at <= work.now:
        raise Invalid("sweep-times-not-valid", pointer="/ended_at")
    if command.ended_at - command.started_at > LONGEST:
        raise Invalid("sweep-too-long", pointer="/ended_at", hours=LONGEST // timedelta(hours=1))
    zone = ZoneInfo(the_city(work.session).time_zone)
    drawn_on = plan.proposed_at.astimezone(zone).date()
    # By the day: nobody notes to the minute when a crew left.
    if command.started_at < datetime.combine(drawn_on, time.min, zone):
        day = drawn_on.isoformat()
        raise Invalid("sweep-before-plan", pointer="/started_at", plan=plan.id, day=day)


def _found(
    work: UnitOfWork, command: RecordSweep, sweep: Sweep, stops: Mapping[int, SweepStop]
) -> list[SweepFind]:
    """What was noted on the way, and what the record says besides."""
    noted: dict[int, tuple[int, Incident]] = {}
    for one in finds_noted(work.session, sweep.plan_id, sweep.day):
        incident = find_incident(work.session, one.number or "")
        # Two notes are one find where somebody joined their reports since.
        noted.setdefault(incident.id, (one.place, incident))
    known = [find for find in command.finds if find.number.strip()]
    seen = see_again(work, [(find, stops[find.place]) for find in known], sweep.ended_at)
    if any(incident.id in noted for incident in seen):
        raise Invalid("sweep-find-twice", pointer="/finds")
    finds = [_kept(work, sweep, place, incident) for place, incident in noted.values()]
    finds += [
        _kept(work, sweep, find.place, incident) for find, incident in zip(known, seen, strict=True)
    ]
    for find in command.finds:
        if not find.number.strip():
            new = work.runtime.ids.uuid()
            incident = file_find(work, new, find, stops[find.place], sweep.ended_at)
            finds.append(_kept(work, sweep, find.place, incident))
    return finds


def _kept(work: UnitOfWork, sweep: Sweep, place: int, incident: Incident) -> SweepFind:
    return SweepFind(
        sweep_id=sweep.id,
        incident_id=incident.id,
        place=place,
        is_reported=is_reported(work.session, incident.id),
    )
