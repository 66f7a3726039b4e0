"""What of the queue somebody asks for, and how both databases find it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.photos.models import Photo
from backend.photos.workflow import PhotoState
from backend.places.models import District
from backend.reports.drawn_area import DrawnArea, is_in_area
from backend.reports.find_words import ids_with_words, words_in, words_to_match
from backend.reports.models import Incident, ServiceRequest
from backend.reports.near import ids_in_box_of
from backend.reports.photos.queries import IS_OF_REPORT
from backend.triage.models import QueueEntry

_ENTRY, _INCIDENT, _REQUEST = map(table_of, (QueueEntry, Incident, ServiceRequest))
_DISTRICT, _PHOTO = map(table_of, (District, Photo))
_OF_ITSELF = frozenset({"is_outside", "bands"})


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue to show; nothing given does not filter, and all that is given must hold.

    `is_outside` lists what lies outside the city. `area_ids` are rows of districts, None for all.
    `assignee` is the key of one of the staff, "" what nobody has. `waiting_days` is how long ago it
    was opened, at least; `channels` and `has_photo` hold where any report of it does. Each of the
    `words` must begin a word of its reports, as the public may read them.
    """

    is_outside: bool = False
    district_codes: tuple[str, ...] = ()
    area_ids: tuple[int, ...] | None = None
    service_codes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    bands: tuple[int, ...] = ()
    team_codes: tuple[str, ...] = ()
    assignee: str | None = None
    channels: tuple[str, ...] = ()
    waiting_days: int | None = None
    is_overdue: bool = False
    has_photo: bool = False
    words: str = ""
    area: DrawnArea | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Which conditions a statement has, for a kind of database: what it is kept under."""

    names: tuple[str, ...]
    area: DrawnArea | None
    dialect: str

    @property
    def is_filtered(self) -> bool:
        """Whether an entry does not tell by itself that it is meant."""
        return self.area is not None or not _OF_ITSELF.issuperset(self.names)


def asked(session: Session, wanted: QueueFilter, now: datetime) -> tuple[Terms, dict[str, Any]]:
    """`wanted` as a statement takes it at `now`: its terms, and the parameters of those."""
    given: dict[str, Any] = {"is_outside": wanted.is_outside}
    for name in ("district_codes", "service_codes", "states", "bands", "team_codes", "channels"):
        if chosen := getattr(wanted, name):
            given[name] = chosen
    if wanted.area_ids is not None:
        given["area_ids"] = wanted.area_ids
    if wanted.assignee is not None:
        given["assignee" if wanted.assignee else "has_nobody"] = wanted.assignee
    if wanted.waiting_days is not None:
        given["opened_until"] = now - timedelta(days=wanted.waiting_days)
    if wanted.is_overdue:
        given["moment"] = now
    if wanted.has_photo:
        given["has_photo"] = True
    if wanted.words.strip():
        words = words_in(wanted.words)
        given["words" if words else "nothing"] = words_to_match(session, words)
    terms = Terms(tuple(given), wanted.area, session.get_bind().dialect.name)
    if wanted.area is not None:
        given |= zip(("west", "south", "east", "north"), wanted.area.box, strict=True)
    return terms, given


def conditions(terms: Terms) -> tuple[sa.ColumnElement[bool], ...]:
    """What an entry of the queue must meet."""
    of_entry = _of_entry(terms.dialect)
    met = [_ENTRY.c.is_outside == sa.bindparam("is_outside")]
    met += [of_entry[name] for name in terms.names if name in of_entry]
    own = [_OF_INCIDENT[name] for name in terms.names if name in _OF_INCIDENT]
    if terms.area is not None:
        # The index of places holds numbers cut short, and so a little more than the box.
        met.append(_ENTRY.c.incident_id.in_(ids_in_box_of(terms.dialect)))
        own.append(is_in_area(terms.area, _INCIDENT.c.lon, _INCIDENT.c.lat))
    if "service_codes" in terms.names:
        # The open ones of a service have an index of their own.
        open_ones = sa.select(_INCIDENT.c.id).where(_INCIDENT.c.closed_at.is_(None), *own)
        met.append(_ENTRY.c.incident_id.in_(open_ones.correlate(None)))
    elif own:
        is_own = sa.exists().where(_INCIDENT.c.id == _ENTRY.c.incident_id, *own)
        met.append(is_own.correlate(_ENTRY))
    return tuple(met)


@cache
def _of_entry(dialect: str) -> dict[str, sa.ColumnElement[bool]]:
    """What needs no more of the incident than its row id."""
    id_ = _ENTRY.c.incident_id
    of_request = _REQUEST.c.incident_id == id_
    return {
        "bands": _ENTRY.c.severity_band.in_(_several("bands")),
        "words": id_.in_(ids_with_words(dialect)),
        "nothing": sa.false(),
        "channels": sa.exists().where(of_request, _REQUEST.c.channel.in_(_several("channels"))),
        "has_photo": sa.exists().where(
            of_request,
            IS_OF_REPORT,
            _PHOTO.c.subject_id == _REQUEST.c.id,
            _PHOTO.c.is_claimed,
            _PHOTO.c.state.in_((PhotoState.HELD, PhotoState.PUBLIC)),
        ),
    }


def _several(name: str) -> sa.BindParameter[Collection[Any]]:
    return sa.bindparam(name, expanding=True)


_OF_INCIDENT: dict[str, sa.ColumnElement[bool]] = {
    "district_codes": _INCIDENT.c.district_id.in_(
        sa.select(_DISTRICT.c.id).where(_DISTRICT.c.code.in_(_several("district_codes")))
    ),
    "area_ids": _INCIDENT.c.district_id.in_(_several("area_ids")),
    "service_codes": _INCIDENT.c.service_code.in_(_several("service_codes")),
    "states": _INCIDENT.c.state.in_(_several("states")),
    "team_codes": _INCIDENT.c.team_code.in_(_several("team_codes")),
    "assignee": _INCIDENT.c.assignee == sa.bindparam("assignee"),
    "has_nobody": _INCIDENT.c.assignee.is_(None),
    "opened_until": _INCIDENT.c.opened_at
    <= sa.bindparam("opened_until", type_=_INCIDENT.c.opened_at.type),
    # Its date passed while the clock ran.
    "moment": _INCIDENT.c.due_at
    < sa.func.coalesce(
        _INCIDENT.c.paused_at, sa.bindparam("moment", type_=_INCIDENT.c.due_at.type)
    ),
}
