"""Maps of the city as SVG: districts over the quiet ground, drawn here and by nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.core.city_cache import CityCache
from backend.places.models import BoundarySet
from backend.places.queries import (
    current_boundary_set,
    districts_of,
    ground_shapes,
    ground_version,
)
from backend.web.view_models import DistrictShape, GroundShape, MapMark, MapView
from geo.drawing import Frame, simplified_coverage
from geo.projection import Plane

_WIDTH = 800.0
_PADDING = 6.0
# Half a pixel at the width a map is shown.
_TOLERANCE_PIXELS = 0.5
# Half a kilometre of ground around places that lie outside the city.
_AROUND_DEGREES = 0.005
# Of a route: what to see around it, and how much wider than high its map is at the least.
_AROUND_METRES = 120.0
_ROUTE_SHAPE = 1.6


@dataclass(frozen=True, slots=True)
class Shading:
    """A district's step on the ramp (None: cannot tell) and what is said of it."""

    step: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """A point to mark, in WGS84 degrees; a strong one stands out and carries its label."""

    lon: float
    lat: float
    label: str
    words: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class _Drawn:
    frame: Frame
    ground: tuple[GroundShape, ...]
    districts: tuple[tuple[int, DistrictShape], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    kinds: tuple[str, ...]
    shapes: NDArray[Any]
    tree: shapely.STRtree


_drawn: CityCache[_Drawn] = CityCache()
_drawn_otherwise: CityCache[_Drawn] = CityCache()
_ground: CityCache[_Ground] = CityCache()


def city_map(
    session: Session,
    title: str,
    shading: Mapping[int, Shading] | None = None,
    pin: tuple[float, float] | None = None,
    boundary_set: BoundarySet | None = None,
) -> MapView | None:
    """The city with its districts shaded by row id, or with a pin at lon and lat.

    On the boundaries in force unless others are given; None before any were imported. The outline
    is drawn once for each version of the boundaries and the ground.
    """
    drawn = _outline(session, boundary_set)
    if drawn is None:
        return None
    shades = shading or {}
    return replace(
        _bare(drawn),
        districts=tuple(_shaded(shape, shades.get(row_id)) for row_id, shape in drawn.districts),
        title=title,
        pin=None if pin is None else drawn.frame.point(*pin),
    )


def _bare(drawn: _Drawn) -> MapView:
    districts = tuple(shape for _, shape in drawn.districts)
    return MapView(drawn.frame.width, drawn.frame.height, drawn.ground, districts, "")


def place_under(session: Session, share_x: float, share_y: float) -> tuple[float, float] | None:
    """Longitude and latitude at shares of the map's width and height, from its top left corner.

    None before any boundaries were imported.
    """
    drawn = _outline(session)
    if drawn is None:
        return None
    frame = drawn.frame
    return frame.place(share_x * frame.width, share_y * frame.height)


def map_of_places(
    session: Session, title: str, places: Sequence[Place], shapes: Sequence[Any] = ()
) -> MapView | None:
    """Places on the map of the city; on empty ground of their own where some lie outside it.

    With the `shapes` in WGS84 drawn in; None without places.
    """
    if not places:
        return None
    drawn = _outline(session)
    if drawn is not None:
        bare = _bare(drawn)
        ground = (*bare.ground, *_routes(drawn.frame, shapes))
        view = replace(bare, title=title, ground=ground, marks=_marks(drawn.frame, places))
        if all(0 <= m.x <= view.width and 0 <= m.y <= view.height for m in view.marks):
            return view
    points = shapely.points([(place.lon, place.lat) for place in places])
    around: Any = shapely.box(*shapely.total_bounds(shapely.buffer(points, _AROUND_DEGREES)))
    frame = Frame.around([around], _WIDTH, _PADDING)
    routes = tuple(_routes(frame, shapes))
    return MapView(frame.width, frame.height, routes, (), title, marks=_marks(frame, places))


def map_of_route(
    session: Session, title: str, places: Sequence[Place], shapes: Sequence[Any]
) -> MapView | None:
    """Places on the ground around them, closer than the city, with the `shapes` to walk drawn in.

    Both in WGS84; None without places.
    """
    if not places:
        return None
    plane = Plane.around(shapes)
    west, south, east, north = shapely.total_bounds(plane.to_plane(np.array(shapes))).tolist()
    # Wide rather than high, so that a sheet of paper has room for the stops below.
    wider = max(0.0, (north - south) * _ROUTE_SHAPE - (east - west)) / 2 + _AROUND_METRES
    corners = (west - wider, south - _AROUND_METRES, east + wider, north + _AROUND_METRES)
    around: Any = plane.to_degrees(shapely.box(*corners))
    frame = Frame.around([around], _WIDTH)
    ground = _ground.get(session, ground_version(session), lambda: _read_ground(session))
    seen = sorted(ground.tree.query(around).tolist())
    clipped = shapely.clip_by_rect(ground.shapes[seen], *around.bounds)
    drawn = [
        GroundShape(ground.kinds[number], path)
        for number, shape in zip(seen, clipped, strict=True)
        if (path := frame.path(shape))
    ]
    land, routes = GroundShape("land", frame.path(around)), _routes(frame, shapes)
    return MapView(
        frame.width, frame.height, (land, *drawn, *routes), (), title, marks=_marks(frame, places)
    )


def map_of_streets(session: Session, title: str, shapes: Sequence[Any]) -> MapView | None:
    """The city with `shapes` in WGS84 drawn in; None before any boundaries were imported."""
    drawn = _outline(session)
    if drawn is None:
        return None
    bare = _bare(drawn)
    return replace(bare, title=title, ground=(*bare.ground, *_routes(drawn.frame, shapes)))


def _routes(frame: Frame, shapes: Sequence[Any]) -> list[GroundShape]:
    """Streets to walk; a point has no course to draw."""
    return [GroundShape("route", path) for shape in shapes if (path := frame.path(shape))]


def _read_ground(session: Session) -> _Ground:
    rows = ground_shapes(session)
    shapes = np.array([shapely.from_wkb(row.shape) for row in rows], dtype=object)
    return _Ground(tuple(row.kind for row in rows), shapes, shapely.STRtree(shapes))


def _marks(frame: Frame, places: Sequence[Place]) -> tuple[MapMark, ...]:
    """The strong ones last, so that nothing lies over them."""
    return tuple(
        MapMark(*frame.point(place.lon, place.lat), place.label, place.words, place.is_strong)
        for place in sorted(places, key=lambda place: place.is_strong)
    )


def _shaded(shape: DistrictShape, shading: Shading | None) -> DistrictShape:
    return shape if shading is None else replace(shape, step=shading.step, words=shading.words)


def _outline(session: Session, boundary_set: BoundarySet | None = None) -> _Drawn | None:
    shown = boundary_set or current_boundary_set(session)
    if shown is None:
        return None
    version = (shown.id, shown.imported_at, ground_version(session))
    kept = _drawn if shown.is_current else _drawn_otherwise
    return kept.get(session, version, lambda: _draw(session, shown.id))


def _draw(session: Session, boundary_set_id: int) -> _Drawn:
    districts = districts_of(session, boundary_set_id).values()
    shapes: Any = shapely.from_wkb([district.shape for district in districts])
    frame = Frame.around(shapes, _WIDTH, _PADDING)
    simple = simplified_coverage(shapes, _TOLERANCE_PIXELS / frame.scale)
    drawn = []
    for district, shape in zip(districts, simple, strict=True):
        label_x, label_y = frame.label_point(shape)
        drawn.append(
            (
                district.id,
                DistrictShape(
                    district.code,
                    district.name,
                    frame.path(shape),
                    label_x,
                    label_y,
                    None,
                    district.name,
                ),
            )
        )
    ground = tuple(
        GroundShape(shape.kind, path)
        for shape in ground_shapes(session)
        if (path := frame.path(shapely.from_wkb(shape.shape)))
    )
    return _Drawn(frame, ground, tuple(drawn))
