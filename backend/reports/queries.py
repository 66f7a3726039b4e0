"""Which reports and incidents: every read of the reports slice, always ordered."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from backend.core.errors import NotFound
from backend.core.ids import read_number
from backend.reports.models import (
    Incident,
    IncidentChange,
    Service,
    ServiceRequest,
)
from backend.reports.workflow import OPEN_STATES
from geo.distance import box_around, metres_between

# Kept, because building a statement costs more than running it.
_HISTORY = (
    sa.select(IncidentChange)
    .where(IncidentChange.incident_id == sa.bindparam("incident_id"))
    .order_by(IncidentChange.id)
)


@dataclass(frozen=True, slots=True)
class NearbyIncident:
    """An open incident and how far away it is."""

    incident: Incident
    metres: float


def active_services(session: Session) -> list[Service]:
    """Services people can choose, most severe first."""
    return list(
        session.scalars(
            sa.select(Service)
            .where(Service.is_active)
            .order_by(Service.severity_band, Service.name, Service.code)
        )
    )


def find_request(session: Session, number: str) -> ServiceRequest:
    """The request a person means by `number`; raises `NotFound`."""
    canonical = read_number(number)
    found = canonical and session.scalar(
        sa.select(ServiceRequest).where(ServiceRequest.number == canonical)
    )
    if not found:
        raise NotFound("report-not-found", number=number[:40])
    return found


def find_incident(session: Session, number: str, *, lock: bool = False) -> Incident:
    """The incident a request with `number` lies under, with its service; raises `NotFound`."""
    request = find_request(session, number)
    query = (
        sa.select(Incident)
        .options(joinedload(Incident.service, innerjoin=True))
        .where(Incident.id == request.incident_id)
    )
    return session.scalars(query.with_for_update(of=Incident) if lock else query).one()


def requests_of(session: Session, incident_id: int) -> list[ServiceRequest]:
    """The requests under an incident, oldest first."""
    return list(
        session.scalars(
            sa.select(ServiceRequest)
            .where(ServiceRequest.incident_id == incident_id)
            .order_by(ServiceRequest.requested_at, ServiceRequest.id)
        )
    )


def history_of(session: Session, incident_id: int) -> list[IncidentChange]:
    """What happened to an incident, oldest first."""
    return list(session.scalars(_HISTORY, {"incident_id": incident_id}))


def history_of_request(
    session: Session, number: str, incident_id: int, incident_number: str
) -> list[IncidentChange]:
    """What happened to a report: under its own incident, and under the one it was linked to.

    That a report joined the other incident is told once, by its own side.
    """
    changes = history_of(session, incident_id)
    if number == incident_number:
        return changes
    own = session.scalar(sa.select(Incident.id).where(Incident.number == number))
    if own is None:
        return changes
    before = history_of(session, own)
    linked_at = max((one.at for one in before if one.kind == "link"), default=None)
    after = [one for one in changes if one.kind != "link" and (not linked_at or one.at > linked_at)]
    return before + after


def open_incidents_near(
    session: Session, lon: float, lat: float, metres: float, service_code: str
) -> list[NearbyIncident]:
    """Open incidents of one service within `metres`, nearest first; uses the spatial index."""
    box = dict(zip(("west", "south", "east", "north"), box_around(lon, lat, metres), strict=True))
    candidates = session.scalars(
        sa.select(Incident).where(
            Incident.id.in_(_ids_in_box(session)),
            Incident.service_code == service_code,
            Incident.state.in_(OPEN_STATES),
        ),
        box,
    )
    found = [
        NearbyIncident(item, metres_between(lon, lat, item.lon, item.lat)) for item in candidates
    ]
    near = [item for item in found if item.metres <= metres]
    return sorted(near, key=lambda item: (item.metres, item.incident.id))


def _ids_in_box(session: Session) -> sa.TextualSelect:
    if session.get_bind().dialect.name == "sqlite":
        # The R*Tree holds 32-bit floats rounded outwards, so it never misses a point.
        return sa.text(
            "SELECT id FROM incident_position WHERE west <= :east AND east >= :west"
            " AND south <= :north AND north >= :south"
        ).columns(id=sa.BigInteger)
    return sa.text(
        "SELECT id FROM incident"
        " WHERE position && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
    ).columns(id=sa.BigInteger)
