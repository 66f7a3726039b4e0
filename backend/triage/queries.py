"""The queue in order: severity band, then waiting time over target times weight."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.places.models import District
from backend.reports.models import Incident, Service, ServiceRequest
from backend.triage.models import DistrictWeight, QueueEntry, WeightSet
from equity.levers.priority import Priority, priority_of

_ENTRY, _INCIDENT, _REQUEST = map(table_of, (QueueEntry, Incident, ServiceRequest))
_SERVICE, _DISTRICT = table_of(Service), table_of(District)
_NOW = sa.bindparam("now", type_=sa.Float)
# While others are awaited the clock stands still.
_AGE = sa.func.coalesce(_ENTRY.c.paused_epoch, _NOW) - _ENTRY.c.opened_epoch
# What another system dates in the future has not waited yet, whatever its target.
_WAITING = sa.case((_AGE > 0, _AGE), else_=0.0)
_ORDER = (
    _ENTRY.c.severity_band.asc(),
    (_WAITING / _ENTRY.c.target_seconds * _ENTRY.c.weight).desc(),
    _ENTRY.c.opened_epoch.asc(),
    _ENTRY.c.incident_id.asc(),
)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue to show; None does not filter. `is_outside` lists what lies outside."""

    district_code: str | None = None
    service_code: str | None = None
    state: str | None = None
    is_outside: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """What is asked for, by the name a statement has for it."""
        chosen = {
            "district": self.district_code,
            "service": self.service_code,
            "state": self.state,
        }
        given = {name: value for name, value in chosen.items() if value is not None}
        return given | {"is_outside": self.is_outside}


@dataclass(frozen=True, slots=True)
class Queued:
    """One incident at its position, with everything its line shows.

    `stopped_at` is when the clock of its target stopped, None while it runs. `held_for` is the
    report whose target its weight fell back to 1 for.
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
    held_for: str | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A stretch of the filtered queue, and how many there are in all."""

    entries: tuple[Queued, ...]
    total: int


def queue_page(
    session: Session, wanted: QueueFilter, now: datetime, *, limit: int, offset: int
) -> QueuePage:
    """The entries from `offset` on; ties go to what was opened first, then to the lower id."""
    asked = wanted.parameters
    stretch = {"now": now.timestamp(), "limit": limit, "offset": offset}
    rows = session.execute(_page(tuple(asked)), asked | stretch).all()
    entries = (_queued(row, now, offset + place) for place, row in enumerate(rows, start=1))
    return QueuePage(tuple(entries), queue_length(session, wanted))


def queue_length(session: Session, wanted: QueueFilter) -> int:
    """How many incidents the filtered queue has."""
    asked = wanted.parameters
    return session.execute(_length(tuple(asked)), asked).scalar_one()


def queued_incident(session: Session, incident_id: int, now: datetime) -> Queued | None:
    """One incident with its position in the whole queue, None when it is not in it."""
    row = session.execute(_columns().where(_ENTRY.c.incident_id == incident_id)).one_or_none()
    if row is None:
        return None
    asked = QueueFilter(is_outside=row.is_outside).parameters
    order = sa.func.row_number().over(order_by=_ORDER).label("position")
    places = sa.select(_ENTRY.c.incident_id, order).where(*_conditions(asked)).subquery()
    position = session.execute(
        sa.select(places.c.position).where(places.c.incident_id == incident_id),
        asked | {"now": now.timestamp()},
    ).scalar_one_or_none()
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


@cache
def _page(asked: tuple[str, ...]) -> sa.Select[*tuple[Any, ...]]:
    """The whole list is sorted with nothing but its keys; the rest is fetched for one page."""
    page = (
        sa.select(_ENTRY.c.incident_id)
        .where(*_conditions(asked))
        .order_by(*_ORDER)
        .limit(sa.bindparam("limit"))
        .offset(sa.bindparam("offset"))
        .subquery()
    )
    is_there = page.c.incident_id == _ENTRY.c.incident_id
    return _columns().join(page, is_there).order_by(*_ORDER)


@cache
def _length(asked: tuple[str, ...]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(_ENTRY).where(*_conditions(asked))


def _conditions(asked: Collection[str]) -> list[sa.ColumnElement[bool]]:
    """What the list is filtered by, from the names in `QueueFilter.parameters`."""
    code = sa.select(_DISTRICT.c.id).where(_DISTRICT.c.code == sa.bindparam("district"))
    chosen = {
        "district": _INCIDENT.c.district_id.in_(code),
        "service": _INCIDENT.c.service_code == sa.bindparam("service"),
        "state": _INCIDENT.c.state == sa.bindparam("state"),
    }
    is_listed = _ENTRY.c.is_outside == sa.bindparam("is_outside")
    conditions = [condition for name, condition in chosen.items() if name in asked]
    if not conditions:
        return [is_listed]
    return [is_listed, sa.exists().where(_INCIDENT.c.id == _ENTRY.c.incident_id, *conditions)]


@cache
def _columns() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            _INCIDENT.c.number,
            _INCIDENT.c.state,
            _INCIDENT.c.is_outside,
            _INCIDENT.c.opened_at,
            _ENTRY.c.opened_epoch,
            _ENTRY.c.paused_epoch,
            _INCIDENT.c.request_count,
            _INCIDENT.c.version,
            _INCIDENT.c.due_at,
            _INCIDENT.c.appealed_against,
            _ENTRY.c.severity_band,
            _ENTRY.c.target_seconds,
            _ENTRY.c.weight,
            _ENTRY.c.held_for,
            _SERVICE.c.name.label("service_name"),
            _DISTRICT.c.name.label("district_name"),
            _REQUEST.c.description,
        )
        .select_from(_ENTRY)
        .join(_INCIDENT, _INCIDENT.c.id == _ENTRY.c.incident_id)
        .join(_SERVICE, _SERVICE.c.code == _INCIDENT.c.service_code)
        .join(_REQUEST, _REQUEST.c.number == _INCIDENT.c.number)
        .outerjoin(_DISTRICT, _DISTRICT.c.id == _INCIDENT.c.district_id)
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
        held_for=row.held_for,
    )
