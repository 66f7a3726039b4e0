"""Maps of the city as SVG: districts over the quiet ground, drawn here and by nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import shapely
from sqlalchemy.orm import Session

from backend.core.city_cache import CityCache
from backend.places.queries import (
    current_boundary_set,
    current_districts,
    ground_shapes,
    ground_version,
)
from backend.web.view_models import DistrictShape, GroundShape, MapView
from geo.drawing import Frame, simplified_coverage

_WIDTH = 800.0
_PADDING = 6.0
# Half a pixel at the width a map is shown.
_TOLERANCE_PIXELS = 0.5


@dataclass(frozen=True, slots=True)
class Shading:
    """A district's step on the ramp (None: cannot tell) and what is said of it."""

    step: int | None
    words: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    frame: Frame
    ground: tuple[GroundShape, ...]
    districts: tuple[tuple[int, DistrictShape], ...]


_drawn: CityCache[_Drawn] = CityCache()


def city_map(
    session: Session,
    title: str,
    shading: Mapping[int, Shading] | None = None,
    pin: tuple[float, float] | None = None,
) -> MapView | None:
    """The city with its districts shaded by row id, or with a pin at lon and lat.

    None before any boundaries were imported. The outline is drawn once for each version of the
    boundaries and the ground.
    """
    drawn = _outline(session)
    if drawn is None:
        return None
    shades = shading or {}
    districts = tuple(_shaded(shape, shades.get(row_id)) for row_id, shape in drawn.districts)
    return MapView(
        width=drawn.frame.width,
        height=drawn.frame.height,
        ground=drawn.ground,
        districts=districts,
        title=title,
        pin=None if pin is None else drawn.frame.point(*pin),
    )


def _shaded(shape: DistrictShape, shading: Shading | None) -> DistrictShape:
    return shape if shading is None else replace(shape, step=shading.step, words=shading.words)


def _outline(session: Session) -> _Drawn | None:
    boundary_set = current_boundary_set(session)
    if boundary_set is None:
        return None
    version = (boundary_set.id, ground_version(session))
    return _drawn.get(session, version, lambda: _draw(session))


def _draw(session: Session) -> _Drawn:
    districts = current_districts(session)
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
