"""What residents were first to tell of, when somebody came for it, and what waits still."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.findings.read_cases import ACTIONS
from backend.core.channels import OWN_CHANNELS
from backend.core.db import table_of
from backend.reports.models import Incident, IncidentChange, Inspection, ServiceRequest
from backend.reports.workflow import FIXED_STATES, State
from equity.rates.events import UNKNOWN, Codes, Floats, Mask

_INCIDENT, _REQUEST = table_of(Incident), table_of(ServiceRequest)
_INSPECTION, _CHANGE = table_of(Inspection), table_of(IncidentChange)
_NOT_ASKED_OF_THE_CITY = (State.DUPLICATE, State.HANDED_OVER, State.OUTSIDE)
_DAY = timedelta(days=1).total_seconds()
_IS_READ = sa.or_(_INCIDENT.c.opened_at > sa.bindparam("since"), _INCIDENT.c.closed_at.is_(None))
_LOOKS = (
    sa.select(_INSPECTION.c.incident_id, sa.func.min(_INSPECTION.c.inspected_at).label("at"))
    .join(_INCIDENT, _INCIDENT.c.id == _INSPECTION.c.incident_id)
    .where(_IS_READ)
    .group_by(_INSPECTION.c.incident_id)
    .subquery("looks")
)
_STEPS = (
    sa.select(_CHANGE.c.incident_id, sa.func.min(_CHANGE.c.at).label("at"))
    .join(_INCIDENT, _INCIDENT.c.id == _CHANGE.c.incident_id)
    .where(_IS_READ, _CHANGE.c.to_state.in_(sorted(state.value for state in ACTIONS)))
    .group_by(_CHANGE.c.incident_id)
    .subquery("steps")
)
# An incident has the number of its first request.
_PROBLEMS = (
    sa.select(
        _INCIDENT.c.district_id,
        _INCIDENT.c.service_code,
        _REQUEST.c.reporter_hash,
        _INCIDENT.c.state.in_(sorted(state.value for state in FIXED_STATES)),
        _INCIDENT.c.opened_at,
        _INCIDENT.c.closed_at,
        _LOOKS.c.at,
        _STEPS.c.at,
    )
    .join(_REQUEST, _REQUEST.c.number == _INCIDENT.c.number)
    .outerjoin(_LOOKS, _LOOKS.c.incident_id == _INCIDENT.c.id)
    .outerjoin(_STEPS, _STEPS.c.incident_id == _INCIDENT.c.id)
    .where(
        _IS_READ,
        _INCIDENT.c.district_id.in_(sa.bindparam("districts", expanding=True)),
        _INCIDENT.c.opened_at <= sa.bindparam("now"),
        _INCIDENT.c.state.not_in([state.value for state in _NOT_ASKED_OF_THE_CITY]),
        _REQUEST.c.channel.not_in(sorted(OWN_CHANNELS)),
    )
    .order_by(_INCIDENT.c.id)
)


@dataclass(frozen=True, slots=True, eq=False)
class Problems:
    """Columns (n,): the district's place, the service's place in `services`, who was first to tell
    (`UNKNOWN` where nobody knows), the moment in seconds, for how many days it waited, and whether
    somebody then came. Infinite days are those of what was closed though nobody came."""

    services: tuple[str, ...]
    area: Codes
    service: Codes
    reporter: Codes
    opened: Floats
    days: Floats
    is_inspected: Mask


def read_problems(
    session: Session, areas: Mapping[int, int], since: datetime, now: datetime
) -> Problems:
    """Those that arose since then, or wait now; `areas` are places of districts by their ids.

    Somebody came with the first inspection or the first step that puts somebody to work.
    """
    asked = {"since": since, "now": now, "districts": sorted(areas)}
    rows = session.execute(_PROBLEMS, asked).all()
    district, service, reporter, is_fixed, *moments = (
        zip(*rows, strict=True) if rows else [()] * len(_PROBLEMS.selected_columns)
    )
    opened, closed, looked, stepped = map(_seconds, moments)
    came = np.fmin(looked, stepped)
    # What came in by a file has no steps, only its end.
    came = np.where(np.isnan(came) & np.array(is_fixed, bool), closed, came)
    until = np.where(np.isnan(closed), now.timestamp(), np.inf)
    services, kind = _numbered(service)
    is_known = np.array([one is not None for one in reporter], bool)
    return Problems(
        services=services,
        area=np.array([areas[one] for one in district], np.intp),
        service=kind,
        reporter=np.where(is_known, _numbered(reporter)[1], UNKNOWN),
        opened=opened,
        days=np.where(np.isnan(came), until - opened, np.maximum(came - opened, 0.0)) / _DAY,
        is_inspected=~np.isnan(came),
    )


def _seconds(moments: Sequence[datetime | None]) -> Floats:
    """(n,) since 1970, NaN where there is no moment."""
    return np.array([np.nan if one is None else one.timestamp() for one in moments], np.float64)


def _numbered(names: Sequence[Any]) -> tuple[tuple[Any, ...], Codes]:
    """Each name once, and the place of each in there (n,)."""
    places: dict[Any, int] = {}
    codes = [places.setdefault(name, len(places)) for name in names]
    return tuple(places), np.array(codes, np.intp)
