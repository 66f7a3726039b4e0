"""What anybody may know of one report, gathered once for every face."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.places.models import District
from backend.places.queries import the_city
from backend.reports.catalogue import HAZARD_BAND
from backend.reports.models import (
    Incident,
    IncidentChange,
    ModeratedText,
    Service,
    ServiceRequest,
)
from backend.reports.public_place import public_place
from backend.reports.queries import history_of_request
from backend.reports.workflow import State


@dataclass(frozen=True, slots=True)
class PublicReport:
    """A report and the incident it lies under; nothing about who reported it."""

    number: str
    service_code: str
    service_name: str
    description: str
    state: State
    lon: float
    lat: float
    address: str | None
    district_name: str | None
    is_outside: bool
    reports: int
    requested_at: datetime
    changed_at: datetime
    target_at: datetime
    is_hazard: bool
    emergency_number: str | None
    history: tuple[IncidentChange, ...]


def _row_query() -> sa.Select[*tuple[Any, ...]]:
    request, incident, service, district, moderated = map(
        table_of, (ServiceRequest, Incident, Service, District, ModeratedText)
    )
    return (
        sa.select(
            request.c.number,
            request.c.service_code,
            service.c.name.label("service_name"),
            sa.func.coalesce(moderated.c.description, request.c.description).label("description"),
            incident.c.state,
            request.c.lon,
            request.c.lat,
            request.c.address,
            district.c.name.label("district_name"),
            incident.c.is_outside,
            incident.c.request_count,
            request.c.requested_at,
            incident.c.changed_at,
            incident.c.opened_at,
            incident.c.due_at,
            service.c.target_hours,
            service.c.public_grid_metres,
            sa.func.coalesce(incident.c.own_severity_band, service.c.severity_band).label(
                "severity_band"
            ),
            incident.c.id.label("incident_id"),
            incident.c.number.label("incident_number"),
            incident.c.version,
        )
        .join(incident, incident.c.id == request.c.incident_id)
        .join(service, service.c.code == request.c.service_code)
        .outerjoin(moderated, moderated.c.service_request_id == request.c.id)
        .outerjoin(district, district.c.id == incident.c.district_id)
        .where(request.c.number == sa.bindparam("number"))
    )


_ROW = _row_query()


def public_report(session: Session, number: str) -> PublicReport:
    """The report with exactly this number, which must exist."""
    row = session.execute(_ROW, {"number": number}).one()
    is_hazard = row.severity_band == HAZARD_BAND
    lon, lat = public_place(row.lon, row.lat, row.public_grid_metres)
    return PublicReport(
        number=row.number,
        service_code=row.service_code,
        service_name=row.service_name,
        description=row.description,
        state=State(row.state),
        lon=lon,
        lat=lat,
        # A street and a number would tell what the rounding hides.
        address=None if row.public_grid_metres else row.address,
        district_name=row.district_name,
        is_outside=row.is_outside,
        reports=row.request_count,
        requested_at=row.requested_at,
        changed_at=row.changed_at,
        target_at=row.due_at or row.opened_at + timedelta(hours=row.target_hours),
        is_hazard=is_hazard,
        emergency_number=the_city(session).emergency_number if is_hazard else None,
        history=_history(session, row),
    )


def _history(session: Session, row: sa.Row[*tuple[Any, ...]]) -> tuple[IncidentChange, ...]:
    if row.version == 1:
        # The version counts the steps: a report that just came in has none to look for.
        return ()
    return tuple(history_of_request(session, row.number, row.incident_id, row.incident_number))
