"""Lists of what anybody may know of requests: the one query behind every open list and export.

A place is rounded where its service asks for it, the words are the moderated ones, and nothing is
read that says who reported.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta
from enum import Enum, auto
from math import cos, radians
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from backend.core.actors import ANONYMOUS
from backend.core.channels import OWN_CHANNELS
from backend.core.db import table_of
from backend.places.models import District
from backend.reports.find_words import ids_with_words, words_to_match
from backend.reports.models import (
    Body,
    Comment,
    ExpectedTime,
    Incident,
    IncidentChange,
    ModeratedText,
    Service,
    ServiceRequest,
    Team,
)
from backend.reports.near import ids_in_box
from backend.reports.public_place import public_place
from backend.reports.public_words import PUBLIC_ADDRESS, PUBLIC_DESCRIPTION, PUBLIC_REASON
from backend.reports.workflow import CLOSED_STATES, OPEN_STATES
from geo.coordinates import Extent
from geo.distance import EARTH_RADIUS_M, box_around

_CHUNK = 2_000
# How far a request may lie from the incident it was merged under and still be found by its place.
_MERGED_METRES = 500.0


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """What to list; None does not filter. Moments are UTC-aware, both ends belong to the range.

    `box` is west, south, east, north in degrees; `around` is longitude, latitude and metres;
    `changed_after` is the number of a decision, `before` a place in the list of the newest first
    (`place_in_list`). Each of the `words` stands in the description, the address or the name of the
    service, in any case; `open_words` are looked up in the index of what is open (`find_words`).
    `common_states` are so common that a list is best read in its own order until it is full.
    """

    numbers: tuple[str, ...] | None = None
    service_codes: tuple[str, ...] | None = None
    district_code: str | None = None
    is_open: bool | None = None
    states: tuple[str, ...] | None = None
    requested_from: datetime | None = None
    requested_until: datetime | None = None
    received_until: datetime | None = None
    updated_from: datetime | None = None
    updated_until: datetime | None = None
    box: tuple[float, float, float, float] | None = None
    around: tuple[float, float, float] | None = None
    words: tuple[str, ...] | None = None
    changed_after: int | None = None
    before: tuple[datetime, UUID] | None = None
    open_words: tuple[str, ...] | None = None
    common_states: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PublicRequest:
    """One request and the incident it lies under; `lon` and `lat` as the public may know them.

    `updated_at` is when anything public last changed, and never before `requested_at`.
    `source` is "resident" or "city", never by which way somebody reported: with the district that
    could be one person's. `expected_at` is when half of the like were closed, for what is open.
    `status_note` is why it stands where it stands, and in a line below what the city said since;
    its clock stands still since `paused_at`.
    `id` is for looking up what belongs to the request, and is not itself public.
    """

    number: str
    service_code: str
    service_name: str
    group_name: str
    description: str
    state: str
    source: str
    lon: float
    lat: float
    address: str | None
    district_code: str | None
    district_name: str | None
    is_outside: bool
    agency: str | None
    requested_at: datetime
    updated_at: datetime
    due_at: datetime | None
    paused_at: datetime | None
    closed_at: datetime | None
    notice: str | None
    incident_id: int
    incident_number: str
    reports: int
    changed_sequence: int
    id: UUID
    status_note: str | None
    expected_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Order(Enum):
    """By which moment a list is ordered, and which end of it comes first."""

    NEWEST = auto()
    OLDEST = auto()
    LAST_CHANGED = auto()
    FIRST_CHANGED = auto()


def public_requests(
    session: Session,
    wanted: RequestFilter,
    *,
    limit: int,
    offset: int = 0,
    order: Order = Order.NEWEST,
) -> list[PublicRequest]:
    """The newest request first unless said otherwise; equal moments by ids: no pages overlap."""
    query = _filtered(session, wanted).order_by(*_ORDERS[order]).limit(limit).offset(offset)
    return [public_request_of(row) for row in session.execute(query)]


def place_in_list(session: Session, number: str) -> tuple[datetime, UUID] | None:
    """Where a request stands among the newest first: whatever comes in, it stays there."""
    row = session.execute(_PLACE, {"number": number}).one_or_none()
    return None if row is None else (row.requested_at, row.id)


def stream_public_requests(session: Session, wanted: RequestFilter) -> Iterator[PublicRequest]:
    """Every request asked for, in the order they came in, in constant memory."""
    query = _filtered(session, wanted).order_by(_REQUEST.c.received_at, _REQUEST.c.id)
    # Closed also when whoever reads goes away before the end.
    with session.execute(query.execution_options(yield_per=_CHUNK)) as rows:
        for row in rows:
            yield public_request_of(row)


_REQUEST, _INCIDENT, _SERVICE = table_of(ServiceRequest), table_of(Incident), table_of(Service)
_DISTRICT, _MODERATED = table_of(District), table_of(ModeratedText)
_TEAM, _BODY = table_of(Team), table_of(Body)
_CHANGE, _CHANGED = table_of(IncidentChange), _INCIDENT.alias("changed")
_COMMENT = table_of(Comment)
_PLACE = sa.select(_REQUEST.c.requested_at, _REQUEST.c.id).where(
    _REQUEST.c.number == sa.bindparam("number")
)
# The one by which it stands where it stands: what was taken back led somewhere else.
_LAST_STEP = (
    sa.select(_CHANGE)
    .where(
        _CHANGE.c.incident_id == _INCIDENT.c.id,
        _CHANGE.c.kind == "state",
        _CHANGE.c.to_state == _INCIDENT.c.state,
    )
    .order_by(_CHANGE.c.id.desc())
    .limit(1)
)
# Why it stands where it stands, and the newest that the city said since.
_REASON = _LAST_STEP.with_only_columns(PUBLIC_REASON).scalar_subquery()
_SAID_SINCE = (
    sa.select(_COMMENT.c.text)
    .where(
        _COMMENT.c.incident_id == _INCIDENT.c.id,
        sa.not_(_COMMENT.c.is_hidden),
        _COMMENT.c.actor != ANONYMOUS.key,
        _COMMENT.c.at
        >= sa.func.coalesce(
            _LAST_STEP.with_only_columns(_CHANGE.c.at).scalar_subquery(), _INCIDENT.c.opened_at
        ),
    )
    .order_by(_COMMENT.c.at.desc(), _COMMENT.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
# How long the like stay open: in the district, or anywhere where too few were closed there.
_HERE, _ANYWHERE = table_of(ExpectedTime).alias(), table_of(ExpectedTime).alias()
_ORDERS: Mapping[Order, tuple[sa.ColumnElement[Any], ...]] = {
    Order.NEWEST: (_REQUEST.c.requested_at.desc(), _REQUEST.c.id.desc()),
    Order.OLDEST: (_REQUEST.c.requested_at, _REQUEST.c.id),
    Order.LAST_CHANGED: (_INCIDENT.c.changed_at.desc(), _REQUEST.c.id.desc()),
    Order.FIRST_CHANGED: (_INCIDENT.c.changed_at, _REQUEST.c.id),
}
# What a search for words looks through. What nobody is shown must not be found either.
_SEARCHED: tuple[sa.ColumnElement[str], ...] = (
    PUBLIC_DESCRIPTION,
    _SERVICE.c.name,
    PUBLIC_ADDRESS,
)
_MEETS: Mapping[str, Callable[[Any], sa.ColumnElement[bool]]] = {
    "numbers": _REQUEST.c.number.in_,
    "service_codes": _INCIDENT.c.service_code.in_,
    "district_code": lambda code: _DISTRICT.c.code == code,
    "is_open": lambda is_open: _INCIDENT.c.state.in_(OPEN_STATES if is_open else CLOSED_STATES),
    "states": _INCIDENT.c.state.in_,
    "requested_from": lambda moment: _REQUEST.c.requested_at >= moment,
    "requested_until": lambda moment: _REQUEST.c.requested_at <= moment,
    "received_until": lambda moment: _REQUEST.c.received_at <= moment,
    # So put, SQLite begins with what has changed and not with the newest of all requests.
    "updated_from": lambda moment: _REQUEST.c.incident_id.in_(
        sa.select(_CHANGED.c.id).where(_CHANGED.c.changed_at >= moment)
    ),
    "updated_until": lambda moment: _INCIDENT.c.changed_at <= moment,
    "changed_after": lambda sequence: _INCIDENT.c.changed_sequence > sequence,
    "before": lambda place: (
        sa.tuple_(_REQUEST.c.requested_at, _REQUEST.c.id)
        < sa.tuple_(
            sa.literal(place[0], _REQUEST.c.requested_at.type),
            sa.literal(place[1], _REQUEST.c.id.type),
        )
    ),
}
_COLUMNS = (
    sa.select(
        _REQUEST.c.number,
        _INCIDENT.c.service_code,
        _SERVICE.c.name,
        _SERVICE.c.group_name,
        PUBLIC_DESCRIPTION.label("description"),
        _INCIDENT.c.state,
        sa.case((_REQUEST.c.channel.in_(sorted(OWN_CHANNELS)), "city"), else_="resident"),
        _REQUEST.c.lon,
        _REQUEST.c.lat,
        PUBLIC_ADDRESS.label("address"),
        _DISTRICT.c.code,
        _DISTRICT.c.name.label("district_name"),
        _INCIDENT.c.is_outside,
        sa.func.coalesce(_BODY.c.name, _TEAM.c.name),
        _REQUEST.c.requested_at,
        _INCIDENT.c.changed_at,
        _INCIDENT.c.due_at,
        _INCIDENT.c.paused_at,
        _INCIDENT.c.closed_at,
        _SERVICE.c.notice,
        _INCIDENT.c.id,
        _INCIDENT.c.number.label("incident_number"),
        _INCIDENT.c.request_count,
        _INCIDENT.c.changed_sequence,
        _REQUEST.c.id.label("request_id"),
        _REASON,
        _SAID_SINCE,
        _INCIDENT.c.opened_at,
        sa.func.coalesce(_HERE.c.median_hours, _ANYWHERE.c.median_hours),
        _SERVICE.c.public_grid_metres,
    )
    .select_from(_REQUEST)
    .join(_INCIDENT, _INCIDENT.c.id == _REQUEST.c.incident_id)
    .join(_SERVICE, _SERVICE.c.code == _INCIDENT.c.service_code)
    .outerjoin(_MODERATED, _MODERATED.c.service_request_id == _REQUEST.c.id)
    .outerjoin(_DISTRICT, _DISTRICT.c.id == _INCIDENT.c.district_id)
    .outerjoin(_BODY, _BODY.c.code == _INCIDENT.c.body_code)
    .outerjoin(_TEAM, _TEAM.c.code == _INCIDENT.c.team_code)
    .outerjoin(
        _HERE,
        sa.and_(
            _HERE.c.service_code == _INCIDENT.c.service_code,
            _HERE.c.district_id == _INCIDENT.c.district_id,
        ),
    )
    .outerjoin(
        _ANYWHERE,
        sa.and_(
            _ANYWHERE.c.service_code == _INCIDENT.c.service_code,
            _ANYWHERE.c.district_id.is_(None),
        ),
    )
)

CHANGED_REQUESTS = (
    _COLUMNS.where(
        sa.tuple_(_INCIDENT.c.changed_sequence, _REQUEST.c.number)
        > sa.tuple_(
            sa.bindparam("sequence", type_=sa.BigInteger), sa.bindparam("number", type_=sa.String)
        )
    )
    .order_by(_INCIDENT.c.changed_sequence, _REQUEST.c.number)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
"""What changed after `sequence` and `number`, in the order of the changes; `most` at once."""


def _filtered(session: Session, wanted: RequestFilter) -> sa.Select[*tuple[Any, ...]]:
    asked = ((meet, getattr(wanted, name)) for name, meet in _MEETS.items())
    query = _COLUMNS.where(*(meet(value) for meet, value in asked if value is not None))
    if wanted.words is not None:
        query = query.where(_holds(session, wanted.words))
    if wanted.common_states is not None:
        query = query.where(unindexed_state(session).in_(wanted.common_states))
    if wanted.open_words:
        matching = ids_with_words(session.get_bind().dialect.name)
        query = query.where(_INCIDENT.c.id.in_(matching)).params(
            words=words_to_match(session, wanted.open_words)
        )
    box = wanted.box
    if wanted.around is not None:
        query = query.where(_within(*wanted.around))
        box = box or box_around(*wanted.around)
    return query if box is None else _in_box(session, query, Extent(*box))


def unindexed_state(session: Session) -> sa.ColumnElement[str]:
    """The state, for a condition that most of the rows meet.

    SQLite would fetch and sort all of them by way of the index; PostgreSQL knows how many they are.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sa.literal_column("+incident.state", sa.String) if is_sqlite else _INCIDENT.c.state


def _holds(session: Session, words: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether every one of the words stands somewhere in what is searched, in any case."""
    if session.get_bind().dialect.name == "sqlite":
        return sa.and_(*map(_holds_in_sqlite, words))
    # Once for all words: making text small takes longer than looking through it.
    text = sa.func.lower(sa.func.concat_ws("\n", *_SEARCHED))
    patterns = sa.literal([_pattern(word.lower()) for word in words], postgresql.ARRAY(sa.Text))
    is_like_all = text.op("LIKE", is_comparison=True)(sa.all_(patterns))
    # PostgreSQL would expect next to no rows, and fetch and sort all there are.
    return sa.func.coalesce(is_like_all, sa.false())


def _holds_in_sqlite(word: str) -> sa.ColumnElement[bool]:
    # Its LIKE knows no case, of the letters of English alone.
    shapes = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    return sa.or_(
        *(one.like(_pattern(shape), escape="\\") for shape in sorted(shapes) for one in _SEARCHED)
    )


def _pattern(word: str) -> str:
    return "%" + re.sub(r"([%_\\])", r"\\\1", word) + "%"


def _in_box(
    session: Session, query: sa.Select[*tuple[Any, ...]], box: Extent
) -> sa.Select[*tuple[Any, ...]]:
    # The index knows incidents; a request may have been merged under one some way off.
    near = astuple(box.padded(_MERGED_METRES))
    return query.where(
        # Asking box after box would find the exact place of what is rounded, so no box finds it.
        _SERVICE.c.public_grid_metres.is_(None),
        _INCIDENT.c.id.in_(ids_in_box(session)),
        _REQUEST.c.lon.between(box.west, box.east),
        _REQUEST.c.lat.between(box.south, box.north),
    ).params(dict(zip(("west", "south", "east", "north"), near, strict=True)))


def _within(lon: float, lat: float, metres: float) -> sa.ColumnElement[bool]:
    """Within `metres` on the plane that touches the Earth at the point: exact enough for a city."""
    metres_a_degree = radians(EARTH_RADIUS_M)
    north = (_REQUEST.c.lat - lat) * metres_a_degree
    east = (_REQUEST.c.lon - lon) * (metres_a_degree * cos(radians(lat)))
    return north * north + east * east <= metres * metres


def public_request_of(row: sa.Row[*tuple[Any, ...]]) -> PublicRequest:
    """A row of any of the lists above as the public may know it."""
    *known, reason, said_since, opened_at, hours, grid = row
    known.append("\n".join(filter(None, (reason, said_since))) or None)
    is_expected = hours is not None and known[_STATE] in OPEN_STATES
    known.append(opened_at + timedelta(hours=hours) if is_expected else None)
    if grid is not None:
        known[_LON : _LAT + 1] = public_place(known[_LON], known[_LAT], grid)
    return PublicRequest(*known)


_PLACES_IN_ROW = [one.name for one in fields(PublicRequest)]
_STATE, _LON, _LAT = map(_PLACES_IN_ROW.index, ("state", "lon", "lat"))
