"""A day of a plan was walked: when, how far, and what was found; nothing found is a finding too."""

from collections.abc import Sequence
from math import isfinite

import shapely
import sqlalchemy as sa

from backend.core.channels import Channel
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uow import UnitOfWork
from backend.reports.commands import FileReport, InspectionOutcome, RecordInspection
from backend.reports.file_report import file_report
from backend.reports.models import Incident
from backend.reports.queries import find_incident, lock_incidents
from backend.reports.record_inspection import record_inspection
from backend.reports.rules import FARTHEST_METRES, check_apart
from backend.reports.workflow import DESK, OPEN_STATES, State
from backend.triage.may import require_person
from backend.triage.sweeps.commands import Find, RecordSweep
from backend.triage.sweeps.models import Sweep, SweepFind, SweepStop, SweptStop
from backend.triage.sweeps.queries import find_plan, stops_of
from backend.triage.sweeps.reported_there import is_reported, reported_along
from backend.triage.sweeps.workflow import WALKED, PlanState

MOST_METRES = 200_000
MOST_FINDS = 500


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
    if not command.started_at < command.ended_at <= work.now:
        raise Invalid("sweep-times-not-valid", pointer="/ended_at")
    if not (isfinite(command.metres_walked) and 0 < command.metres_walked <= MOST_METRES):
        raise Invalid("sweep-metres-not-valid", pointer="/metres_walked", most=MOST_METRES)
    if len(command.finds) > MOST_FINDS:
        raise Invalid("sweep-too-many-finds", pointer="/finds", most=MOST_FINDS)
    walked = [stop for stop in stops if stop.place not in set(command.missed)]
    places = {stop.place for stop in walked}
    wrong = sorted({find.place for find in command.finds} - places)
    if wrong:
        raise Invalid("sweep-stop-not-walked", pointer="/finds", stop=wrong[0])
    if not walked:
        raise Invalid("sweep-nothing-walked", pointer="/missed")
    return walked


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
