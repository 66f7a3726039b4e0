"""From the city's rows to the columns the estimator reads."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

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
)

_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_NOT_A_TIME = np.iinfo(np.int64).min
_PART = 500
_OUTCOMES: dict[str, int] = {
    InspectionOutcome.FOUND: FOUND,
    InspectionOutcome.GONE: GONE,
    InspectionOutcome.NOT_FOUND: NOT_FOUND,
}
_Rows: TypeAlias = sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]]
_REQUEST, _INCIDENT, _INSPECTION = map(table_of, (ServiceRequest, Incident, Inspection))


@dataclass(frozen=True, slots=True)
class RequestLog:
    """The request rows as columns, with a hash by which the same data can be known again.

    `incident_ids`, ascending, are the row ids behind the codes of incidents, and `reporters` the
    codes of reporters.
    """

    requests: Requests
    size: int
    sha256: str
    incident_ids: Codes
    reporters: Mapping[str, int]


def read_request_log(
    session: Session, boundary_set_id: int, known_at: datetime | None = None
) -> RequestLog:
    """Every request with its incident's district (as its row id in text) and service; with
    `known_at` only what had come in and been done by then, to make a fit of that moment again.

    An incident is watched until somebody from the city first looked or it was closed. Who walks a
    sweep has looked, so its finds are inspections; like all that the city finds by itself they are
    no reports. What is closed as fixed without an inspection was there to be fixed. Districts
    without any incident are named as areas all the same.
    """
    districts = sa.select(District.id).where(District.boundary_set_id == boundary_set_id)
    areas = tuple(sorted(map(str, session.scalars(districts))))
    every_incident, every_request = _known(known_at)
    incident_ids, service, district, closed_at, is_fixed = _columns(session, every_incident)
    ids = np.array(incident_ids, np.intp)
    closed = as_ticks([_by(known_at, one) for one in closed_at])
    inspected, outcome = _first_looks(session, ids, known_at)
    # NaT compares as false: no closing is no earlier than an inspection, and the other way round.
    is_closed_first = ~np.isnat(closed) & ~(inspected <= closed)
    outcome[is_closed_first] = np.where(np.array(is_fixed, bool)[is_closed_first], FOUND, UNKNOWN)
    incident_id, requested_at, channel, reporter = _columns(session, every_request)
    incident = np.searchsorted(ids, np.array(incident_id, np.intp))
    at = as_ticks(requested_at)
    categories = tuple(sorted(set(service)))
    reporters = _code_of(dict.fromkeys(filter(None, reporter)))
    requests = Requests(
        incident=incident,
        request=np.arange(incident.size),
        at=at,
        area=_codes(map(str, district), _code_of(areas))[incident],
        category=_codes(service, _code_of(categories))[incident],
        areas=areas,
        categories=categories,
        until=np.column_stack([inspected, closed])[incident],
        covariates=np.empty((incident.size, 0)),
        covariate_names=(),
        reporter=_codes(reporter, reporters),
        is_report=np.array([one not in OWN_CHANNELS for one in channel], bool),
        outcome=outcome[incident],
    )
    digest = hashlib.sha256(outcome.astype(np.int8).tobytes())
    for moments in (at, inspected, closed):
        digest.update(moments.tobytes())
    for column in (incident_id, channel, reporter, incident_ids, service, district):
        digest.update("|".join(map(str, column)).encode())
    return RequestLog(requests, incident.size, digest.hexdigest(), ids, reporters)


_EVERY_INCIDENT: sa.Select[Any] = sa.select(
    _INCIDENT.c.id,
    _INCIDENT.c.service_code,
    _INCIDENT.c.district_id,
    _INCIDENT.c.closed_at,
    _INCIDENT.c.state.in_([state.value for state in FIXED_STATES]),
).order_by(_INCIDENT.c.id)
_EVERY_REQUEST: sa.Select[Any] = sa.select(
    _REQUEST.c.incident_id,
    _REQUEST.c.requested_at,
    _REQUEST.c.channel,
    _REQUEST.c.reporter_hash,
).order_by(_REQUEST.c.requested_at, _REQUEST.c.id)
_EVERY_LOOK: _Rows = sa.union_all(
    sa.select(_INSPECTION.c.incident_id, _INSPECTION.c.inspected_at, _INSPECTION.c.outcome),
    sa.select(
        _REQUEST.c.incident_id, _REQUEST.c.requested_at, sa.literal(InspectionOutcome.FOUND.value)
    ).where(_REQUEST.c.channel == Channel.SWEEP.value),
)


def _known(known_at: datetime | None) -> tuple[_Rows, _Rows]:
    """The incidents and the requests that were there at a moment; without one, all."""
    if known_at is None:
        return _EVERY_INCIDENT, _EVERY_REQUEST
    told = sa.select(sa.func.min(_REQUEST.c.received_at))
    first_told = told.where(_REQUEST.c.incident_id == _INCIDENT.c.id).scalar_subquery()
    # What was joined to another incident has no request of its own any more.
    came_at = sa.func.coalesce(first_told, _INCIDENT.c.opened_at)
    return (
        _EVERY_INCIDENT.where(came_at <= known_at),
        _EVERY_REQUEST.where(_REQUEST.c.received_at <= known_at),
    )


def _by(known_at: datetime | None, moment: datetime | None) -> datetime | None:
    """A moment, None where it lies after `known_at`."""
    is_later = known_at is not None and moment is not None and moment > known_at
    return None if is_later else moment


def _columns(session: Session, statement: _Rows) -> list[list[Any]]:
    """The rows of a statement, turned on their side."""
    rows = session.execute(statement)
    columns: list[list[Any]] = [[] for _ in statement.selected_columns]
    # Few at a time: the garbage collector goes through all rows that are there, again and again.
    for part in rows.partitions(_PART):
        for column, values in zip(columns, zip(*part, strict=True), strict=True):
            column.extend(values)
    return columns


def _first_looks(
    session: Session, ids: Codes, known_at: datetime | None
) -> tuple[NDArray[np.datetime64], Codes]:
    """When somebody first looked at each of the incidents `ids`, ascending, and what they saw, as
    far as that was known."""
    seen = np.full(ids.size, UNKNOWN)
    first = np.full(ids.size, np.datetime64("NaT", "us"))
    incident_id, looked_at, outcome = _columns(session, _EVERY_LOOK)
    looked_up, at = np.array(incident_id, np.intp), as_ticks(looked_at)
    codes = np.array([_OUTCOMES[one] for one in outcome], np.intp)
    if known_at is not None:
        was_known = (at <= as_ticks([known_at])) & np.isin(looked_up, ids)
        looked_up, at, codes = looked_up[was_known], at[was_known], codes[was_known]
    incident = np.searchsorted(ids, looked_up)
    in_time = np.lexsort((codes, at, incident))
    looked, earliest = np.unique(incident[in_time], return_index=True)
    first[looked], seen[looked] = at[in_time][earliest], codes[in_time][earliest]
    return first, seen


def _code_of(levels: Iterable[str]) -> dict[str, int]:
    return {level: code for code, level in enumerate(levels)}


def _codes(values: Iterable[str | None], code_of: Mapping[Any, int]) -> Codes:
    return np.array([code_of.get(value, UNKNOWN) for value in values], np.intp)


def as_ticks(values: Sequence[datetime | None]) -> NDArray[np.datetime64]:
    """Moments as UTC microseconds, None as not-a-time."""
    ticks = [_NOT_A_TIME if value is None else (value - _EPOCH) // _TICK for value in values]
    return np.array(ticks, np.int64).astype("datetime64[us]")
