"""The map of the reports beside the list of what is in view, for staff and for anybody.

The list is whole without the map: it answers to the same address.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Response, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backend.core.access import access, current_actor
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.places.queries import current_districts
from backend.reports.drawn_area import read_area
from backend.reports.map_cells.map_filter import MapFilter
from backend.reports.map_cells.on_map import MOST_READ, Box, OnMap, incidents_in_box
from backend.reports.models import Service
from backend.reports.queries import active_services
from backend.reports.workflow import State
from backend.triage.queue_options import Named
from backend.web.address_filters import check_names, check_place, unreadable
from backend.web.desk.map_filter import GROUPS, LISTS, OF_PUBLIC, public_filter, staff_filter
from backend.web.desk.queue_address import QueueAddress, asked_address
from backend.web.desk.queue_view import Offered
from backend.web.face import blueprint, whole_number
from backend.web.kept_pages import open_page
from backend.web.map_policy import map_policy
from backend.web.view_models import Choice
from backend.web.words import severity_words, state_words

PAGE_SIZE = 50
_LAST_PAGE = MOST_READ // PAGE_SIZE
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
class MapList:
    """One page of the list, its first line being the list's `first`.

    `most` is how long a list can be, where this one ends because of that; 0 where it does not.
    """

    rows: tuple[MapRow, ...]
    first: int
    most: int
    previous_url: str
    next_url: str


@dataclass(frozen=True, slots=True)
class MapPageView:
    """The list, and what the address asks for.

    `fields` are the options of each filter by its name in the address; `list_name` is one of the
    queue's lists, empty for both. `further` is how many filters are set that stand folded away.
    """

    listed: MapList
    is_public: bool
    area: str
    fields: Mapping[str, tuple[Choice, ...]]
    searched: str = ""
    is_overdue: bool = False
    has_photo: bool = False
    list_name: str = ""
    further: int = 0
    queue_url: str = ""


@blueprint.get("/desk/map")
@access(*sorted(STAFF))
def desk_map() -> Response:
    """Every incident where it is."""
    session, viewer = current_session(), current_actor()
    address = asked_address()
    list_name = request.args.get("list", "")
    now = current_runtime().clock.now()
    wanted = staff_filter(session, address, list_name, viewer, now)
    listed = _listed(session, wanted, address.one("area"))
    fields = Offered(session, address, viewer).fields()
    states = [(state.value, state_words(state)) for state in GROUPS["all"]]
    view = MapPageView(
        listed,
        is_public=False,
        area=address.one("area"),
        fields=fields | {"state": _states(states, address.chosen("state"))},
        searched=address.one("q"),
        is_overdue=bool(address.one("overdue")),
        has_photo=bool(address.one("photo")),
        list_name=list_name if list_name in LISTS else "",
        further=sum(name not in _IN_SIGHT for name, _value in address.pairs),
        queue_url=_queue_url(address) if wanted.are_open else "",
    )
    return _page("desk/desk_map.html", view)


@blueprint.get("/reports/map")
@access()
@open_page
def reports_map() -> Response:
    """What the public may know of where problems are."""
    session, asked = current_session(), request.args
    districts = [(one.code, one.name) for one in current_districts(session)]
    services = sorted(((one.code, one.name) for one in active_services(session)), key=_by_name)
    check_names(asked, OF_PUBLIC, ("area", "page"))
    _check_known(asked, district=districts, service=services)
    listed = _listed(session, public_filter(asked), asked.get("area", ""))
    states = [(state.value, state_words(state)) for state in GROUPS["all"]]
    fields = {
        "district": _choices([("", _("All districts")), *districts], asked.getlist("district")),
        "service": _choices([("", _("All kinds")), *services], asked.getlist("service")),
        "state": _states(states, asked.getlist("state")),
    }
    view = MapPageView(listed, is_public=True, area=asked.get("area", ""), fields=fields)
    return _page("desk/reports_map.html", view)


def _check_known(asked: MultiDict[str, str], **offered: Sequence[Named]) -> None:
    """Raise `Invalid` for what is not there: an empty map would say that nothing is reported."""
    for name, options in offered.items():
        known = {code for code, _name in options}
        for code in filter(None, asked.getlist(name)):
            if code not in known:
                raise unreadable(name, code)


def _page(template: str, view: MapPageView) -> Response:
    response = make_response(render_template(template, view=view))
    response.headers["Content-Security-Policy"] = map_policy()
    return response


def _listed(session: Session, wanted: MapFilter, asked: str) -> MapList:
    """The page of the list that the address asks for."""
    area = read_area(asked) if asked else None
    check_place("page")
    page = min(whole_number("page") or 1, _LAST_PAGE)
    end = page * PAGE_SIZE
    found = incidents_in_box(
        session,
        area.box if area else _WORLD,
        wanted,
        end + 1,
        # Corner by corner, the exact place of what is rounded could be found.
        None if wanted.is_public else area,
    )
    names = {one.code: one.name for one in session.query(Service)}
    return MapList(
        rows=tuple(_row(one, names) for one in found[end - PAGE_SIZE : end]),
        first=end - PAGE_SIZE + 1,
        most=MOST_READ if page == _LAST_PAGE and len(found) >= end else 0,
        previous_url=_page_url(page - 1) if page > 1 else "",
        next_url=_page_url(page + 1) if page < _LAST_PAGE and len(found) > end else "",
    )


def _page_url(page: int) -> str:
    """The address of another page of the same list."""
    asked = [pair for pair in request.args.items(multi=True) if pair[0] != "page" and pair[1]]
    return f"{request.path}?{urlencode([*asked, ('page', page)])}"


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


def _queue_url(address: QueueAddress) -> str:
    """The same problems as a list to work through."""
    pairs = [pair for pair in address.pairs if pair not in _GROUPS_OF_STATES]
    return QueueAddress(pairs, is_outside=address.is_outside, view=None).url()


def _choices(options: Sequence[Named], chosen: Collection[str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value in chosen) for value, label in options)


def _states(states: Sequence[Named], chosen: Collection[str]) -> tuple[Choice, ...]:
    groups = [("open", _("Open")), ("closed", _("Closed")), ("all", _("Open and closed"))]
    return _choices([*groups, *states], chosen or ("open",))


def _by_name(named: Named) -> str:
    return named[1]


_IN_SIGHT = ("q", "area", "state")
_GROUPS_OF_STATES = [("state", name) for name in GROUPS]
