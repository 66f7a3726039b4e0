"""What the city was asked for in the last year, district by service, and how it was served."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.findings.read_cases import ACTIONS
from backend.audits.targets.plan import IMPORTANCE_OF_BAND, Served
from backend.core.channels import OWN_CHANNELS
from backend.core.db import table_of
from backend.core.errors import Conflict
from backend.places.queries import current_districts
from backend.reports.models import Incident, IncidentChange, Inspection, Service, ServiceRequest
from backend.reports.workflow import FIXED_STATES, State
from equity.levers.targets import travel_hours_of
from equity.measures.burden import NEVER_DAYS
from equity.measures.inspected_share import inspected_within
from equity.rates.events import Codes, Floats, Mask

YEAR_DAYS = 365
FEWEST = 10
"""Of fewer problems nobody can tell how they are served; the service's own figures stand in."""
LEAST_A_YEAR = 0.5
"""A pair without a report counts as half a report a year: it is promised something too."""

_INCIDENT, _REQUEST = table_of(Incident), table_of(ServiceRequest)
_INSPECTION, _CHANGE = table_of(Inspection), table_of(IncidentChange)
_NOT_ASKED_OF_THE_CITY = (State.DUPLICATE, State.HANDED_OVER, State.OUTSIDE)
# An incident has the number of its first request.
_IS_READ = sa.or_(_INCIDENT.c.opened_at > sa.bindparam("since"), _INCIDENT.c.closed_at.is_(None))
_PROBLEMS = (
    sa.select(
        _INCIDENT.c.id,
        _INCIDENT.c.district_id,
        _INCIDENT.c.service_code,
        _INCIDENT.c.opened_at,
        _INCIDENT.c.closed_at,
        _INCIDENT.c.state,
    )
    .join(_REQUEST, _REQUEST.c.number == _INCIDENT.c.number)
    .where(
        _IS_READ,
        _INCIDENT.c.opened_at <= sa.bindparam("now"),
        _INCIDENT.c.state.not_in([state.value for state in _NOT_ASKED_OF_THE_CITY]),
        _REQUEST.c.channel.not_in(sorted(OWN_CHANNELS)),
    )
    .order_by(_INCIDENT.c.id)
)
_LOOKS = (
    sa.select(_INSPECTION.c.incident_id, sa.func.min(_INSPECTION.c.inspected_at))
    .join(_INCIDENT, _INCIDENT.c.id == _INSPECTION.c.incident_id)
    .where(_IS_READ)
    .group_by(_INSPECTION.c.incident_id)
)
_STEPS = (
    sa.select(_CHANGE.c.incident_id, sa.func.min(_CHANGE.c.at))
    .join(_INCIDENT, _INCIDENT.c.id == _CHANGE.c.incident_id)
    .where(_IS_READ, _CHANGE.c.to_state.in_(sorted(state.value for state in ACTIONS)))
    .group_by(_CHANGE.c.incident_id)
)


@dataclass(frozen=True, slots=True, eq=False)
class CityDemand:
    """What is asked of the city, with the names of districts and services as the tables have them.

    `problems` arose between `since` and `until`.
    """

    served: Served
    area_names: tuple[str, ...]
    category_names: tuple[str, ...]
    since: datetime
    until: datetime
    problems: int


@dataclass(frozen=True, slots=True, eq=False)
class _Waits:
    """Columns (n,): the cell of a problem, how long it waited, and whether somebody then came.

    Those that did not arise in the last year wait since longer.
    """

    area: Codes
    kind: Codes
    days: Floats
    is_inspected: Mask
    is_of_year: Mask

    def table(self, chosen: Mask, shape: tuple[int, int]) -> Floats:
        """(areas, categories) how many of the `chosen` there are."""
        cell = self.area[chosen] * shape[1] + self.kind[chosen]
        return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def read_served(session: Session, now: datetime, km_per_hour: float) -> CityDemand:
    """Of the last year, or of as much of it as there is, and what waits since longer; only reads.

    Somebody came with the first inspection or the first step that puts somebody to work. Raises
    `Conflict` where there are no districts or no reports.
    """
    districts = tuple(current_districts(session))
    if not districts:
        raise Conflict("no-boundaries")
    since = now - timedelta(days=YEAR_DAYS)
    ids = {one.id: place for place, one in enumerate(districts)}
    asked = session.execute(_PROBLEMS, {"since": since, "now": now})
    rows = [row for row in asked if row.district_id in ids]
    began = min((row.opened_at for row in rows if row.opened_at > since), default=None)
    if began is None:
        raise Conflict("no-reports")
    codes = {row.service_code for row in rows}
    order = (Service.severity_band, Service.name, Service.code)
    services = tuple(
        session.scalars(sa.select(Service).where(Service.code.in_(codes)).order_by(*order))
    )
    kinds = {one.code: n for n, one in enumerate(services)}
    waits = _waits(session, rows, ids, kinds, since, now)
    shape = (len(districts), len(services))
    counts = waits.table(waits.is_of_year, shape)
    per_day = np.maximum(counts / max(_days(now - began), 1.0), LEAST_A_YEAR / YEAR_DAYS)
    share, days, is_pooled = _service_today(waits, counts)
    stops = np.maximum((per_day * share).sum(axis=1), LEAST_A_YEAR / YEAR_DAYS)
    square_km = np.array([one.area_m2 for one in districts]) / 1e6
    served = Served(
        areas=tuple(one.code for one in districts),
        categories=tuple(one.code for one in services),
        requests_per_day=per_day,
        importance=np.array([IMPORTANCE_OF_BAND[one.severity_band] for one in services]),
        travel_hours=travel_hours_of(square_km, stops, km_per_hour),
        inspected_share=share,
        days=days,
        is_pooled=is_pooled,
        waiting=waits.table(~waits.is_inspected & np.isfinite(waits.days), shape),
    )
    area_names = tuple(one.name for one in districts)
    category_names = tuple(one.name for one in services)
    return CityDemand(served, area_names, category_names, began, now, int(counts.sum()))


def _waits(
    session: Session, rows: list[Any], areas: dict[int, int], kinds: dict[str, int],
    since: datetime, now: datetime,
) -> _Waits:  # fmt: skip
    came: dict[int, datetime] = {}
    for statement in (_LOOKS, _STEPS):
        for incident, at in session.execute(statement, {"since": since}):
            came[incident] = min(at, came.get(incident, at))
    found = [_wait(row, came.get(row.id), now) for row in rows]
    return _Waits(
        np.array([areas[row.district_id] for row in rows], np.intp),
        np.array([kinds[row.service_code] for row in rows], np.intp),
        np.array([days for days, _ in found]),
        np.array([is_inspected for _, is_inspected in found]),
        np.array([row.opened_at > since for row in rows]),
    )


def _wait(row: Any, came: datetime | None, now: datetime) -> tuple[float, bool]:
    # What came in by a file has no steps, only its end.
    if came is None and row.closed_at is not None and row.state in FIXED_STATES:
        came = row.closed_at
    if came is not None:
        return max(_days(came - row.opened_at), 0.0), True
    return (_days(now - row.opened_at), False) if row.closed_at is None else (inf, False)


def _service_today(waits: _Waits, counts: Floats) -> tuple[Floats, Floats, Mask]:
    share, days = np.zeros(counts.shape), np.full(counts.shape, np.nan)
    for kind in range(counts.shape[1]):
        of_kind = waits.is_of_year & (waits.kind == kind)
        share[:, kind], days[:, kind] = _inspected(waits, of_kind)
        for area in np.flatnonzero(counts[:, kind] >= FEWEST):
            share[area, kind], days[area, kind] = _inspected(waits, of_kind & (waits.area == area))
    return share, days, counts < FEWEST


def _inspected(waits: _Waits, chosen: Mask) -> tuple[float, float]:
    return inspected_within(waits.days[chosen], waits.is_inspected[chosen], NEVER_DAYS)


def _days(span: timedelta) -> float:
    return span / timedelta(days=1)
