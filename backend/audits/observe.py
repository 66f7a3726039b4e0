"""From the city's rows to the columns the estimator reads."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.core.channels import OWN_CHANNELS, Channel
from backend.core.db import table_of
from backend.places.models import District
from backend.reports.commands import InspectionOutcome
from backend.reports.models import Incident, Inspection, ServiceRequest
from backend.reports.workflow import FIXED_STATES
from equity.rates.events import (
    FOUND,
    GONE,
    NOT_FOUND,
    UNKNOWN,
    Codes,
    Requests,
    requests_from_columns,
)

_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_NOT_A_TIME = np.iinfo(np.int64).min
_OUTCOMES: dict[str, int] = {
    InspectionOutcome.FOUND: FOUND,
    InspectionOutcome.GONE: GONE,
    InspectionOutcome.NOT_FOUND: NOT_FOUND,
}
_REQUEST, _INCIDENT, _INSPECTION = map(table_of, (ServiceRequest, Incident, Inspection))


@dataclass(frozen=True, slots=True)
class RequestLog:
    """The request rows as columns, with a hash by which the same data can be known again."""

    requests: Requests
    size: int
    sha256: str


def read_request_log(session: Session, boundary_set_id: int) -> RequestLog:
    """Every request with its incident's district (as its row id in text) and service.

    An incident is watched until somebody from the city first looked or it was closed. Who walks a
    sweep has looked, so its finds are inspections; like all that the city finds by itself they are
    no reports. What is closed as fixed without an inspection was there to be fixed. Districts
    without any incident are named as areas all the same.
    """
    districts = sa.select(District.id).where(District.boundary_set_id == boundary_set_id)
    area_ids = list(session.scalars(districts.order_by(District.id)))
    area_names = {area_id: str(area_id) for area_id in area_ids}
    rows = session.execute(_EVERY_REQUEST).all()
    columns = list(zip(*rows, strict=True)) or [()] * 8
    incident, closed, is_fixed = columns[1], as_ticks(columns[6]), np.array(columns[7], bool)
    inspected, outcome = _first_looks(session, incident)
    moments = [as_ticks(columns[0]), inspected, closed]
    channel, reporter, category, district = columns[2:6]
    # NaT compares as false: no closing is no earlier than an inspection, and the other way round.
    is_closed_first = ~np.isnat(closed) & ~(inspected <= closed)
    outcome[is_closed_first] = np.where(is_fixed[is_closed_first], FOUND, UNKNOWN)
    requests = requests_from_columns(
        incident=incident,
        request=np.arange(len(rows)).tolist(),
        at=moments[0],
        area=[area_names.get(district_id) for district_id in district],
        category=category,
        until=moments[1:],
        reporter=reporter,
        is_report=np.array([one not in OWN_CHANNELS for one in channel], dtype=bool),
        outcome=outcome,
        areas=area_names.values(),
    )
    digest = hashlib.sha256(outcome.astype(np.int8).tobytes())
    for moment in moments:
        digest.update(moment.tobytes())
    for column in columns[1:6]:
        digest.update("|".join(map(str, column)).encode())
    return RequestLog(requests, len(rows), digest.hexdigest())


# In order of time; an incident lies where its first report said.
_EVERY_REQUEST: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        _REQUEST.c.requested_at,
        _REQUEST.c.incident_id,
        _REQUEST.c.channel,
        _REQUEST.c.reporter_hash,
        _INCIDENT.c.service_code,
        _INCIDENT.c.district_id,
        _INCIDENT.c.closed_at,
        _INCIDENT.c.state.in_([state.value for state in FIXED_STATES]),
    )
    .join(_INCIDENT, _INCIDENT.c.id == _REQUEST.c.incident_id)
    .order_by(_REQUEST.c.requested_at, _REQUEST.c.id)
)
_EVERY_LOOK: sa.CompoundSelect[*tuple[Any, ...]] = sa.union_all(
    sa.select(_INSPECTION.c.incident_id, _INSPECTION.c.inspected_at, _INSPECTION.c.outcome),
    sa.select(
        _REQUEST.c.incident_id, _REQUEST.c.requested_at, sa.literal(InspectionOutcome.FOUND.value)
    ).where(_REQUEST.c.channel == Channel.SWEEP.value),
)


def _first_looks(session: Session, incident: Sequence[int]) -> tuple[NDArray[np.datetime64], Codes]:
    """When somebody first looked at the incident of each row, and what they saw."""
    looks: dict[int, tuple[datetime, str]] = {}
    for incident_id, at, outcome in session.execute(_EVERY_LOOK):
        known = looks.get(incident_id)
        if known is None or (at, outcome) < known:
            looks[incident_id] = (at, outcome)
    place = {incident_id: number for number, incident_id in enumerate(looks, 1)}
    row = np.array([place.get(one, 0) for one in incident], np.intp)
    moments = as_ticks([None, *(at for at, _ in looks.values())])
    codes = np.array([UNKNOWN, *(_OUTCOMES[outcome] for _, outcome in looks.values())], np.intp)
    return moments[row], codes[row]


def as_ticks(values: Sequence[datetime | None]) -> NDArray[np.datetime64]:
    """Moments as UTC microseconds, None as not-a-time."""
    ticks = [_NOT_A_TIME if value is None else (value - _EPOCH) // _TICK for value in values]
    return np.array(ticks, np.int64).astype("datetime64[us]")
