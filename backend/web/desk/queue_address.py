"""The queue's address: which filters it says, and what each of them means."""

from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlencode

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backend.audits.queries import districts_graded
from backend.core.actors import Actor
from backend.core.channels import Channel
from backend.core.errors import Invalid, NotFound
from backend.reports.drawn_area import read_area
from backend.triage.models import SavedView
from backend.triage.queue_filter import QueueFilter
from equity.rates.reporting_rate import Grade

ME, NOBODY = "me", "nobody"
SEVERAL = ("state", "service", "band", "district", "team", "channel", "grade")
SINGLE = ("q", "person", "age", "overdue", "photo", "area")
OUTSIDE, CITY = "outside", "city"
_NAMES = frozenset((*SEVERAL, *SINGLE))
_LONGEST = 4_000
_BANDS = range(5)
_MOST_DAYS = 3_650

Pair = tuple[str, str]


class QueueAddress:
    """The filters of one list, in the order somebody gave them; `view` is what they are kept under.

    Values nobody can mean are refused, and never left out: what acts on a whole list must not act
    on a longer one.
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
        kept = [("view", self.view.name)] if self.view else self.pairs
        return self._url(kept, endpoint, **more)

    def _url(self, pairs: Sequence[Pair], endpoint: str = "web.queue", **more: str) -> str:
        listed = [("list", OUTSIDE if self.is_outside else CITY)] if self._says_list(pairs) else []
        said = urlencode([*listed, *pairs, *more.items()])
        return f"{url_for(endpoint)}?{said}" if said else url_for(endpoint)

    def _says_list(self, pairs: Sequence[Pair]) -> bool:
        # Nothing at all would mean the view somebody opens the queue with.
        return self.is_outside or not pairs

    def wanted(self, session: Session, viewer: Actor) -> QueueFilter:
        """What the address asks for; raises `Invalid`."""
        person = self.one("person")
        assignee = {"": None, ME: viewer.key, NOBODY: ""}.get(person, person)
        area, grades = self.one("area"), self.chosen("grade")
        return QueueFilter(
            is_outside=self.is_outside,
            district_codes=self.chosen("district"),
            area_ids=_graded(session, grades) if grades else None,
            service_codes=self.chosen("service"),
            states=self.chosen("state"),
            bands=tuple(_whole("band", text, _BANDS) for text in self.chosen("band")),
            team_codes=self.chosen("team"),
            assignee=assignee,
            channels=tuple(_channel(text) for text in self.chosen("channel")),
            waiting_days=_whole("age", self.one("age"), range(_MOST_DAYS))
            if self.one("age")
            else None,
            is_overdue=_is_set("overdue", self.one("overdue")),
            has_photo=_is_set("photo", self.one("photo")),
            words=self.one("q"),
            area=read_area(area) if area else None,
        )


def read_address(args: MultiDict[str, str], views: Sequence[SavedView]) -> QueueAddress:
    """What an address asks for; filters in it go before those of a saved view.

    Raises `NotFound` for a view that is not among `views`.
    """
    is_outside = args.get("list") == OUTSIDE
    pairs = _known(args.items(multi=True))
    name = args.get("view", "")
    if not name:
        return QueueAddress(pairs, is_outside=is_outside, view=None)
    view = next((view for view in views if view.name == name), None)
    if view is None:
        raise NotFound("view-unknown", name=name[:40])
    replaced = {name for name, _value in pairs}
    kept = [pair for pair in _known(parse_qsl(view.query)) if pair[0] not in replaced]
    return QueueAddress([*kept, *pairs], is_outside=is_outside, view=None if pairs else view)


def _known(pairs: Iterable[Pair]) -> list[Pair]:
    known = [(name, value.strip()) for name, value in pairs if name in _NAMES and value.strip()]
    if sum(len(value) for _, value in known) > _LONGEST:
        raise Invalid("queue-filter-not-valid", pointer="/", name="address", value="…")
    for name in SINGLE:
        said = dict.fromkeys(value for given, value in known if given == name)
        if len(said) > 1:
            raise _unreadable(name, ", ".join(said))
    return known


def _whole(name: str, text: str, among: range) -> int:
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) in among:
        return int(text)
    raise _unreadable(name, text)


def _channel(text: str) -> str:
    if text in {channel.value for channel in Channel}:
        return text
    raise _unreadable("channel", text)


def _is_set(name: str, text: str) -> bool:
    if text not in ("", "1"):
        raise _unreadable(name, text)
    return text == "1"


def _graded(session: Session, grades: Sequence[str]) -> tuple[int, ...]:
    """The districts with one of the reporting grades in the newest fit."""
    known = {grade.value for grade in Grade}
    for text in grades:
        if text not in known:
            raise _unreadable("grade", text)
    return districts_graded(session, grades)


def _unreadable(name: str, text: str) -> Invalid:
    return Invalid("queue-filter-not-valid", pointer=f"/{name}", name=name, value=text[:60])
