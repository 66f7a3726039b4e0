"""What residents were first to tell of, when somebody came for it, and what waits still."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from backend.audits.findings.read_cases import ACTIONS
from backend.core.channels import OWN_CHANNELS
from backend.core.db import table_of
from backend.reports.models import Incident, IncidentChange, Inspection, ServiceRequest
from backend.reports.workflow import FIXED_STATES, State
from equity.rates.events import UNKNOWN, Codes, Floats, Mask


class _Seconds(FunctionElement[float]):
    """A moment as seconds since 1970, None where there is none: reading a year of datetimes would
    take longer than all the rest."""

    type = sa.Float()
    inherit_cache = True


@compiles(_Seconds, "sqlite")
def _seconds_in_sqlite(element: _Seconds, compiler: Any, **how: Any) -> str:
    return f"((julianday({compiler.process(element.clauses, **how)}) - 2440587.5) * 86400)"


@compiles(_Seconds, "postgresql")
def _seconds_in_postgresql(element: _Seconds, compiler: Any, **how: Any) -> str:
    moment = compiler.process(element.clauses, **how)
    return f"CAST(EXTRACT(epoch FROM {moment}) AS double precision)"


_INCIDENT, _REQUEST = table_of(Incident), table_of(ServiceRequest)
_INSPECTION, _CHANGE = table_of(Inspection), table_of(IncidentChange)
_NOT_ASKED_OF_THE_CITY = (State.DUPLICATE, State.HANDED_OVER, State.OUTSIDE)
_DAY = timedelta(days=1).total_seconds()
_NOW: sa.BindParameter[datetime] = sa.bindparam("now")
_IS_OPEN = sa.or_(_INCIDENT.c.closed_at.is_(None), _INCIDENT.c.closed_at > _NOW)
_LOOK = sa.select(sa.func.min(_INSPECTION.c.inspected_at)).where(
    _INSPECTION.c.incident_id == _INCIDENT.c.id, _INSPECTION.c.inspected_at <= _NOW
)
_STEP = sa.select(sa.func.min(_CHANGE.c.at)).where(
    _CHANGE.c.incident_id == _INCIDENT.c.id,
    _CHANGE.c.at <= _NOW,
    _CHANGE.c.to_state.in_(sorted(state.value for state in ACTIONS)),
)
# An incident has the number of its first request.
_PROBLEMS = (
    sa.select(
        _INCIDENT.c.district_id,
        _INCIDENT.c.service_code,
        _REQUEST.c.reporter_hash,
        _INCIDENT.c.state.in_(sorted(state.value for state in FIXED_STATES)),
        _Seconds(_INCIDENT.c.opened_at),
        _Seconds(sa.case((_IS_OPEN, None), else_=_INCIDENT.c.closed_at)),
        _Seconds(_LOOK.scalar_subquery()),
        _Seconds(_STEP.scalar_subquery()),
    )
    .join(_REQUEST, _REQUEST.c.number == _INCIDENT.c.number)
    .where(
        sa.or_(_INCIDENT.c.opened_at > sa.bindparam("since"), _IS_OPEN),
        _INCIDENT.c.opened_at <= _NOW,
        _REQUEST.c.received_at <= _NOW,
        sa.or_(
            _IS_OPEN, _INCIDENT.c.state.not_in([state.value for state in _NOT_ASKED_OF_THE_CITY])
        ),
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

    @property
    def sha256(self) -> str:
        """By which the same data can be known again."""
        digest = hashlib.sha256("|".join(self.services).encode())
        for codes in (self.area, self.service, self.reporter):
            digest.update(codes.astype(np.int64).tobytes())
        for figures in (self.opened, self.days, self.is_inspected.astype(np.float64)):
            digest.update(figures.tobytes())
        return digest.hexdigest()


def read_problems(
    session: Session, areas: Mapping[int, int], since: datetime, now: datetime
) -> Problems:
    """Those that arose since then, or wait at `now`; `areas` are places of districts by their ids.

    Somebody came with the first inspection or the first step that puts somebody to work. What came
    in or was done after `now` is left out, so that a moment that is past can be asked for again.
    """
    found = session.execute(_PROBLEMS, {"since": since, "now": now})
    # In the order of the table and by no index of districts: most rows are wanted.
    rows = [row for row in found if row[0] in areas]
    district, service, reporter, is_fixed, *moments = (
        zip(*rows, strict=True) if rows else [()] * len(_PROBLEMS.selected_columns)
    )
    # Seconds, NaN where there is no moment.
    opened, closed, looked, stepped = (np.array(one, np.float64) for one in moments)
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
        days=np.maximum(np.where(np.isnan(came), until, came) - opened, 0.0) / _DAY,
        is_inspected=~np.isnan(came),
    )


def _numbered(names: Sequence[Any]) -> tuple[tuple[Any, ...], Codes]:
    """Each name once, and the place of each in there (n,)."""
    places: dict[Any, int] = {}
    codes = [places.setdefault(name, len(places)) for name in names]
    return tuple(places), np.array(codes, np.intp)
