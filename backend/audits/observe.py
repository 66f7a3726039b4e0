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


def read_request_log(session: Session, boundary_set_id: int) -> RequestLog:
    """Every request with its incident's district (as its row id in text) and service.

    An incident is watched until somebody from the city first looked or it was closed. Who walks a
    sweep has looked, so its finds are inspections; like all that the city finds by itself they are
    no reports. What is closed as fixed without an inspection was there to be fixed. Districts
    without any incident are named as areas all the same.
    """
    districts = sa.select(District.id).where(District.boundary_set_id == boundary_set_id)
    areas = tuple(sorted(map(str, session.scalars(districts))))
    incident_ids, service, district, closed_at, is_fixed = _columns(session, _EVERY_INCIDENT)
    ids = np.array(incident_ids, np.intp)
    closed = as_ticks(closed_at)
    inspected, outcome = _first_looks(session, ids)
    # NaT compares as false: no closing is no earlier than an inspection, and the other way round.
    is_closed_first = ~np.isnat(closed) & ~(inspected <= closed)
    outcome[is_closed_first] = np.where(np.array(is_fixed, bool)[is_closed_first], FOUND, UNKNOWN)
    incident_id, requested_at, channel, reporter = _columns(session, _EVERY_REQUEST)
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


_EVERY_INCIDENT: _Rows = sa.select(
    _INCIDENT.c.id,
    _INCIDENT.c.service_code,
    _INCIDENT.c.district_id,
    _INCIDENT.c.closed_at,
    _INCIDENT.c.state.in_([state.value for state in FIXED_STATES]),
).order_by(_INCIDENT.c.id)
_EVERY_REQUEST: _Rows = sa.select(
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


def _columns(session: Session, statement: _Rows) -> list[list[Any]]:
    """The rows of a statement, turned on their side."""
    rows = session.execute(statement)
    columns: list[list[Any]] = [[] for _ in statement.selected_columns]
    # Few at a time: the garbage collector goes through all rows that are there, again and again.
    for part in rows.partitions(_PART):
        for column, values in zip(columns, zip(*part, strict=True), strict=True):
            column.extend(values)
    return columns


def _first_looks(session: Session, ids: Codes) -> tuple[NDArray[np.datetime64], Codes]:
    """When somebody first looked at each of the incidents `ids`, ascending, and what they saw."""
    seen = np.full(ids.size, UNKNOWN)
    first = np.full(ids.size, np.datetime64("NaT", "us"))
    incident_id, looked_at, outcome = _columns(session, _EVERY_LOOK)
    incident = np.searchsorted(ids, np.array(incident_id, np.intp))
    at, codes = as_ticks(looked_at), np.array([_OUTCOMES[one] for one in outcome], np.intp)
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
