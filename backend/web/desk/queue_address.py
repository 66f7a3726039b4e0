"""The queue's address: which filters it says, and what each of them means."""

from collections.abc import Collection, Iterable, Sequence
from urllib.parse import parse_qsl, urlencode

from flask import g, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backend.audits.queries import districts_graded
from backend.core.access import current_actor
from backend.core.actors import Actor
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.errors import Invalid, NotFound
from backend.reports.drawn_area import read_area
from backend.reports.workflow import OPEN_STATES
from backend.triage.models import SavedView
from backend.triage.queue_cursor import read_cursor
from backend.triage.queue_filter import QueueFilter
from backend.triage.queue_options import code_of_nothing, key_of_nobody
from backend.triage.saved_views import view_named, views_for
from backend.web.address_filters import check_names, unreadable
from equity.rates.reporting_rate import Grade

ME, NOBODY = "me", "nobody"
SEVERAL = ("state", "service", "band", "district", "team", "channel", "grade")
SINGLE = ("q", "person", "age", "overdue", "photo", "area")
OUTSIDE, CITY = "outside", "city"
_NAMES = frozenset((*SEVERAL, *SINGLE))
_LIST, _VIEW = "list", "view"
PLACES = ("after", "before")
"""What says a place in the list."""
# What the addresses of single pages say besides, where that is not a place in the list. Of any
# other name somebody may think that it filters, as it does elsewhere.
_BESIDES: dict[str | None, tuple[str, ...]] = {
    "web.queue": (*PLACES, "changed"),
    "web.queue_news": ("since",),
    "web.bulk": (*PLACES, "all", "number"),
    "web.desk_map": ("page",),
}
_LONGEST = 4_000
_MOST_DAYS = 3_650
_CODED = ("service", "district", "team")
_BANDS = tuple(map(str, range(5)))
_CHANNELS = frozenset(channel.value for channel in Channel)
_GRADES = frozenset(grade.value for grade in Grade)
_STATES = frozenset(state.value for state in OPEN_STATES)

Pair = tuple[str, str]


class QueueAddress:
    """The filters of one list, in the order somebody gave them; `view` is what they are kept under.

    Names and values nobody knows are refused, and never left out: what acts on a whole list must
    not act on a longer one.
    """

    def __init__(self, pairs: Iterable[Pair], *, is_outside: bool, view: SavedView | None) -> None:
        self.pairs = tuple(dict.fromkeys(pairs))
        self.is_outside = is_outside
        self.view = view

    def chosen(self, name: str) -> tuple[str, ...]:
        """The values of a filter."""
        return tuple(value for given, value in self.pairs if given == name)

    def one(self, name: str) -> str:
        """The value of a filter that has one; empty where it is not set."""
        return next(iter(self.chosen(name)), "")

    @property
    def query(self) -> str:
        """What says the filters, for a saved view."""
        return urlencode(self.pairs)

    def without(self, pair: Pair) -> str:
        """The address of the list without one of its filters."""
        return self._url([one for one in self.pairs if one != pair])

    def everything(self) -> str:
        """The address of the list without any."""
        return self._url(())

    def url(self, endpoint: str = "web.queue", **more: str) -> str:
        """The address of this list, or of a page about it."""
        return f"{url_for(endpoint)}{self.said(**more)}"

    def said(self, **more: str) -> str:
        """What stands behind the address of any page about this list, from the question mark on."""
        kept = [(_VIEW, self.view.name)] if self.view else self.pairs
        return self._said(kept, **more)

    def _url(self, pairs: Sequence[Pair]) -> str:
        return f"{url_for('web.queue')}{self._said(pairs)}"

    def _said(self, pairs: Sequence[Pair], **more: str) -> str:
        listed = [(_LIST, OUTSIDE if self.is_outside else CITY)] if self._says_list(pairs) else []
        said = urlencode([*listed, *pairs, *more.items()])
        return f"?{said}" if said else ""

    def _says_list(self, pairs: Sequence[Pair]) -> bool:
        # Nothing at all would mean the view somebody opens the queue with.
        return self.is_outside or not pairs

    def wanted(
        self, session: Session, viewer: Actor, states: Collection[str] = _STATES
    ) -> QueueFilter:
        """What the address asks for; raises `Invalid`.

        `states` are the names that say a state: a map knows more of them than the queue.
        """
        self._check("state", states)
        self._check("channel", _CHANNELS)
        self._check("grade", _GRADES)
        self._check("band", _BANDS)
        for name in _CODED:
            stray = code_of_nothing(session, name, self.chosen(name))
            if stray is not None:
                raise unreadable(name, stray)
        area, grades = self.one("area"), self.chosen("grade")
        return QueueFilter(
            is_outside=self.is_outside,
            district_codes=self.chosen("district"),
            area_ids=districts_graded(session, grades) if grades else None,
            service_codes=self.chosen("service"),
            states=self.chosen("state"),
            bands=tuple(map(int, self.chosen("band"))),
            team_codes=self.chosen("team"),
            assignee=_assignee(session, self.one("person"), viewer),
            channels=self.chosen("channel"),
            waiting_days=_days(self.one("age")),
            is_overdue=_is_set("overdue", self.one("overdue")),
            has_photo=_is_set("photo", self.one("photo")),
            words=self.one("q"),
            area=read_area(area) if area else None,
        )

    def _check(self, name: str, known: Collection[str]) -> None:
        for value in self.chosen(name):
            if value not in known:
                raise unreadable(name, value)


def asked_views() -> list[SavedView]:
    """The views that whoever asks may choose from, read once for a request."""
    if "queue_views" not in g:
        g.queue_views = views_for(current_session(), current_actor().key)
    views: list[SavedView] = g.queue_views
    return views


def asked_address() -> QueueAddress:
    """What the running request's address asks for, read once; raises `Invalid` and `NotFound`."""
    if "queue_address" not in g:
        besides = _BESIDES.get(request.endpoint, PLACES)
        g.queue_address = read_address(request.args, asked_views(), besides)
    address: QueueAddress = g.queue_address
    return address


def read_address(
    args: MultiDict[str, str], views: Sequence[SavedView], besides: Collection[str] = PLACES
) -> QueueAddress:
    """What an address asks for; filters in it go before those of a saved view.

    Raises `Invalid` for a filter there is none of, and `NotFound` for a view that is not among
    `views`; `besides` are names that are no filters.
    """
    pairs = _known(args.items(multi=True), (_LIST, _VIEW, *besides))
    for place in filter(args.get, PLACES):
        if read_cursor(args[place]) is None:
            raise unreadable(place, args[place])
    is_outside = _is_outside(args)
    name = args.get(_VIEW, "")
    if not name:
        return QueueAddress(pairs, is_outside=is_outside, view=None)
    view = view_named(name, views)
    if view is None:
        raise NotFound("view-unknown", name=name[:40])
    replaced = {name for name, _value in pairs}
    kept = [pair for pair in _kept(view) if pair[0] not in replaced]
    return QueueAddress([*kept, *pairs], is_outside=is_outside, view=None if pairs else view)


def view_address(view: SavedView, views: Sequence[SavedView]) -> QueueAddress:
    """The list of a view, with its filters written out where its name means another one."""
    if view_named(view.name, views) is view:
        return QueueAddress((), is_outside=False, view=view)
    return QueueAddress(parse_qsl(view.query), is_outside=False, view=None)


def _kept(view: SavedView) -> list[Pair]:
    """The filters of a saved view; an earlier release may have known others than this one."""
    try:
        return _known(parse_qsl(view.query))
    except Invalid as error:
        raise Invalid("view-not-readable", pointer="/view", name=view.title) from error


def _known(pairs: Iterable[Pair], besides: Collection[str] = ()) -> list[Pair]:
    said = [(name, value.strip()) for name, value in pairs]
    check_names((name for name, _value in said), (*SEVERAL, *SINGLE), besides)
    for name in (*SINGLE, _LIST, _VIEW):
        values = dict.fromkeys(value for given, value in said if given == name and value)
        if len(values) > 1:
            raise unreadable(name, ", ".join(values))
    known = [pair for pair in said if pair[0] in _NAMES and pair[1]]
    if sum(len(value) for _, value in known) > _LONGEST:
        raise Invalid("queue-filter-not-valid", pointer="/", name="address", value="…")
    return known


def _is_outside(args: MultiDict[str, str]) -> bool:
    name = args.get(_LIST, "").strip()
    if name not in ("", CITY, OUTSIDE):
        raise unreadable(_LIST, name)
    return name == OUTSIDE


def _days(text: str) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) < _MOST_DAYS:
        return int(text)
    raise unreadable("age", text)


def _is_set(name: str, text: str) -> bool:
    if text not in ("", "1"):
        raise unreadable(name, text)
    return text == "1"


def _assignee(session: Session, person: str, viewer: Actor) -> str | None:
    """Whose reports are meant, "" for nobody's and None for anybody's."""
    if person in ("", ME, NOBODY):
        return {"": None, ME: viewer.key, NOBODY: ""}[person]
    if key_of_nobody(session, person):
        raise unreadable("person", person)
    return person
