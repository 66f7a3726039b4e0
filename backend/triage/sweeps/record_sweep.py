"""A day of a plan was walked: when, how far, and what was found; nothing found is a finding too."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from math import isfinite
from zoneinfo import ZoneInfo

import shapely
import sqlalchemy as sa

from backend.core.channels import Channel
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uow import UnitOfWork
from backend.places.queries import the_city
from backend.reports.commands import FileReport, InspectionOutcome, RecordInspection
from backend.reports.file_report import file_report
from backend.reports.models import Incident
from backend.reports.queries import find_incident, lock_incidents
from backend.reports.record_inspection import record_inspection
from backend.reports.rules import FARTHEST_METRES, check_apart
from backend.reports.workflow import DESK, OPEN_STATES, State
from backend.triage.may import require_person
from backend.triage.sweeps.commands import Find, RecordSweep
from backend.triage.sweeps.models import Sweep, SweepFind, SweepPlan, SweepStop, SweptStop
from backend.triage.sweeps.queries import find_plan, stops_of
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
    )
    work.session.add(sweep)
    work.session.flush()
    by_place = {stop.place: stop for stop in walked}
    known = [find for find in command.finds if find.number.strip()]
    finds = _seen_again(work, sweep, [(find, by_place[find.place]) for find in known])
    finds += [
        _filed(work, sweep, find, by_place[find.place])
        for find in command.finds
        if not find.number.strip()
    ]
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
    """The stops that were walked; raises `Invalid` or `Conflict` on what cannot be."""
    known = sa.select(Sweep.id).where(Sweep.plan_id == command.plan_id, Sweep.day == command.day)
    if work.session.scalar(known) is not None:
        raise Conflict("sweep-recorded-already", plan=command.plan_id, day=command.day)
    if not (isfinite(command.metres_walked) and 0 < command.metres_walked <= MOST_METRES):
        raise Invalid("sweep-metres-not-valid", pointer="/metres_walked", most=MOST_METRES)
    if len(command.finds) > MOST_FINDS:
        raise Invalid("sweep-too-many-finds", pointer="/finds", most=MOST_FINDS)
    walked = [stop for stop in stops if stop.place not in set(command.missed)]
    unknown = sorted(set(command.missed) - {stop.place for stop in stops})
    if unknown:
        raise Invalid("sweep-stop-unknown", pointer="/missed", stop=unknown[0])
    wrong = sorted({find.place for find in command.finds} - {stop.place for stop in walked})
    if wrong:
        raise Invalid("sweep-stop-not-walked", pointer="/finds", stop=wrong[0])
    if not walked:
        raise Invalid("sweep-nothing-walked", pointer="/missed")
    for find in command.finds:
        _check_find(find)
    return walked


def _check_find(find: Find) -> None:
    """It is either a known problem or a new one: nothing that was noted is left out silently."""
    is_new = find.service_code or find.description or find.address or find.answers
    if find.number.strip() and is_new:
        raise Invalid("sweep-find-known-and-new", pointer="/finds", number=find.number[:20])
    if not find.number.strip() and not find.service_code:
        raise Invalid("sweep-find-of-no-kind", pointer="/finds", stop=find.place)


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


def _seen_again(
    work: UnitOfWork, sweep: Sweep, finds: Sequence[tuple[Find, SweepStop]]
) -> list[SweepFind]:
    """Finds with the number of an open incident, each at most once, and that somebody looked."""
    incidents = [find_incident(work.session, find.number) for find, _stop in finds]
    if len({incident.id for incident in incidents}) < len(incidents):
        raise Invalid("sweep-find-twice", pointer="/finds")
    lock_incidents(work.session, [incident.id for incident in incidents])
    seen = []
    for incident, (_find, stop) in zip(incidents, finds, strict=True):
        _check_open_and_near(incident, stop)
        looked = RecordInspection(incident.number, InspectionOutcome.FOUND, sweep.ended_at)
        record_inspection(work, looked)
        seen.append(_kept(work, sweep, stop, incident))
    return seen


def _filed(work: UnitOfWork, sweep: Sweep, find: Find, stop: SweepStop) -> SweepFind:
    """A find that nobody has on a list yet."""
    lon, lat = _middle(stop)
    report = FileReport(
        id=work.runtime.ids.uuid(),
        service_code=find.service_code,
        description=find.description,
        lon=lon,
        lat=lat,
        channel=Channel.SWEEP,
        address=find.address.strip() or stop.name or None,
        requested_at=sweep.ended_at,
        attributes=find.answers,
    )
    number = file_report(work, report).number
    return _kept(work, sweep, stop, find_incident(work.session, number))


def _check_open_and_near(incident: Incident, stop: SweepStop) -> None:
    if State(incident.state) not in OPEN_STATES:
        raise Conflict("sweep-find-closed", pointer="/finds", number=incident.number)
    most = FARTHEST_METRES + round(stop.metres)
    check_apart(_middle(stop), incident.number, (incident.lon, incident.lat), most)


def _kept(work: UnitOfWork, sweep: Sweep, stop: SweepStop, incident: Incident) -> SweepFind:
    return SweepFind(
        sweep_id=sweep.id,
        incident_id=incident.id,
        place=stop.place,
        is_reported=is_reported(work.session, incident.id),
    )


def _middle(stop: SweepStop) -> tuple[float, float]:
    middle = shapely.centroid(shapely.from_wkb(stop.shape))
    return middle.x, middle.y
