"""The streets around a point, told by what crosses them, so that nobody needs a map."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from backend.places.place_map import NamedDistrict, PlaceMap, place_map

MOST_STREETS = 20
_AROUND_METRES = 500.0
_FARTHEST_METRES = 5_000.0
# Lines that meet on the ground need not meet to the millimetre in a file.
_TOUCHING_METRES = 4.0
_CROSSING_METRES = 200.0
_MOST_CROSSINGS = 2


@dataclass(frozen=True, slots=True)
class NearStreet:
    """A street, its point nearest to where was asked (degrees), and what crosses it near there."""

    name: str
    district: NamedDistrict | None
    lon: float
    lat: float
    metres: float
    crossings: tuple[str, ...]


def nearest_streets(session: Session, lon: float, lat: float, limit: int = 5) -> list[NearStreet]:
    """At most `limit` streets within 500 m, the nearest first; the nearest one alone if farther."""
    known = place_map(session)
    if known is None or not len(known.street_rows):
        return []
    x, y = known.plane.forward(lon, lat)
    here = shapely.Point(float(x), float(y))
    around = known.streets.query(here, predicate="dwithin", distance=_AROUND_METRES)
    if not len(around):
        around = np.array([known.streets.nearest(here)])
    metres = shapely.distance(known.streets.geometries[around], here)
    order = [int(at) for at in np.argsort(metres, kind="stable")[:limit]]
    return [
        _described(known, int(around[at]), here, float(metres[at]))
        for at in order
        if metres[at] <= _FARTHEST_METRES
    ]


def _described(known: PlaceMap, number: int, here: Any, metres: float) -> NearStreet:
    shape = known.streets.geometries[number]
    there = shapely.get_point(shapely.shortest_line(shape, here), 0)
    lon, lat = known.plane.inverse(there.x, there.y)
    place = known.places[known.street_rows[number]]
    return NearStreet(
        name=place.name,
        district=known.district(place),
        lon=round(float(lon), 6),
        lat=round(float(lat), 6),
        metres=round(metres, 1),
        crossings=_crossings(known, number, shape, there),
    )


def _crossings(known: PlaceMap, number: int, shape: Any, there: Any) -> tuple[str, ...]:
    """The streets that meet this one near `there`, the nearest first."""
    if shape.geom_type != "MultiLineString":
        return ()
    near = known.streets.query(there, predicate="dwithin", distance=_CROSSING_METRES)
    near = near[near != number]
    others = known.streets.geometries[near]
    meets = shapely.dwithin(others, shape, _TOUCHING_METRES)
    near, others = near[meets], others[meets]
    # Where they meet: of the other street, what lies within a few metres of this one.
    places = shapely.intersection(others, shapely.buffer(shape, 2 * _TOUCHING_METRES))
    away = shapely.distance(places, there)
    own = known.places[known.street_rows[number]].name
    names = [
        known.places[known.street_rows[near[at]]].name
        for at in np.argsort(away, kind="stable")
        if away[at] <= _CROSSING_METRES
    ]
    return tuple(name for name in dict.fromkeys(names) if name != own)[:_MOST_CROSSINGS]
