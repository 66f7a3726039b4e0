"""The places with a name around a point that are no streets: a school, a square, a bridge."""

from dataclasses import dataclass

import numpy as np
import shapely
from sqlalchemy.orm import Session

from backend.places.place_map import DISTRICT, STREET, place_map

_AROUND_METRES = 250.0


@dataclass(frozen=True, slots=True)
class NearPlace:
    """A named place and how far its nearest edge is."""

    kind: str
    name: str
    metres: float


def nearest_places(session: Session, lon: float, lat: float, limit: int = 5) -> list[NearPlace]:
    """At most `limit` places within 250 m, neither street nor district, the nearest first."""
    known = place_map(session)
    if known is None:
        return []
    rows = [at for at, one in enumerate(known.places) if one.kind not in {STREET, DISTRICT}]
    if not rows:
        return []
    here = shapely.Point(*(float(one) for one in known.plane.forward(lon, lat)))
    metres = shapely.distance(known.shapes[rows], here)
    order = [int(at) for at in np.argsort(metres, kind="stable")[:limit]]
    return [
        NearPlace(known.places[rows[at]].kind, known.places[rows[at]].name, float(metres[at]))
        for at in order
        if metres[at] <= _AROUND_METRES
    ]
