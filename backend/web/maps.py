"""Maps of the city as SVG: districts over the quiet ground, drawn here and by nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import shapely
from flask_babel import gettext as _
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from backend.places.queries import current_boundary_set, current_districts, ground_shapes
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
    boundary_set_id: int
    frame: Frame
    ground: tuple[GroundShape, ...]
    districts: tuple[tuple[int, DistrictShape], ...]


_drawn: WeakKeyDictionary[Engine, _Drawn] = WeakKeyDictionary()
_drawing = Lock()


def city_map(
    session: Session,
    title: str,
    shading: Mapping[int, Shading] | None = None,
    pin: tuple[float, float] | None = None,
) -> MapView | None:
    """The city with its districts shaded by row id, or with a pin at lon and lat.

    None before any boundaries were imported. The outline is drawn once for each version.
    """
    drawn = _outline(session)
    if drawn is None:
        return None
    unknown = Shading(None, _("Cannot tell"))
    districts = tuple(
        replace(shape, step=(shading or {}).get(row_id, unknown).step, words=words)
        for row_id, shape in drawn.districts
        for words in [(shading or {}).get(row_id, Shading(None, shape.name)).words]
    )
    return MapView(
        width=drawn.frame.width,
        height=drawn.frame.height,
        ground=drawn.ground,
        districts=districts,
        title=title,
        pin=None if pin is None else drawn.frame.point(*pin),
    )


def _outline(session: Session) -> _Drawn | None:
    boundary_set = current_boundary_set(session)
    if boundary_set is None:
        return None
    engine = session.get_bind().engine
    known = _drawn.get(engine)
    if known is None or known.boundary_set_id != boundary_set.id:
        with _drawing:
            known = _drawn[engine] = _draw(session, boundary_set.id)
    return known


def _draw(session: Session, boundary_set_id: int) -> _Drawn:
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
    return _Drawn(boundary_set_id, frame, ground, tuple(drawn))
