"""What of the incidents a map shows, as an address says it; the tiles know no other words.

Staff filter their map by all that filters the queue, in the same words, and by states that are
closed besides. The public's knows `district`, `service` and `state`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backend.core.actors import Actor
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.reports.map_cells.map_filter import CLOSED_ON_MAP, FurtherFilter, MapFilter
from backend.reports.workflow import OPEN_STATES, State
from backend.triage.queue_filter import QueueFilter
from backend.web.desk.queue_address import CITY, OUTSIDE, QueueAddress

GROUPS: dict[str, tuple[State, ...]] = {
    "open": OPEN_STATES,
    "closed": CLOSED_ON_MAP,
    "all": OPEN_STATES + CLOSED_ON_MAP,
}
"""States that go together; `open` where the address names none."""
LISTS = {CITY: False, OUTSIDE: True}
_NAMED_STATES = (*GROUPS, *(state.value for state in GROUPS["all"]))
OF_PUBLIC = ("district", "service", "state")


def public_filter(args: MultiDict[str, str]) -> MapFilter:
    """What anybody's address asks for; raises `Invalid` for a state there is none of."""
    given = {name: tuple(filter(None, args.getlist(name))) for name in OF_PUBLIC}
    return MapFilter(
        is_public=True,
        states=_states(given["state"]),
        service_codes=given["service"],
        district_codes=given["district"],
    )


def staff_filter(
    session: Session, address: QueueAddress, list_name: str, viewer: Actor, now: datetime
) -> MapFilter:
    """What the address of a member of staff asks for, of one of the queue's lists or of both.

    Raises `Invalid`.
    """
    wanted = address.wanted(session, viewer, _NAMED_STATES)
    return MapFilter(
        is_public=False,
        states=_states(address.chosen("state")),
        service_codes=wanted.service_codes,
        district_codes=wanted.district_codes,
        area_ids=wanted.area_ids,
        is_outside=LISTS.get(list_name),
        further=_further(wanted, now),
    )


def tile_query(address: QueueAddress, list_name: str) -> str:
    """What says to the tiles what `address` asks for, whatever was drawn; a view is written out."""
    pairs = [("list", list_name)] if list_name in LISTS else []
    return urlencode([*pairs, *(pair for pair in address.pairs if pair[0] != "area")])


def public_query(args: MultiDict[str, str]) -> str:
    """The same of anybody's address."""
    return urlencode([pair for pair in args.items(multi=True) if pair[0] in OF_PUBLIC and pair[1]])


def further_words(address: QueueAddress) -> list[str]:
    """What the counters do not know of what `address` asks for."""
    names = {
        "q": _("the words"),
        "band": _("the severity"),
        "team": _("the team"),
        "person": _("who has it"),
        "channel": _("how it came"),
        "age": _("the age"),
        "overdue": _("what is overdue"),
        "photo": _("the photo"),
    }
    return [words for name, words in names.items() if address.one(name)]


def _further(wanted: QueueFilter, now: datetime) -> FurtherFilter:
    days = wanted.waiting_days
    return FurtherFilter(
        bands=wanted.bands,
        team_codes=wanted.team_codes,
        assignee=wanted.assignee,
        channels=wanted.channels,
        opened_until=None if days is None else now - timedelta(days=days),
        overdue_at=now if wanted.is_overdue else None,
        has_photo=wanted.has_photo,
        words=wanted.words.strip(),
    )


def _states(names: Sequence[str]) -> tuple[State, ...]:
    if not names:
        return OPEN_STATES
    meant = {state for name in names for state in _states_of(name)}
    return tuple(state for state in GROUPS["all"] if state in meant)


def _states_of(name: str) -> tuple[State, ...]:
    if name in GROUPS:
        return GROUPS[name]
    if name not in {state.value for state in GROUPS["all"]}:
        offered = [*GROUPS, *GROUPS["all"]]
        raise Invalid("choice-not-offered", pointer="/state", choices=offered)
    return (State(name),)
