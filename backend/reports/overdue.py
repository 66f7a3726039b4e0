"""The public list of what stands without a reasoned answer beyond its date."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import UTCDateTime, table_of
from backend.places.models import District
from backend.reports.models import Incident, Service
from backend.reports.workflow import OPEN_STATES, PAUSED_STATES

_RUNNING_STATES = [state.value for state in OPEN_STATES if state not in PAUSED_STATES]


@dataclass(frozen=True, slots=True)
class OverdueIncident:
    """An open incident the city owes an answer to since `due_at`."""

    number: str
    service_code: str
    service_name: str
    state: str
    district_name: str | None
    opened_at: datetime
    due_at: datetime
    reports: int


@dataclass(frozen=True, slots=True)
class OverduePage:
    """One page of the list, longest overdue first, and how long the list is."""

    total: int
    incidents: tuple[OverdueIncident, ...]


def overdue_incidents(
    session: Session, now: datetime, *, limit: int, offset: int = 0
) -> OverduePage:
    """What is open, not waiting for others, past its date and without a public answer."""
    total = session.scalar(_COUNT, {"now": now}) or 0
    rows = session.execute(_PAGE, {"now": now, "most": limit, "first": offset})
    return OverduePage(total, tuple(OverdueIncident(*row) for row in rows))


_INCIDENT, _SERVICE, _DISTRICT = map(table_of, (Incident, Service, District))
_IS_OVERDUE = sa.and_(
    _INCIDENT.c.answered_at.is_(None),
    _INCIDENT.c.due_at < sa.bindparam("now", type_=UTCDateTime),
    _INCIDENT.c.state.in_(_RUNNING_STATES),
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
    )
    .join(_SERVICE, _SERVICE.c.code == _INCIDENT.c.service_code)
    .outerjoin(_DISTRICT, _DISTRICT.c.id == _INCIDENT.c.district_id)
    .where(_IS_OVERDUE)
    .order_by(_INCIDENT.c.due_at, _INCIDENT.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .offset(sa.bindparam("first", type_=sa.Integer))
)
