"""What of the queue somebody asks for, and how both databases find it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.places.models import District
from backend.reports.drawn_area import DrawnArea, is_in_area
from backend.reports.find_number import report_numbered
from backend.reports.find_words import ids_with_words, is_rare, words_in, words_to_match
from backend.reports.models import Incident
from backend.reports.near import ids_in_box_of
from backend.triage.copied_reports import bits_of
from backend.triage.models import QueueEntry

_ENTRY, _INCIDENT, _DISTRICT = map(table_of, (QueueEntry, Incident, District))
_WORDS = sa.table("incident_words", sa.column("rowid", sa.BigInteger))
_MATCHES = sa.text("incident_words MATCH :words")
WORDS_ALONE = "words_alone"
"""The only term of what lies in the city and holds words, on SQLite."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue to show; nothing given does not filter, and all that is given must hold.

    `is_outside` lists what lies outside the city. `area_ids` are rows of districts, None for all.
    `assignee` is the key of one of the staff, "" what nobody has. `waiting_days` is how long ago it
    was opened, at least; `channels` and `has_photo` hold where any report of it does. Each of the
    `words` must begin a word of its reports, as the public may read them, or of its service's name;
    the number of a report finds that one.
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


def asked(session: Session, wanted: QueueFilter, now: datetime) -> tuple[Terms, dict[str, Any]]:
    """`wanted` as a statement takes it at `now`: its terms, and the parameters of those."""
    given: dict[str, Any] = {"is_outside": wanted.is_outside}
    for name in ("district_codes", "service_codes", "states", "bands", "team_codes"):
        if chosen := getattr(wanted, name):
            given[name] = chosen
    if wanted.channels:
        given["channels"] = bits_of(wanted.channels)
    if wanted.area_ids is not None:
        given["area_ids"] = wanted.area_ids
    if wanted.assignee is not None:
        given["assignee" if wanted.assignee else "has_nobody"] = wanted.assignee
    if wanted.waiting_days is not None:
        given["until"] = now - timedelta(days=wanted.waiting_days)
    if wanted.is_overdue:
        given["moment"] = now
    if wanted.has_photo:
        given["has_photo"] = True
    given |= _sought(session, wanted.words)
    names = (WORDS_ALONE,) if _are_words_alone(session, wanted, given) else tuple(given)
    terms = Terms(names, wanted.area, session.get_bind().dialect.name)
    given["words"] = given.get("common_words", given.get("words"))
    if wanted.area is not None:
        given |= zip(("west", "south", "east", "north"), wanted.area.box, strict=True)
    return terms, given


def _are_words_alone(session: Session, wanted: QueueFilter, given: Collection[str]) -> bool:
    """Whether SQLite has only words to find, and none of another list."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    is_alone = {*given} == {"is_outside", "common_words"} and wanted.area is None
    return is_sqlite and is_alone and not wanted.is_outside


def _sought(session: Session, text: str) -> dict[str, str | int]:
    """The term for words, with what is to match: common ones are met on the way, in order."""
    if not text.strip():
        return {}
    report = report_numbered(session, text)
    if report is not None:
        return {"incident_id": report.incident_id}
    words = words_in(text)
    if not words:
        return {"nothing": text}
    match = words_to_match(session, words)
    return {"words" if is_rare(session, match) else "common_words": match}


def conditions(terms: Terms, *, is_count: bool = False) -> tuple[sa.ColumnElement[bool], ...]:
    """What an entry of the queue must meet; where they are only counted, in no order."""
    known = _of_entry(terms.dialect)
    names = terms.names
    is_outside: sa.ColumnElement[bool] = _ENTRY.c.is_outside
    if WORDS_ALONE in names:
        names = ("is_outside", "common_words")
    if is_count and terms.dialect == "sqlite" and "common_words" in names:
        names = tuple("counted_words" if name == "common_words" else name for name in names)
        # Each that is found is looked up: it is not to go through all that lies in the city.
        is_outside = sa.func.coalesce(is_outside, sa.false())
    met = [is_outside == sa.bindparam("is_outside")]
    met += [known[name] for name in names if name in known]
    if terms.area is not None:
        # The index of places holds numbers cut short, and so a little more than the box.
        met.append(_ENTRY.c.incident_id.in_(ids_in_box_of(terms.dialect)))
        is_in = is_in_area(terms.area, _INCIDENT.c.lon, _INCIDENT.c.lat)
        is_there = sa.exists().where(_INCIDENT.c.id == _ENTRY.c.incident_id, is_in)
        met.append(is_there.correlate(_ENTRY))
    return tuple(met)


def counted(terms: Terms, *further: sa.ColumnElement[bool]) -> sa.Select[int]:
    """How many entries meet the terms, and what is asked `further`."""
    if WORDS_ALONE in terms.names and not further:
        return _words_counted()
    met = conditions(terms, is_count=True)
    return sa.select(sa.func.count()).select_from(_ENTRY).where(*met, *further)


def _words_counted() -> sa.Select[int]:
    """How many in the city hold the words: all in the index, which has what is open, without those
    that lie outside. SQLite counts in its index in half the time it takes to look each of them up.
    """
    is_found = _ENTRY.c.incident_id.in_(ids_with_words("sqlite"))
    outside = sa.select(sa.func.count()).select_from(_ENTRY).where(_ENTRY.c.is_outside, is_found)
    found = sa.select(sa.func.count()).select_from(_WORDS).where(_MATCHES)
    return sa.select(found.scalar_subquery() - outside.scalar_subquery())


@cache
def _of_entry(dialect: str) -> dict[str, sa.ColumnElement[bool]]:
    """What each term asks of an entry."""
    entry, id_ = _ENTRY.c, _ENTRY.c.incident_id
    moment, until = (sa.bindparam(name, type_=entry.late_at.type) for name in ("moment", "until"))
    return {
        "bands": entry.severity_band.in_(_several("bands")),
        "district_codes": entry.district_id.in_(
            sa.select(_DISTRICT.c.id).where(_DISTRICT.c.code.in_(_several("district_codes")))
        ),
        "area_ids": entry.district_id.in_(_several("area_ids")),
        "service_codes": entry.service_code.in_(_several("service_codes")),
        "states": entry.state.in_(_several("states")),
        "team_codes": entry.team_code.in_(_several("team_codes")),
        "assignee": id_.in_(_ASSIGNED.where(_INCIDENT.c.assignee == sa.bindparam("assignee"))),
        "has_nobody": id_.not_in(_ASSIGNED),
        "until": entry.opened_at <= until,
        "moment": entry.late_at < moment,
        "words": id_.in_(ids_with_words(dialect)),
        # Said like this, both databases go by the order and ask of each whether it was found.
        "common_words": id_.in_(ids_with_words(dialect)).is_(sa.true()),
        # To count, SQLite need not write down first what is found.
        "counted_words": (_WORDS.c.rowid + 0 == id_) & _MATCHES,
        "nothing": sa.false(),
        "incident_id": id_ == sa.bindparam("incident_id"),
        "channels": entry.channels.bitwise_and(sa.bindparam("channels")) != 0,
        "has_photo": entry.has_photo,
    }


def _several(name: str) -> sa.BindParameter[Collection[Any]]:
    return sa.bindparam(name, expanding=True)


# By an index of its own: giving a report to somebody changes no entry.
_ASSIGNED = sa.select(_INCIDENT.c.id).where(
    _INCIDENT.c.closed_at.is_(None), _INCIDENT.c.assignee.is_not(None)
)
