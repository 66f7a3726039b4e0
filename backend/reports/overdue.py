"""The public list of what stands without a reasoned answer beyond its date."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import UTCDateTime, table_of
from backend.places.models import District
from backend.reports.models import Incident, Service
from backend.reports.workflow import OPEN_STATES


@dataclass(frozen=True, slots=True)
class OverdueIncident:
    """An open incident the city owes an answer to since `due_at`.

    At `paused_at` its clock stopped, because others are awaited; it was late by then.
    """

    number: str
    service_code: str
    service_name: str
    state: str
    district_name: str | None
    opened_at: datetime
    due_at: datetime
    reports: int
    paused_at: datetime | None


@dataclass(frozen=True, slots=True)
class OverduePage:
    """One page of the list, what was due first at its head, and how long the list is."""

    total: int
    incidents: tuple[OverdueIncident, ...]


def late_by(due_at: datetime, paused_at: datetime | None, now: datetime) -> timedelta:
    """How far the clock ran beyond `due_at`: more than nothing where it is late.

    While others are awaited it stands still, and what was late before stays so.
    """
    return (paused_at or now) - due_at


def overdue_incidents(
    session: Session, now: datetime, *, limit: int, offset: int = 0
) -> OverduePage:
    """What is open, without a public answer, and past its date while the clock ran."""
    total = session.scalar(_COUNT, {"now": now}) or 0
    rows = session.execute(_PAGE, {"now": now, "most": limit, "first": offset})
    return OverduePage(total, tuple(OverdueIncident(*row) for row in rows))


_INCIDENT, _SERVICE, _DISTRICT = map(table_of, (Incident, Service, District))
_IS_OVERDUE = sa.and_(
    _INCIDENT.c.answered_at.is_(None),
    # What the index knows, though the last line says more.
    _INCIDENT.c.due_at < sa.bindparam("now", type_=UTCDateTime),
    _INCIDENT.c.state.in_(OPEN_STATES),
    _INCIDENT.c.paused_at.is_(None) | (_INCIDENT.c.due_at < _INCIDENT.c.paused_at),
)
_COUNT: sa.Select[int] = sa.select(sa.func.count()).select_from(_INCIDENT).where(_IS_OVERDUE)
_PAGE: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        _INCIDENT.c.number,
        _INCIDENT.c.service_code,
        _SERVICE.c.name,
        _INCIDENT.c.state,
        _DISTRICT.c.name,
        _INCIDENT.c.opened_at,
        _INCIDENT.c.due_at,
        _INCIDENT.c.request_count,
        _INCIDENT.c.paused_at,
    )
    .join(_SERVICE, _SERVICE.c.code == _INCIDENT.c.service_code)
    .outerjoin(_DISTRICT, _DISTRICT.c.id == _INCIDENT.c.district_id)
    .where(_IS_OVERDUE)
    .order_by(_INCIDENT.c.due_at, _INCIDENT.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .offset(sa.bindparam("first", type_=sa.Integer))
)
