"""The city's streets as stretches to walk, and the ways between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.core.city_cache import CityCache
from backend.core.errors import Conflict
from backend.places.locate import DistrictMap, district_map
from backend.places.queries import district_shapes, ground_shapes, ground_version
from equity.levers.travel import Ground, StraightLines, StreetNetwork
from equity.rates.events import Codes, Floats
from geo.distance import metres_between_many
from geo.projection import Plane

_STREETS = ("street", "arterial")
# What is shorter lies within a crossing.
_SHORTEST_METRES = 15.0
# Ends of streets nearer to one another are one junction.
_JUNCTION_METRES = 0.5
# Without streets: as far apart as streets of a town, further where that gives too many points.
_SPACING_METRES = 200.0
_MOST_POINTS = 4000


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """What can be walked, as columns (n,): `area` codes `districts`, `shapes` are in degrees.

    `districts` are the row ids of one version of the boundaries. `keys` name a stretch by the
    middle of its course, so that another plan knows it again.
    """

    boundary_set_id: int
    districts: tuple[int, ...]
    keys: tuple[str, ...]
    names: tuple[str, ...]
    shapes: NDArray[Any]
    area: Codes
    metres: Floats
    ground: Ground
    is_network: bool


_known: CityCache[Stretches] = CityCache()


def city_stretches(session: Session) -> Stretches:
    """The streets of the ground map between their junctions; without any, points over the city.

    Cut once for each version of the boundaries and the ground. Raises `Conflict` without districts.
    """
    districts = district_map(session)
    if districts is None:
        raise Conflict("no-boundaries")
    version = (districts.boundary_set_id, ground_version(session))
    return _known.get(session, version, lambda: _cut(session, districts))


def from_depot(stretches: Stretches, depot: tuple[float, float] | None) -> Ground:
    """The ways with another beginning than the middle of the city.

    A network is reached straight from there, where a stretch is nearest.
    """
    ground = stretches.ground
    if depot is None:
        return ground
    if isinstance(ground, StreetNetwork):
        middles = shapely.get_coordinates(_middles(stretches.shapes))
        metres = metres_between_many(*depot, *middles.T)
        nearest, own = int(metres.argmin()), int(ground.edges.max()) + 1
        return replace(
            ground,
            edges=np.vstack([ground.edges, [own, ground.junction[nearest]]]),
            metres=np.append(ground.metres, metres[nearest]),
            depot=own,
        )
    return replace(ground, depot=depot) if isinstance(ground, StraightLines) else ground


def _cut(session: Session, districts: DistrictMap) -> Stretches:
    lines, names = [], []
    for one in ground_shapes(session):
        shape = shapely.from_wkb(one.shape)
        if one.kind in _STREETS and shape.geom_type in ("LineString", "MultiLineString"):
            lines.append(shape)
            names.append(one.name)
    if lines:
        found = _between_junctions(np.array(lines, dtype=object), names, districts)
        if found.metres.size:
            return found
    return _spread_points(session, districts)


def _between_junctions(lines: NDArray[Any], names: list[str], districts: DistrictMap) -> Stretches:
    """Streets cut wherever two of them meet; a bridge counts as a crossing."""
    plane = Plane.around(lines)
    flat = plane.to_plane(lines)
    pieces = shapely.get_parts(shapely.node(shapely.geometrycollections(flat)))
    ends, junctions = _junctions(pieces)
    edges, metres = _joined(ends, shapely.length(pieces), junctions)
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    lons, lats = plane.inverse(*shapely.get_coordinates(middles).T)
    area = districts.index.locate_many(lons, lats)
    chosen = np.flatnonzero((area >= 0) & (shapely.length(pieces) >= _SHORTEST_METRES))
    streets = shapely.STRtree(flat).nearest(middles[chosen])
    from scipy.spatial import cKDTree

    depot = int(cKDTree(junctions).query(junctions.mean(axis=0))[1])
    return Stretches(
        boundary_set_id=districts.boundary_set_id,
        districts=tuple(districts.row_ids.values()),
        keys=_keys(lons[chosen], lats[chosen]),
        names=tuple(names[street] for street in streets.tolist()),
        shapes=plane.to_degrees(pieces[chosen]),
        area=area[chosen],
        metres=shapely.length(pieces[chosen]),
        ground=StreetNetwork(edges, metres, ends[chosen, 0], depot),
        is_network=True,
    )


def _junctions(pieces: NDArray[Any]) -> tuple[Codes, Floats]:
    """The junctions (m, 2) at which the pieces (n, 2) begin and end, and where they are."""
    first, last = (shapely.get_point(pieces, end) for end in (0, -1))
    places = shapely.get_coordinates(np.stack([first, last], axis=1).ravel())
    cells, back = np.unique(np.round(places / _JUNCTION_METRES), axis=0, return_inverse=True)
    return back.reshape(-1, 2), cells * _JUNCTION_METRES


def _joined(edges: Codes, metres: Floats, junctions: Floats) -> tuple[Codes, Floats]:
    """Edges with straight ways from every part of the map that stands apart to the largest."""
    size = len(junctions)
    # Slow to import, for the web program too, which draws plans rarely.
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    graph = csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (size, size))
    count, part = connected_components(graph, directed=False)
    largest = np.flatnonzero(part == np.bincount(part).argmax())
    away, nearest = cKDTree(junctions[largest]).query(junctions)
    for number in range(count):
        inside = np.flatnonzero(part == number)
        if inside[0] != largest[0]:
            leaves = int(inside[away[inside].argmin()])
            edges = np.vstack([edges, [leaves, largest[nearest[leaves]]]])
            metres = np.append(metres, away[leaves])
    return edges, metres


def _spread_points(session: Session, districts: DistrictMap) -> Stretches:
    """Points in rows over the city, each for a walk around it: twice as long as they are apart."""
    shapes = shapely.from_wkb(
        [row[2] for row in district_shapes(session, districts.boundary_set_id)]
    )
    plane = Plane.around(shapes)
    flat = plane.to_plane(shapes)
    spacing = max(_SPACING_METRES, sqrt(float(shapely.area(flat).sum()) / _MOST_POINTS))
    west, south, east, north = shapely.total_bounds(flat).tolist()
    x, y = np.meshgrid(
        np.arange(west + spacing / 2, east, spacing), np.arange(south + spacing / 2, north, spacing)
    )
    own = shapely.get_coordinates(shapely.point_on_surface(flat))
    # A district smaller than the grid still has its own point.
    lons, lats = plane.inverse(np.append(x.ravel(), own[:, 0]), np.append(y.ravel(), own[:, 1]))
    area = districts.index.locate_many(lons, lats)
    is_own = np.arange(lons.size) >= x.size
    is_needed = is_own & ~np.isin(area, area[~is_own])
    chosen = np.flatnonzero((area >= 0) & (~is_own | is_needed))
    middle = plane.to_degrees(shapely.Point((west + east) / 2, (south + north) / 2))
    return Stretches(
        boundary_set_id=districts.boundary_set_id,
        districts=tuple(districts.row_ids.values()),
        keys=_keys(lons[chosen], lats[chosen]),
        names=("",) * chosen.size,
        shapes=shapely.points(lons[chosen], lats[chosen]),
        area=area[chosen],
        metres=np.full(chosen.size, 2 * spacing),
        ground=StraightLines(lons[chosen], lats[chosen], (middle.x, middle.y)),
        is_network=False,
    )


def _middles(shapes: NDArray[Any]) -> NDArray[Any]:
    middles: NDArray[Any] = shapely.centroid(shapes)
    return middles


def places_of(keys: Sequence[str]) -> Floats:
    """Where the middles of stretches (n,) lie: lons and lats (2, n)."""
    return np.array([key.split(",")[::-1] for key in keys], dtype=float).reshape(-1, 2).T


def _keys(lons: Floats, lats: Floats) -> tuple[str, ...]:
    """To the fifth decimal: a metre."""
    return tuple(
        f"{lat:.5f},{lon:.5f}" for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True)
    )
