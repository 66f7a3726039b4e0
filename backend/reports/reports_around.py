"""What is reported around a place, nearest first: what is open, and what was closed lately.

Near is what anybody is told of its place. Where a service's places are rounded, the rounded place
is what is near or far, so that asking from many points tells no more than asking from one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.reports.models import Incident, Service
from backend.reports.near import ids_in_box
from backend.reports.public_place import public_place
from backend.reports.public_requests import PublicRequest, RequestFilter, public_requests
from backend.reports.workflow import State
from geo.distance import box_around, metres_between_many

LATELY = timedelta(days=30)
_INCIDENT, _SERVICE = table_of(Incident), table_of(Service)
_GRIDS = sa.select(_SERVICE.c.public_grid_metres).distinct()


@dataclass(frozen=True, slots=True)
class RequestAround:
    """A request and how far away its public place is."""

    metres: float
    request: PublicRequest


def reports_around(
    session: Session, lon: float, lat: float, metres: float, *, now: datetime, limit: int
) -> list[RequestAround]:
    """The first report of each thing within `metres` of a place in degrees (WGS84)."""
    found: list[tuple[str, float, float]] = []
    for grid in session.scalars(_GRIDS).all():
        # The middle of a cell is nearer to each of its points than its side is long.
        west, south, east, north = box_around(lon, lat, metres + (grid or 0))
        box = {"west": west, "south": south, "east": east, "north": north}
        rows = session.execute(_in_box(session, grid, now).params(box))
        found += [(row.number, *public_place(row.lon, row.lat, grid)) for row in rows]
    if not found:
        return []
    apart = metres_between_many(lon, lat, [one[1] for one in found], [one[2] for one in found])
    near = sorted(
        (far, one[0]) for far, one in zip(apart.tolist(), found, strict=True) if far <= metres
    )[:limit]
    wanted = RequestFilter(numbers=tuple(number for _, number in near))
    requests = {one.number: one for one in public_requests(session, wanted, limit=limit)}
    return [RequestAround(far, requests[number]) for far, number in near]


def _in_box(
    session: Session, grid: int | None, now: datetime
) -> sa.Select[tuple[str, float, float]]:
    """Of the services rounded to `grid`, what is open or was closed lately in a box."""
    return (
        sa.select(_INCIDENT.c.number, _INCIDENT.c.lon, _INCIDENT.c.lat)
        .join(_SERVICE, _SERVICE.c.code == _INCIDENT.c.service_code)
        .where(
            _INCIDENT.c.id.in_(ids_in_box(session)),
            _SERVICE.c.public_grid_metres.is_not_distinct_from(grid),
            # What was joined to another is shown with that.
            _INCIDENT.c.state != State.DUPLICATE.value,
            _INCIDENT.c.closed_at.is_(None) | (_INCIDENT.c.closed_at >= now - LATELY),
        )
    )
