"""What the map of a page needs to know: its ground, its tiles, its words."""

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import g, request, url_for
from sqlalchemy.orm import Session

from backend.core.db import current_session, table_of
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.places.basemap import current_basemap
from backend.places.locate import district_map
from backend.reports.models import Service
from backend.reports.workflow import State
from backend.web.desk.map_filter import further_words, public_query, tile_query
from backend.web.desk.queue_address import asked_address
from backend.web.words import severity_words, state_words

_BANDS = range(5)
_SERVICES = sa.select(table_of(Service).c.code, table_of(Service).c.name).order_by(
    table_of(Service).c.code
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What to draw under the map: `kind` and `url` as the setting says it, and the city's own."""

    kind: str
    url: str
    city_url: str
    attribution: str


def without_area() -> str:
    """The address of the page without what was drawn."""
    asked = request.args.items(multi=True)
    kept = [(name, text) for name, text in asked if name not in ("area", "page")]
    return f"{request.path}?{urlencode(kept)}"


def map_document(*, is_public: bool, list_name: str = "") -> dict[str, Any] | None:
    """All of it for the page's script; None where the city has no place on Earth yet.

    The tiles are asked for what the address of the page asks for, of one of the queue's lists where
    it is named.
    """
    session = current_session()
    bounds = _bounds(session)
    if bounds is None:
        return None
    g.has_map = True
    face = "public" if is_public else "desk"
    tiles = url_for(f"web.{face}_tile", zoom=0, column=0, row=0).replace("0/0/0", "{z}/{x}/{y}")
    query, further = public_query(request.args), ""
    if not is_public:
        address = asked_address()
        query = tile_query(address, list_name or request.args.get("list", ""))
        further = ", ".join(further_words(address))
    return {
        "isPublic": is_public,
        "bounds": bounds,
        "ground": asdict(_ground()),
        "tiles": f"{tiles}?{query}" if query else tiles,
        "further": further,
        "coverage": url_for(f"web.{face}_coverage"),
        "incident": url_for("web.report" if is_public else "web.incident", number=""),
        "services": dict(session.execute(_SERVICES).all()),
        "states": {state.value: state_words(state) for state in State},
        "bands": [severity_words(band) for band in _BANDS],
    }


def map_words() -> dict[str, str]:
    """The sentences of the map's script; it fills in what stands in braces."""
    return {
        "map": _("Map of the reports"),
        "broken": _("The map cannot be drawn here. The list has everything that is on it."),
        "cut": _("Too many to show one by one: {shown} are shown. Go closer for the rest."),
        "wider": _(
            "Too many here to look at each: hollow numbers count by kind, state and district alone,"
            " without {filters}. Go closer for what you chose."
        ),
        "here": _("{count} in one place"),
        "draw-box": _("Drag from one corner to the other. Escape ends it."),
        "draw-area": _(
            "Click each corner. Enter, or a click on the first corner, closes it; Escape ends it."
        ),
        "drawn": _("The list shows what lies in the drawn area."),
        "too-many-corners": _("An area has at most {most} corners."),
        "in-view": _("The list shows what is in view."),
        "in": _("Go closer"),
        "out": _("Go further away"),
        "failed": _("The list could not be brought up to date. It is as it was."),
    }


def _ground() -> Ground:
    settings = current_runtime().settings
    choice, own = settings.basemap, current_basemap(settings.data_dir)
    said = dict.fromkeys(filter(None, (choice.attribution, own.attribution if own else "")))
    return Ground(
        choice.kind,
        choice.url,
        url_for("api_exports.city_basemap", v=own.version) if own else "",
        " · ".join(said),
    )


def _bounds(session: Session) -> tuple[float, float, float, float] | None:
    districts = district_map(session)
    if districts is not None:
        extent = districts.extent
        return extent.west, extent.south, extent.east, extent.north
    own = current_basemap(current_runtime().settings.data_dir)
    return own.bounds if own else None
