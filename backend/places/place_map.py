"""Everything in a city that has a name, with what finds it by name and by place.

Built once for each version of what it is made from: the streets, parks and waters of the ground
map, the streets and landmarks that were imported, and the districts in force.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.core.city_cache import CityCache
from backend.places.locate import district_map
from backend.places.models import District
from backend.places.name_index import NameIndex
from backend.places.queries import (
    current_boundary_version,
    current_districts,
    district_shapes,
    ground_names,
    ground_version,
    named_places,
    places_version,
)
from backend.places.same_name import group_pieces
from backend.places.typed_name import key_of
from geo.projection import Plane

STREET, DISTRICT = "street", "district"
_STREETS = {"street", "arterial"}
_LINES = (1, 5)
_POINTS = (0, 4)


@dataclass(frozen=True, slots=True)
class Place:
    """A street, a landmark or a district; `district` is the row in `PlaceMap.districts`.

    `address_ids` are the rows its house numbers are kept under; the point is in degrees.
    """

    kind: str
    name: str
    lon: float
    lat: float
    district: int
    address_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NamedDistrict:
    """A district as answers name it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """The places with their shapes in metres on `plane`; `street_rows[i]` is the tree's i-th."""

    places: tuple[Place, ...]
    shapes: NDArray[Any]
    plane: Plane
    index: NameIndex
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    is_street: NDArray[np.bool_]
    districts: tuple[NamedDistrict, ...]
    district_index: NameIndex
    district_of: NDArray[np.int64]
    street_rows: NDArray[np.int64]
    streets: shapely.STRtree

    def district(self, place: Place) -> NamedDistrict | None:
        """The district a place lies in, if in any."""
        return self.districts[place.district] if place.district >= 0 else None


_maps: CityCache[PlaceMap | None] = CityCache()


def place_map(session: Session) -> PlaceMap | None:
    """The city's places, None where nothing has a name."""
    version = (
        current_boundary_version(session),
        ground_version(session),
        places_version(session),
    )
    return _maps.get(session, version, lambda: _build(session))


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    name: str
    shape: bytes
    address_id: int | None = None


def _build(session: Session) -> PlaceMap | None:
    districts = current_districts(session)
    pieces = _pieces(session, districts)
    if not pieces:
        return None
    degrees = shapely.from_wkb([piece.shape for piece in pieces])
    plane = Plane.around(degrees)
    flat = plane.to_plane(degrees)
    keys = {name: key_of(name) for name in {piece.name for piece in pieces}}
    groups = group_pieces([(piece.kind, keys[piece.name]) for piece in pieces], flat)
    shapes = np.array([_together(flat[rows]) for rows in groups], dtype=object)
    lons, lats = plane.inverse(*shapely.get_coordinates([_middle(one) for one in shapes]).T)
    known = district_map(session)
    by_id = {one.id: number for number, one in enumerate(districts)}
    located = known.locate_many(lons, lats) if known else [None] * len(groups)
    places = tuple(
        Place(
            pieces[rows[0]].kind,
            pieces[rows[0]].name,
            float(lon),
            float(lat),
            -1 if district is None else by_id[district],
            tuple(id_ for row in rows if (id_ := pieces[row].address_id) is not None),
        )
        for rows, lon, lat, district in zip(groups, lons, lats, located, strict=True)
    )
    is_street = np.array([place.kind == STREET for place in places])
    street_rows = np.flatnonzero(is_street)
    return PlaceMap(
        places=places,
        shapes=shapes,
        plane=plane,
        index=NameIndex([place.name for place in places]),
        lons=lons,
        lats=lats,
        is_street=is_street,
        districts=tuple(NamedDistrict(one.code, one.name) for one in districts),
        district_index=NameIndex([one.name for one in districts]),
        district_of=np.array([place.district for place in places]),
        street_rows=street_rows,
        streets=shapely.STRtree(shapes[street_rows]),
    )


def _pieces(session: Session, districts: Sequence[District]) -> list[_Piece]:
    """Everything that has a name, as it is stored: one street may be many."""
    pieces = [
        *(
            _Piece(STREET if kind in _STREETS else kind, name, shape)
            for kind, name, shape in ground_names(session)
        ),
        *(_Piece(kind, name, shape, id_) for id_, kind, name, shape in named_places(session)),
    ]
    if districts:
        rows = district_shapes(session, districts[0].boundary_set_id)
        shapes = {row_id: shape for row_id, _, shape in rows}
        pieces += [_Piece(DISTRICT, one.name, shapes[one.id]) for one in districts]
    return pieces


def _together(shapes: NDArray[Any]) -> Any:
    """One shape of many: lines where there are any, as the houses along them add nothing."""
    parts = shapely.get_parts(shapes)
    kinds = shapely.get_type_id(parts)
    lines, points = parts[np.isin(kinds, _LINES)], parts[np.isin(kinds, _POINTS)]
    if len(lines):
        return shapely.multilinestrings(shapely.get_parts(lines))
    return shapely.multipoints(points) if len(points) else shapely.geometrycollections(parts)


def _middle(shape: Any) -> Any:
    """A point on the shape, halfway along or near its middle."""
    if shape.geom_type == "MultiLineString":
        parts = shapely.get_parts(shape)
        return shapely.line_interpolate_point(
            parts[shapely.length(parts).argmax()], 0.5, normalized=True
        )
    if shape.geom_type == "MultiPoint":
        parts = shapely.get_parts(shape)
        return parts[shapely.distance(parts, shape.centroid).argmin()]
    return shapely.point_on_surface(shape)
