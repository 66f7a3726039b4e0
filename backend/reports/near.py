"""Which incidents are near a place, by each database's own spatial index."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.reports.models import Incident
from backend.reports.workflow import OPEN_STATES
from geo.distance import box_around, metres_between


@dataclass(frozen=True, slots=True)
class NearbyIncident:
    """An open incident and how far away it is."""

    incident: Incident
    metres: float


def open_incidents_near(
    session: Session, lon: float, lat: float, metres: float, service_code: str
) -> list[NearbyIncident]:
    """Open incidents of one service within `metres`, nearest first; uses the spatial index."""
    box = dict(zip(("west", "south", "east", "north"), box_around(lon, lat, metres), strict=True))
    candidates = session.scalars(
        sa.select(Incident).where(
            Incident.id.in_(ids_in_box(session)),
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


def ids_in_box(session: Session) -> sa.TextualSelect:
    """Ids of the incidents within the parameters west, south, east and north, in degrees."""
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
