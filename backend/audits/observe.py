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

from backend.core.channels import Channel
from backend.core.db import table_of
from backend.places.models import District
from backend.reports.models import Incident, Inspection, ServiceRequest
from equity.events import Requests, requests_from_columns

# What the city found by itself is no resident's report.
_OWN_CHANNELS = {Channel.STAFF, Channel.CREW, Channel.SENSOR, Channel.SWEEP}
_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_NOT_A_TIME = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class RequestLog:
    """The request rows as columns, with a hash by which the same data can be known again."""

    requests: Requests
    size: int
    sha256: str


def read_request_log(session: Session, boundary_set_id: int) -> RequestLog:
    """Every request with its incident's district (as its row id in text) and service.

    An incident is watched until its first inspection or its closing. Districts without any
    incident are named as areas all the same.
    """
    districts = sa.select(District.id).where(District.boundary_set_id == boundary_set_id)
    area_ids = list(session.scalars(districts.order_by(District.id)))
    area_names = {area_id: str(area_id) for area_id in area_ids}
    rows = session.execute(_every_request()).all()
    columns = list(zip(*rows, strict=True)) or [()] * 9
    moments = [as_ticks(column) for column in columns[:3]]
    request, incident, channel, reporter, category, district = columns[3:]
    requests = requests_from_columns(
        incident=incident,
        request=request,
        at=moments[0],
        area=[area_names.get(district_id) for district_id in district],
        category=category,
        until=moments[1:],
        reporter=reporter,
        is_report=np.array([one not in _OWN_CHANNELS for one in channel], dtype=bool),
        areas=area_names.values(),
    )
    digest = hashlib.sha256()
    for moment in moments:
        digest.update(moment.tobytes())
    for column in columns[3:]:
        digest.update("|".join(map(str, column)).encode())
    return RequestLog(requests, len(rows), digest.hexdigest())


def _every_request() -> sa.Select[*tuple[Any, ...]]:
    """Moments (reported, inspected, closed), then what they belong to, in order of time."""
    request, incident, inspection = map(table_of, (ServiceRequest, Incident, Inspection))
    inspected = (
        sa.select(inspection.c.incident_id, sa.func.min(inspection.c.inspected_at).label("at"))
        .group_by(inspection.c.incident_id)
        .subquery()
    )
    return (
        sa.select(
            request.c.requested_at,
            inspected.c.at,
            incident.c.closed_at,
            request.c.id,
            request.c.incident_id,
            request.c.channel,
            request.c.reporter_hash,
            incident.c.service_code,
            incident.c.district_id,
        )
        .join(incident, incident.c.id == request.c.incident_id)
        .outerjoin(inspected, inspected.c.incident_id == incident.c.id)
        .order_by(request.c.requested_at, request.c.id)
    )


def as_ticks(values: Sequence[datetime | None]) -> NDArray[np.datetime64]:
    """Moments as UTC microseconds, None as not-a-time."""
    ticks = [_NOT_A_TIME if value is None else (value - _EPOCH) // _TICK for value in values]
    return np.array(ticks, np.int64).astype("datetime64[us]")
