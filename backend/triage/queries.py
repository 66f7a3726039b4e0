"""The queue in order: severity band, then waiting time over target times weight."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.places.models import District
from backend.reports.models import Incident, Service, ServiceRequest
from backend.triage.models import DistrictWeight, QueueEntry, WeightSet
from equity.priority import Priority, priority_of


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue to show; None does not filter. `is_outside` lists what lies outside."""

    district_code: str | None = None
    service_code: str | None = None
    state: str | None = None
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """One incident at its position, with everything its line shows.

    `stopped_at` is when the clock of its target stopped, None while it runs.
    """

    position: int
    number: str
    service_name: str
    state: str
    district_name: str | None
    is_outside: bool
    opened_at: datetime
    request_count: int
    summary: str
    version: int
    due_at: datetime | None
    stopped_at: datetime | None
    appealed_against: str | None
    priority: Priority


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A stretch of the filtered queue, and how many there are in all."""

    entries: tuple[Queued, ...]
    total: int


def queue_page(
    session: Session, wanted: QueueFilter, now: datetime, *, limit: int, offset: int
) -> QueuePage:
    """The entries from `offset` on; ties go to what was opened first, then to the lower id."""
    order = _order(now)
    # The whole queue is sorted with nothing but its keys; the rest is fetched for one page.
    page = (
        sa.select(QueueEntry.incident_id)
        .where(*_conditions(wanted))
        .order_by(*order)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    rows = session.execute(
        _columns().join(page, page.c.incident_id == QueueEntry.incident_id).order_by(*order)
    ).all()
    entries = (_queued(row, now, offset + place) for place, row in enumerate(rows, start=1))
    return QueuePage(tuple(entries), queue_length(session, wanted))


def queue_length(session: Session, wanted: QueueFilter) -> int:
    """How many incidents the filtered queue has."""
    count = sa.select(sa.func.count()).select_from(QueueEntry)
    return session.scalar(count.where(*_conditions(wanted))) or 0


def queued_incident(session: Session, incident_id: int, now: datetime) -> Queued | None:
    """One incident with its position in the whole queue, None when it is not in it."""
    row = session.execute(_columns().where(Incident.id == incident_id)).one_or_none()
    if row is None:
        return None
    order = sa.func.row_number().over(order_by=_order(now)).label("position")
    places = (
        sa.select(QueueEntry.incident_id, order)
        .where(*_conditions(QueueFilter(is_outside=row.is_outside)))
        .subquery()
    )
    position = session.scalar(
        sa.select(places.c.position).where(places.c.incident_id == incident_id)
    )
    return _queued(row, now, position or 0)


def approved_set(session: Session) -> WeightSet | None:
    """The weight set in force."""
    return session.scalar(sa.select(WeightSet).where(WeightSet.state == "approved"))


def weight_sets(session: Session) -> list[WeightSet]:
    """All weight sets, newest first."""
    return list(session.scalars(sa.select(WeightSet).order_by(WeightSet.version.desc())))


def weights_of(session: Session, weight_set: WeightSet) -> list[tuple[DistrictWeight, str]]:
    """The weights of one set with the districts' names, heaviest first."""
    rows = session.execute(
        sa.select(DistrictWeight, District.name)
        .join(District, District.id == DistrictWeight.district_id)
        .where(DistrictWeight.weight_set_id == weight_set.id)
        .order_by(DistrictWeight.weight.desc(), District.name)
    )
    return [(row.DistrictWeight, row.name) for row in rows]


def _conditions(wanted: QueueFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.district_code is not None:
        code = sa.select(District.id).where(District.code == wanted.district_code)
        conditions.append(Incident.district_id.in_(code))
    if wanted.service_code is not None:
        conditions.append(Incident.service_code == wanted.service_code)
    if wanted.state is not None:
        conditions.append(Incident.state == wanted.state)
    is_listed = QueueEntry.is_outside.is_(wanted.is_outside)
    if not conditions:
        return [is_listed]
    return [is_listed, sa.exists().where(Incident.id == QueueEntry.incident_id, *conditions)]


def _order(now: datetime) -> tuple[sa.ColumnElement[Any], ...]:
    # While others are awaited the clock stands still.
    age = sa.func.coalesce(QueueEntry.paused_epoch, now.timestamp()) - QueueEntry.opened_epoch
    # What another system dates in the future has not waited yet, whatever its target.
    waiting = sa.case((age > 0, age), else_=0.0)
    score = waiting / QueueEntry.target_seconds * QueueEntry.weight
    return (
        QueueEntry.severity_band.asc(),
        score.desc(),
        QueueEntry.opened_epoch.asc(),
        QueueEntry.incident_id.asc(),
    )


@cache
def _columns() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Incident.number,
            Incident.state,
            Incident.is_outside,
            Incident.opened_at,
            QueueEntry.opened_epoch,
            QueueEntry.paused_epoch,
            Incident.request_count,
            Incident.version,
            Incident.due_at,
            Incident.appealed_against,
            QueueEntry.severity_band,
            QueueEntry.target_seconds,
            QueueEntry.weight,
            Service.name.label("service_name"),
            District.name.label("district_name"),
            ServiceRequest.description,
        )
        .select_from(QueueEntry)
        .join(Incident, Incident.id == QueueEntry.incident_id)
        .join(Service, Service.code == Incident.service_code)
        .join(ServiceRequest, ServiceRequest.number == Incident.number)
        .outerjoin(District, District.id == Incident.district_id)
    )


def _queued(row: sa.Row[*tuple[Any, ...]], now: datetime, position: int) -> Queued:
    is_running = row.paused_epoch is None
    stopped_at = None if is_running else datetime.fromtimestamp(row.paused_epoch, UTC)
    return Queued(
        position=position,
        number=row.number,
        service_name=row.service_name,
        state=row.state,
        district_name=row.district_name,
        is_outside=row.is_outside,
        opened_at=row.opened_at,
        request_count=row.request_count,
        summary=row.description,
        version=row.version,
        due_at=row.due_at,
        stopped_at=stopped_at,
        appealed_against=row.appealed_against,
        priority=priority_of(
            row.number,
            severity_band=row.severity_band,
            opened_at=datetime.fromtimestamp(row.opened_epoch, UTC),
            now=stopped_at or now,
            target_hours=row.target_seconds / 3600,
            area_weight=row.weight,
        ),
    )
