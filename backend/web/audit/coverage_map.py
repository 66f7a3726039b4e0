"""How readily people report in each district, for a layer under the counts of the map.

A district has a class only where its whole interval lies on one side of what is usual.
"""

from dataclasses import dataclass
from typing import Any

import shapely
from flask import Response, jsonify
from sqlalchemy.orm import Session

from backend.audits.queries import latest_run
from backend.core.access import access
from backend.core.actors import STAFF
from backend.core.city_cache import CityCache
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.places.queries import current_boundary_set, district_shapes, districts_of
from backend.web.audit.district_figures import coverage_now
from backend.web.audit.map_view import rate_figures
from backend.web.face import blueprint
from geo.drawing import simplified_coverage

# The outline of a district, not the survey of it.
_TOLERANCE_METRES = 10.0
_DECIMALS = 5
_shapes: CityCache[dict[tuple[str, str], Any]] = CityCache()


@dataclass(frozen=True, slots=True)
class _Told:
    """A district's interval around the usual rate of 1, its grade, and both in words."""

    low: float | None
    high: float | None
    words: str
    grade: str


@blueprint.get("/desk/map/coverage.json")
@access(*sorted(STAFF))
def desk_coverage() -> Response:
    """By the newest fit, as on the page of the audit."""
    session = current_session()
    run = latest_run(session)
    told = {
        one.district.code: _Told(one.estimate.low, one.estimate.high, one.words, one.grade)
        for one in (rate_figures(session, run) if run else ())
    }
    return _answer(session, told, "private, no-cache")


@blueprint.get("/map/coverage.json")
@access()
def public_coverage() -> Response:
    """By the newest published finding."""
    session = current_session()
    figures = coverage_now(session)
    told = {}
    if figures is not None:
        codes = {name: code for code, name in figures.names.items()}
        for line in figures.lines:
            if code := codes.get(line["about"]):
                estimate, words = line["estimate"], figures.by_code[code].words
                told[code] = _Told(estimate["low"], estimate["high"], words, "")
    return _answer(session, told, "public, max-age=300")


def _answer(session: Session, told: dict[str, _Told], caching: str) -> Response:
    cannot = _Told(None, None, _("cannot tell"), "")
    features = [
        {
            "type": "Feature",
            "geometry": shape,
            "properties": _properties(name, told.get(code, cannot)),
        }
        for (code, name), shape in _outlines(session).items()
    ]
    response = jsonify({"type": "FeatureCollection", "features": features})
    response.headers["Cache-Control"] = caching
    return response


def _properties(name: str, one: _Told) -> dict[str, str]:
    """Words for whoever points at the district, and a label for its middle."""
    if one.low is None or one.high is None:
        kind = "unknown"
    else:
        kind = "less" if one.high < 1 else "more" if one.low > 1 else "usual"
    graded = f" ({one.grade})" if one.grade else ""
    return {"kind": kind, "words": f"{name}: {one.words}{graded}", "label": f"{name}{graded}"}


def _outlines(session: Session) -> dict[tuple[str, str], Any]:
    """Codes and names of the districts in force, with their simplified shapes as GeoJSON."""
    boundary_set = current_boundary_set(session)
    if boundary_set is None:
        return {}
    version = (boundary_set.id, boundary_set.imported_at)
    return _shapes.get(session, version, lambda: _read(session, boundary_set.id))


def _read(session: Session, boundary_set_id: int) -> dict[tuple[str, str], Any]:
    districts = districts_of(session, boundary_set_id)
    rows = district_shapes(session, boundary_set_id)
    shapes: Any = shapely.from_wkb([row[2] for row in rows])
    simple = simplified_coverage(shapes, _TOLERANCE_METRES)
    named = [(districts[row[0]].code, districts[row[0]].name) for row in rows]
    return {
        name: _rounded(shapely.geometry.mapping(shape))
        for name, shape in zip(named, simple, strict=True)
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value
