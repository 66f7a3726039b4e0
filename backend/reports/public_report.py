"""What anybody may know of one report, gathered once for every face."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.places.models import District
from backend.places.queries import the_city
from backend.reports.models import Incident, IncidentChange, Service, ServiceRequest
from backend.reports.queries import history_of_request
from backend.reports.workflow import State
from equity.priority import UNWEIGHTED_BANDS


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


def public_report(session: Session, number: str) -> PublicReport:
    """The report with exactly this number, which must exist."""
    row = session.execute(
        sa.select(ServiceRequest, Incident, Service, District.name)
        .join(Incident, Incident.id == ServiceRequest.incident_id)
        .join(Service, Service.code == ServiceRequest.service_code)
        .outerjoin(District, District.id == Incident.district_id)
        .where(ServiceRequest.number == number)
    ).one()
    request, incident, service = row.ServiceRequest, row.Incident, row.Service
    is_hazard = service.severity_band == min(UNWEIGHTED_BANDS)
    return PublicReport(
        number=request.number,
        service_code=service.code,
        service_name=service.name,
        description=request.description,
        state=State(incident.state),
        lon=request.lon,
        lat=request.lat,
        address=request.address,
        district_name=row.name,
        is_outside=incident.is_outside,
        reports=incident.request_count,
        requested_at=request.requested_at,
        changed_at=incident.changed_at,
        target_at=incident.opened_at + timedelta(hours=service.target_hours),
        is_hazard=is_hazard,
        emergency_number=the_city(session).emergency_number if is_hazard else None,
        history=tuple(history_of_request(session, request, incident)),
    )
