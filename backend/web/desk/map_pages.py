"""The map of the reports beside the list of what is in view, for staff and for anybody.

The list is whole without the map: it answers to the same address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, render_template, request
from sqlalchemy.orm import Session

from backend.core.access import access
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.places.queries import current_districts
from backend.reports.drawn_area import read_area
from backend.reports.map_cells.on_map import Box, OnMap, incidents_in_box
from backend.reports.models import Service
from backend.reports.queries import active_services
from backend.reports.workflow import State
from backend.web.city_map_view import map_policy
from backend.web.desk.map_filter import GROUPS, read_map_filter
from backend.web.face import blueprint
from backend.web.kept_pages import open_page
from backend.web.view_models import Choice
from backend.web.words import severity_words, state_words

MOST_ROWS = 50
_WORLD: Box = (-180.0, -85.0, 180.0, 85.0)


@dataclass(frozen=True, slots=True)
class MapRow:
    """One line of the list."""

    number: str
    service_name: str
    state: str
    state_words: str
    severity_band: int
    severity_words: str
    district_name: str | None
    requests: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class MapPageView:
    """The list, what the address asks for, and whether there is more than is shown."""

    rows: tuple[MapRow, ...]
    is_cut: bool
    is_public: bool
    area: str
    districts: tuple[Choice, ...]
    services: tuple[Choice, ...]
    states: tuple[Choice, ...]


@blueprint.get("/desk/map")
@access(*sorted(STAFF))
def desk_map() -> Response:
    """Every incident where it is."""
    return _page("desk/desk_map.html", is_public=False)


@blueprint.get("/reports/map")
@access()
@open_page
def reports_map() -> Response:
    """What the public may know of where problems are."""
    return _page("desk/reports_map.html", is_public=True)


def _page(template: str, *, is_public: bool) -> Response:
    view = _view(current_session(), is_public=is_public)
    response = make_response(render_template(template, view=view))
    response.headers["Content-Security-Policy"] = map_policy()
    return response


def _view(session: Session, *, is_public: bool) -> MapPageView:
    wanted = read_map_filter(request.args, is_public=is_public)
    asked = request.args.get("area")
    area = read_area(asked) if asked else None
    found = incidents_in_box(
        session,
        area.box if area else _WORLD,
        wanted,
        MOST_ROWS + 1,
        # Corner by corner, the exact place of what is rounded could be found.
        None if is_public else area,
    )
    names = {one.code: one.name for one in session.query(Service)}
    return MapPageView(
        rows=tuple(_row(one, names) for one in found[:MOST_ROWS]),
        is_cut=len(found) > MOST_ROWS,
        is_public=is_public,
        area=asked or "",
        districts=_choices(
            _("All districts"),
            [(one.code, one.name) for one in current_districts(session)],
            request.args.get("district"),
        ),
        services=_choices(
            _("All kinds"),
            sorted(((one.code, one.name) for one in active_services(session)), key=lambda c: c[1]),
            request.args.get("service"),
        ),
        states=_state_choices(request.args.get("state") or "open"),
    )


def _row(one: OnMap, names: Mapping[str, str]) -> MapRow:
    return MapRow(
        one.number,
        names[one.service_code],
        one.state,
        state_words(State(one.state)),
        one.severity_band,
        severity_words(one.severity_band),
        one.district_name,
        one.requests,
        one.opened_at,
    )


def _choices(
    all_words: str, options: list[tuple[str, str]], chosen: str | None
) -> tuple[Choice, ...]:
    first = Choice("", all_words, not chosen)
    return (first, *(Choice(value, label, value == chosen) for value, label in options))


def _state_choices(chosen: str) -> tuple[Choice, ...]:
    groups = {"open": _("Open"), "closed": _("Closed"), "all": _("Open and closed")}
    options = list(groups.items()) + [(one.value, state_words(one)) for one in GROUPS["all"]]
    return tuple(Choice(value, label, value == chosen) for value, label in options)
