"""What residents had reported along the streets somebody walked, and what was still open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.channels import OWN_CHANNELS
from backend.core.db import table_of
from backend.reports.models import Incident, ServiceRequest
from backend.reports.workflow import OPEN_STATES
from backend.triage.sweeps.models import SweepStop
from geo.projection import Plane

# From the middle of a street to the far edge of its pavement, and what a pin is off by.
NEAR_METRES = 30.0
# Comfortably more than that, at any latitude where people live.
_MARGIN_DEGREES = 0.01
_INCIDENT, _REQUEST = table_of(Incident), table_of(ServiceRequest)
_BY_RESIDENTS = sa.exists().where(
    _REQUEST.c.incident_id == _INCIDENT.c.id, _REQUEST.c.channel.not_in(sorted(OWN_CHANNELS))
)


def is_reported(session: Session, incident_id: int) -> bool:
    """Whether a resident reported it: what the city found by itself is no report."""
    query = sa.select(_INCIDENT.c.id).where(_INCIDENT.c.id == incident_id, _BY_RESIDENTS)
    return session.scalar(query) is not None


def reported_along(
    session: Session, stops: Sequence[SweepStop], until: datetime
) -> dict[int, set[int]]:
    """By a stop's place: open incidents residents reported by then, each at the nearest stop.

    A stop that is a street reaches `NEAR_METRES` to either side; one that is a point, as far as
    the walk around it goes.
    """
    shapes: Any = shapely.from_wkb([stop.shape for stop in stops])
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    rows = session.execute(
        sa.select(_INCIDENT.c.id, _INCIDENT.c.lon, _INCIDENT.c.lat)
        .where(
            _INCIDENT.c.state.in_(OPEN_STATES),
            _INCIDENT.c.opened_at <= until,
            _INCIDENT.c.lon.between(west - _MARGIN_DEGREES, east + _MARGIN_DEGREES),
            _INCIDENT.c.lat.between(south - _MARGIN_DEGREES, north + _MARGIN_DEGREES),
            _BY_RESIDENTS,
        )
        .order_by(_INCIDENT.c.id)
    ).all()
    along: dict[int, set[int]] = {stop.place: set() for stop in stops}
    if not rows:
        return along
    plane = Plane.around(shapes)
    flat = plane.to_plane(shapes)
    points = plane.to_plane(shapely.points([(row.lon, row.lat) for row in rows]))
    reach = np.array([_reach(stop) for stop in stops])
    beyond = shapely.distance(points[:, None], flat[None, :]) - reach
    for row, nearest, metres in zip(rows, beyond.argmin(axis=1), beyond.min(axis=1), strict=True):
        if metres <= 0:
            along[stops[nearest].place].add(row.id)
    return along


def _reach(stop: SweepStop) -> float:
    is_point = shapely.from_wkb(stop.shape).geom_type == "Point"
    return stop.metres / 4 if is_point else NEAR_METRES
