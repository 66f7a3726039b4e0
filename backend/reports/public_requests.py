"""Lists of what anybody may know of requests: the one query behind every open list and export.

A place is rounded where its service asks for it, the words are the moderated ones, and nothing is
read that says who reported.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.places.models import District
from backend.reports.models import Body, Incident, ModeratedText, Service, ServiceRequest, Team
from backend.reports.near import ids_in_box
from backend.reports.public_place import public_place
from backend.reports.workflow import CLOSED_STATES, OPEN_STATES

_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """What to list; None does not filter. Moments are UTC-aware, both ends belong to the range.

    `box` is west, south, east, north in degrees; `changed_after` is the number of a decision.
    """

    numbers: tuple[str, ...] | None = None
    service_codes: tuple[str, ...] | None = None
    district_code: str | None = None
    is_open: bool | None = None
    requested_from: datetime | None = None
    requested_until: datetime | None = None
    updated_from: datetime | None = None
    updated_until: datetime | None = None
    box: tuple[float, float, float, float] | None = None
    words: str | None = None
    changed_after: int | None = None


@dataclass(frozen=True, slots=True)
class PublicRequest:
    """One request and the incident it lies under; `lon` and `lat` as the public may know them."""

    number: str
    service_code: str
    service_name: str
    group_name: str
    description: str
    state: str
    channel: str
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
    closed_at: datetime | None
    notice: str | None
    incident_id: int
    incident_number: str
    reports: int
    changed_sequence: int

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


def public_requests(
    session: Session, wanted: RequestFilter, *, limit: int, offset: int = 0
) -> list[PublicRequest]:
    """Newest request first, equal moments by their ids, so that pages never overlap."""
    query = _filtered(session, wanted).order_by(*_NEWEST_FIRST).limit(limit).offset(offset)
    return [_public(row) for row in session.execute(query)]


def stream_public_requests(session: Session, wanted: RequestFilter) -> Iterator[PublicRequest]:
    """Every request asked for, in the order they came in, in constant memory."""
    query = _filtered(session, wanted).order_by(_REQUEST.c.received_at, _REQUEST.c.id)
    rows = session.execute(query.execution_options(yield_per=_CHUNK))
    for row in rows:
        yield _public(row)


_REQUEST, _INCIDENT, _SERVICE = table_of(ServiceRequest), table_of(Incident), table_of(Service)
_DISTRICT, _MODERATED = table_of(District), table_of(ModeratedText)
_TEAM, _BODY = table_of(Team), table_of(Body)
_NEWEST_FIRST = (_REQUEST.c.requested_at.desc(), _REQUEST.c.id.desc())
_WORDS = sa.func.coalesce(_MODERATED.c.description, _REQUEST.c.description)
_MEETS: Mapping[str, Callable[[Any], sa.ColumnElement[bool]]] = {
    "numbers": _REQUEST.c.number.in_,
    "service_codes": _REQUEST.c.service_code.in_,
    "district_code": lambda code: _DISTRICT.c.code == code,
    "is_open": lambda is_open: _INCIDENT.c.state.in_(OPEN_STATES if is_open else CLOSED_STATES),
    "requested_from": lambda moment: _REQUEST.c.requested_at >= moment,
    "requested_until": lambda moment: _REQUEST.c.requested_at <= moment,
    "updated_from": lambda moment: _INCIDENT.c.changed_at >= moment,
    "updated_until": lambda moment: _INCIDENT.c.changed_at <= moment,
    "words": lambda words: _WORDS.icontains(words, autoescape=True),
    "changed_after": lambda sequence: _INCIDENT.c.changed_sequence > sequence,
}
_COLUMNS = (
    sa.select(
        _REQUEST.c.number,
        _REQUEST.c.service_code,
        _SERVICE.c.name,
        _SERVICE.c.group_name,
        _WORDS.label("description"),
        _INCIDENT.c.state,
        _REQUEST.c.channel,
        _REQUEST.c.lon,
        _REQUEST.c.lat,
        _REQUEST.c.address,
        _DISTRICT.c.code,
        _DISTRICT.c.name.label("district_name"),
        _INCIDENT.c.is_outside,
        sa.func.coalesce(_BODY.c.name, _TEAM.c.name),
        _REQUEST.c.requested_at,
        _INCIDENT.c.changed_at,
        _INCIDENT.c.due_at,
        _INCIDENT.c.closed_at,
        _SERVICE.c.notice,
        _INCIDENT.c.id,
        _INCIDENT.c.number.label("incident_number"),
        _INCIDENT.c.request_count,
        _INCIDENT.c.changed_sequence,
        _SERVICE.c.public_grid_metres,
    )
    .select_from(_REQUEST)
    .join(_INCIDENT, _INCIDENT.c.id == _REQUEST.c.incident_id)
    .join(_SERVICE, _SERVICE.c.code == _REQUEST.c.service_code)
    .outerjoin(_MODERATED, _MODERATED.c.service_request_id == _REQUEST.c.id)
    .outerjoin(_DISTRICT, _DISTRICT.c.id == _INCIDENT.c.district_id)
    .outerjoin(_BODY, _BODY.c.code == _INCIDENT.c.body_code)
    .outerjoin(_TEAM, _TEAM.c.code == _INCIDENT.c.team_code)
)


def _filtered(session: Session, wanted: RequestFilter) -> sa.Select[*tuple[Any, ...]]:
    asked = ((meet, getattr(wanted, name)) for name, meet in _MEETS.items())
    query = _COLUMNS.where(*(meet(value) for meet, value in asked if value is not None))
    if wanted.box is None:
        return query
    # Asking box after box would find the exact place of what is rounded, so no box finds it.
    query = query.where(
        _SERVICE.c.public_grid_metres.is_(None), _INCIDENT.c.id.in_(ids_in_box(session))
    )
    return query.params(dict(zip(("west", "south", "east", "north"), wanted.box, strict=True)))


def _public(row: sa.Row[*tuple[Any, ...]]) -> PublicRequest:
    *known, grid = row
    if grid is None:
        return PublicRequest(*known)
    known[7:9] = public_place(known[7], known[8], grid)
    # A street and a number would tell what the rounding hides.
    known[9] = None
    return PublicRequest(*known)
