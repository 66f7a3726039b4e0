"""From the city's rows to the columns the estimator reads."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.places.models import District
from backend.reports.commands import Channel
from backend.reports.models import Incident, Inspection, ServiceRequest
from equity.events import Requests, requests_from_columns

# What the city found by itself is no resident's report.
_OWN_CHANNELS = {Channel.STAFF, Channel.CREW, Channel.SENSOR, Channel.SWEEP}


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
    inspected = (
        sa.select(Inspection.incident_id, sa.func.min(Inspection.inspected_at).label("at"))
        .group_by(Inspection.incident_id)
        .subquery()
    )
    districts = sa.select(District.id).where(District.boundary_set_id == boundary_set_id)
    area_ids = list(session.scalars(districts.order_by(District.id)))
    rows = session.execute(
        sa.select(
            ServiceRequest.id,
            ServiceRequest.incident_id,
            ServiceRequest.requested_at,
            ServiceRequest.channel,
            ServiceRequest.reporter_hash,
            Incident.service_code,
            Incident.district_id,
            Incident.closed_at,
            inspected.c.at.label("inspected_at"),
        )
        .join(Incident, Incident.id == ServiceRequest.incident_id)
        .outerjoin(inspected, inspected.c.incident_id == Incident.id)
        .order_by(ServiceRequest.requested_at, ServiceRequest.id)
    ).all()
    known = set(area_ids)
    requests = requests_from_columns(
        incident=[row.incident_id for row in rows],
        request=[row.id for row in rows],
        at=as_ticks([row.requested_at for row in rows]),
        area=[str(row.district_id) if row.district_id in known else None for row in rows],
        category=[row.service_code for row in rows],
        until=[
            as_ticks([row.inspected_at for row in rows]),
            as_ticks([row.closed_at for row in rows]),
        ],
        reporter=[row.reporter_hash for row in rows],
        is_report=np.array([row.channel not in _OWN_CHANNELS for row in rows], dtype=bool),
        areas=[str(area_id) for area_id in area_ids],
    )
    digest = hashlib.sha256()
    for row in rows:
        digest.update("|".join(map(str, row)).encode())
    return RequestLog(requests, len(rows), digest.hexdigest())


def as_ticks(values: list[datetime | None]) -> NDArray[np.datetime64]:
    """Moments as UTC microseconds, None as not-a-time."""
    naive = [value and value.astimezone(UTC).replace(tzinfo=None) for value in values]
    return np.array(naive, dtype="datetime64[us]")
