"""What is new in an area or a service: requests, steps along the workflow, the city's words."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.actors import ANONYMOUS
from backend.core.db import table_of
from backend.places.models import District
from backend.reports.models import Comment, Incident, IncidentChange, Service
from backend.reports.near import ids_in_box
from backend.reports.public_requests import PublicRequest, RequestFilter, public_requests
from backend.reports.public_words import PUBLIC_REASON

_CHANGE, _COMMENT, _INCIDENT, _DISTRICT, _SERVICE = map(
    table_of, (IncidentChange, Comment, Incident, District, Service)
)
# Of every newest word, step and request its incident is among those that changed last.
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """Something that happened to a request, by its id: a step's, or a word's of the city.

    `id` and `what` are None for its coming in; `what` is the state after a step, or the kind of the
    word, and `words` are its reason or the word. A step may take another back.
    """

    request: PublicRequest
    at: datetime
    id: int | UUID | None = None
    what: str | None = None
    words: str | None = None
    is_undoing: bool = False


def newest_events(session: Session, wanted: RequestFilter, limit: int) -> list[PublicEvent]:
    """The newest events of requests that `wanted` lets through, newest first.

    Of `wanted`, services, the district and the box count.
    """
    requests = public_requests(session, wanted, limit=limit)
    events = [PublicEvent(one, one.requested_at) for one in requests]
    for query in (_changes(session, wanted), _words(session, wanted)):
        events += _found(session, wanted, query, limit)
    events.sort(key=_place, reverse=True)
    return events[:limit]


def _place(event: PublicEvent) -> tuple[datetime, int, int]:
    """What happened in one moment stands in the order of its causes."""
    if isinstance(event.id, UUID):
        return event.at, 1, event.id.int
    return event.at, 0 if event.id is None else 2, event.id or 0


def _found(
    session: Session, wanted: RequestFilter, query: sa.Select[*tuple[Any, ...]], limit: int
) -> list[PublicEvent]:
    rows = session.execute(query.limit(limit)).all()
    numbers = tuple({row.number for row in rows})
    # The filter again: what is found by its incident may itself lie outside.
    again = replace(wanted, numbers=numbers)
    found = {one.number: one for one in public_requests(session, again, limit=limit)}
    return [PublicEvent(found[number], at, *told) for number, at, *told in rows if number in found]


def _changes(session: Session, wanted: RequestFilter) -> sa.Select[*tuple[Any, ...]]:
    """Steps to another state, with the number of the incident's first request."""
    query = (
        sa.select(
            _INCIDENT.c.number,
            _CHANGE.c.at,
            _CHANGE.c.id,
            _CHANGE.c.to_state,
            PUBLIC_REASON,
            _CHANGE.c.kind == "undo",
        )
        .select_from(_CHANGE)
        .join(_INCIDENT, _INCIDENT.c.id == _CHANGE.c.incident_id)
        .where(_CHANGE.c.to_state.is_not(None))
        .order_by(_CHANGE.c.id.desc())
    )
    return _let_through(session, query, wanted)


def _words(session: Session, wanted: RequestFilter) -> sa.Select[*tuple[Any, ...]]:
    """What the city said and anybody can read, with the number of the incident's first request."""
    changed = sa.select(_INCIDENT.c.id, _INCIDENT.c.number).order_by(
        _INCIDENT.c.changed_sequence.desc()
    )
    lately = _let_through(session, changed, wanted).limit(_LOOKED_AT).subquery()
    return (
        sa.select(lately.c.number, _COMMENT.c.at, _COMMENT.c.id, _COMMENT.c.kind, _COMMENT.c.text)
        .select_from(_COMMENT)
        .join(lately, lately.c.id == _COMMENT.c.incident_id)
        .where(sa.not_(_COMMENT.c.is_hidden), _COMMENT.c.actor != ANONYMOUS.key)
        .order_by(_COMMENT.c.at.desc(), _COMMENT.c.id.desc())
    )


def _let_through(
    session: Session, query: sa.Select[*tuple[Any, ...]], wanted: RequestFilter
) -> sa.Select[*tuple[Any, ...]]:
    """Of the incidents in `query` those that `wanted` lets through."""
    if wanted.service_codes is not None:
        query = query.where(_INCIDENT.c.service_code.in_(wanted.service_codes))
    if wanted.district_code is not None:
        query = query.join(_DISTRICT, _DISTRICT.c.id == _INCIDENT.c.district_id)
        query = query.where(_DISTRICT.c.code == wanted.district_code)
    if wanted.box is not None:
        box = dict(zip(("west", "south", "east", "north"), wanted.box, strict=True))
        query = query.where(_INCIDENT.c.id.in_(ids_in_box(session))).params(box)
        # Even the room a rounded report takes among the newest would tell where it lies.
        query = query.join(_SERVICE, _SERVICE.c.code == _INCIDENT.c.service_code)
        query = query.where(_SERVICE.c.public_grid_metres.is_(None))
    return query
