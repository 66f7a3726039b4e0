"""Which plans, stops and sweeps: every read of the sweeps, always ordered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.errors import NotFound
from backend.reports.models import Incident, Service, ServiceRequest
from backend.triage.sweeps.commands import FINDS
from backend.triage.sweeps.models import (
    Sweep,
    SweepFind,
    SweepNote,
    SweepOuting,
    SweepPlan,
    SweepStop,
    SweptStop,
)
from backend.triage.sweeps.workflow import PlanState

# No database counts further in an integer column, and may not even be asked about more.
_MOST_COUNTED = 2**31 - 1
_NOTE, _REQUEST = table_of(SweepNote), table_of(ServiceRequest)
_INCIDENT, _SERVICE = table_of(Incident), table_of(Service)
_NOTED = (
    sa.select(
        _NOTE.c.entry_id,
        _NOTE.c.place,
        _NOTE.c.kind,
        _NOTE.c.number,
        _NOTE.c.noted_at,
        _NOTE.c.noted_by,
        _SERVICE.c.name.label("service_name"),
    )
    .outerjoin(_REQUEST, _REQUEST.c.number == _NOTE.c.number)
    .outerjoin(_INCIDENT, _INCIDENT.c.id == _REQUEST.c.incident_id)
    .outerjoin(_SERVICE, _SERVICE.c.code == _INCIDENT.c.service_code)
    .where(_NOTE.c.plan_id == sa.bindparam("plan"), _NOTE.c.day == sa.bindparam("day"))
    .order_by(_NOTE.c.id)
)


@dataclass(frozen=True, slots=True)
class Noted:
    """A note of a crew on its way; a find has the `number` of its report and the kind's name."""

    entry_id: UUID
    place: int
    kind: str
    number: str | None
    noted_at: datetime
    noted_by: str
    service_name: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A find as a page shows it."""

    place: int
    number: str
    service_name: str
    is_reported: bool


def plans(session: Session) -> list[SweepPlan]:
    """All plans, newest first."""
    return list(session.scalars(sa.select(SweepPlan).order_by(SweepPlan.id.desc())))


def find_plan(session: Session, plan_id: int, *, lock: bool = False) -> SweepPlan:
    """The plan; raises `NotFound`."""
    query = sa.select(SweepPlan).where(SweepPlan.id == plan_id)
    plan = None
    if plan_id <= _MOST_COUNTED:
        plan = session.scalar(query.with_for_update() if lock else query)
    if plan is None:
        raise NotFound("sweep-plan-not-found", plan=plan_id)
    return plan


def stops_of(session: Session, plan_id: int, day: int | None = None) -> list[SweepStop]:
    """The stops in the order they are walked; raises `NotFound` for a day without any."""
    query = sa.select(SweepStop).where(SweepStop.plan_id == plan_id)
    if day is not None:
        query = query.where(SweepStop.day == min(day, _MOST_COUNTED))
    stops = list(session.scalars(query.order_by(SweepStop.day, SweepStop.place)))
    if day is not None and not stops:
        raise NotFound("sweep-day-not-found", plan=plan_id, day=day)
    return stops


def sweeps_of(session: Session, plan_id: int) -> dict[int, Sweep]:
    """What was walked of a plan, by day."""
    rows = session.scalars(sa.select(Sweep).where(Sweep.plan_id == plan_id).order_by(Sweep.day))
    return {sweep.day: sweep for sweep in rows}


def walked_places(session: Session, sweep: Sweep) -> set[int]:
    """The stops of its day that a sweep got to."""
    query = sa.select(SweptStop.place).where(SweptStop.sweep_id == sweep.id)
    return set(session.scalars(query.order_by(SweptStop.place)))


def finds_of(session: Session, sweeps: Sequence[Sweep]) -> dict[int, list[Found]]:
    """What each sweep found, by the sweep's id, in the order of the stops."""
    rows = session.execute(
        sa.select(SweepFind, Incident.number, Service.name)
        .join(Incident, Incident.id == SweepFind.incident_id)
        .join(Service, Service.code == Incident.service_code)
        .where(SweepFind.sweep_id.in_([sweep.id for sweep in sweeps]))
        .order_by(SweepFind.sweep_id, SweepFind.place, Incident.number)
    )
    found: dict[int, list[Found]] = {sweep.id: [] for sweep in sweeps}
    for find, number, name in rows:
        found[find.sweep_id].append(Found(find.place, number, name, find.is_reported))
    return found


def noted_of(session: Session, plan_id: int, day: int) -> list[Noted]:
    """What was noted on the way of a day, in the order it came in."""
    rows = session.execute(_NOTED, {"plan": plan_id, "day": day})
    return [Noted(*row) for row in rows]


def finds_noted(session: Session, plan_id: int, day: int) -> list[Noted]:
    """The problems among that, without those that came too late for the record."""
    return [one for one in noted_of(session, plan_id, day) if one.kind in FINDS]


def outings_on(session: Session, on: date) -> list[SweepOuting]:
    """The days of plans that crews walk then."""
    query = sa.select(SweepOuting).where(SweepOuting.walked_on == on)
    return list(session.scalars(query.order_by(SweepOuting.plan_id, SweepOuting.day)))


def plan_in_force(session: Session) -> SweepPlan | None:
    """The one that crews go by."""
    in_force = SweepPlan.state == PlanState.IN_FORCE.value
    return session.scalar(sa.select(SweepPlan).where(in_force).order_by(SweepPlan.id))


def last_swept(session: Session) -> dict[str, datetime]:
    """When each stretch was walked last, for those that were."""
    rows = session.execute(
        sa.select(SweepStop.stretch, sa.func.max(Sweep.started_at))
        .join(Sweep, sa.and_(Sweep.plan_id == SweepStop.plan_id, Sweep.day == SweepStop.day))
        .join(
            SweptStop,
            sa.and_(SweptStop.sweep_id == Sweep.id, SweptStop.place == SweepStop.place),
        )
        .group_by(SweepStop.stretch)
    )
    return {row[0]: row[1] for row in rows}
