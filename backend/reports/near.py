"""Which open incidents are near a place, and which incidents lie in a box.

What is near is asked while somebody reports, so it has an index of its own: the open incidents of
a service in order of latitude, with their longitude. It reads the strip of one service between two
latitudes and nothing of what is closed, of which a city soon has ten times more, on the same spots.
"""

from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.reports.models import Incident
from geo.distance import box_around, metres_between_many

MOST = 100

_INCIDENT = table_of(Incident)


@dataclass(frozen=True, slots=True)
class NearbyIncident:
    """An open incident and how far away it is."""

    metres: float
    id: int
    number: str
    service_code: str
    state: str
    own_severity_band: int | None
    opened_at: datetime
    request_count: int
    lon: float
    lat: float


def open_incidents_near(
    session: Session, lon: float, lat: float, metres: float, *service_codes: str
) -> list[NearbyIncident]:
    """Open incidents of the services within `metres`, nearest first; of more than `MOST`, those."""
    west, south, east, north = box_around(lon, lat, metres)
    box = {"west": west, "south": south, "east": east, "north": north}
    place = {"lon": lon, "lat": lat, "shrink": cos(radians(lat))}
    rows = session.execute(_NEAR, box | place | {"service_codes": service_codes}).all()
    if not rows:
        return []
    apart = metres_between_many(lon, lat, [row.lon for row in rows], [row.lat for row in rows])
    found = (NearbyIncident(far, *row) for far, row in zip(apart.tolist(), rows, strict=True))
    near = [one for one in found if one.metres <= metres]
    return sorted(near, key=lambda one: (one.metres, one.id))


def _near() -> sa.Select[*tuple[Any, ...]]:
    names = ("west", "south", "east", "north", "lon", "lat", "shrink")
    west, south, east, north, lon, lat, shrink = (
        sa.bindparam(name, type_=sa.Double) for name in names
    )
    # Near enough a plane to order by; the exact distance is taken of what is left.
    degrees = sa.func.abs(_INCIDENT.c.lon - lon)
    aside = sa.case((degrees > 180, 360 - degrees), else_=degrees) * shrink
    ahead = _INCIDENT.c.lat - lat
    return (
        sa.select(
            _INCIDENT.c.id,
            _INCIDENT.c.number,
            _INCIDENT.c.service_code,
            _INCIDENT.c.state,
            _INCIDENT.c.own_severity_band,
            _INCIDENT.c.opened_at,
            _INCIDENT.c.request_count,
            _INCIDENT.c.lon,
            _INCIDENT.c.lat,
        )
        .where(
            _INCIDENT.c.service_code.in_(sa.bindparam("service_codes", expanding=True)),
            # An incident is open while it has no closing: the words of the index.
            _INCIDENT.c.closed_at.is_(None),
            _INCIDENT.c.lat.between(south, north),
            _INCIDENT.c.lon.between(west, east),
        )
        .order_by(aside * aside + ahead * ahead, _INCIDENT.c.id)
        .limit(MOST)
    )


_NEAR = _near()


def ids_in_box(session: Session) -> sa.TextualSelect:
    """Ids of the incidents within the parameters west, south, east and north, in degrees.

    By each database's own spatial index.
    """
    return ids_in_box_of(session.get_bind().dialect.name)


def ids_in_box_of(dialect: str) -> sa.TextualSelect:
    """The same for a statement that is kept for a kind of database."""
    if dialect == "sqlite":
        # The R*Tree holds 32-bit floats rounded outwards, so it never misses a point.
        return sa.text(
            "SELECT id FROM incident_position WHERE west <= :east AND east >= :west"
            " AND south <= :north AND north >= :south"
        ).columns(id=sa.BigInteger)
    return sa.text(
        "SELECT id FROM incident"
        " WHERE position && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
    ).columns(id=sa.BigInteger)
