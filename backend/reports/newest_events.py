"""What is new in an area or a service: requests that came in, and steps along the workflow."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.places.models import District
from backend.reports.models import Incident, IncidentChange, Service
from backend.reports.near import ids_in_box
from backend.reports.public_requests import PublicRequest, RequestFilter, public_requests
from backend.reports.public_words import PUBLIC_REASON

_CHANGE, _INCIDENT, _DISTRICT, _SERVICE = map(
    table_of, (IncidentChange, Incident, District, Service)
)


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """Something that happened to a request; `change_id` and `after` are None for its coming in."""

    request: PublicRequest
    at: datetime
    change_id: int | None = None
    after: str | None = None
    reason: str | None = None


def newest_events(session: Session, wanted: RequestFilter, limit: int) -> list[PublicEvent]:
    """The newest events of requests that `wanted` lets through, newest first.

    Of `wanted`, services, the district and the box count.
    """
    requests = public_requests(session, wanted, limit=limit)
    events = [PublicEvent(one, one.requested_at) for one in requests]
    events += _newest_changes(session, wanted, limit)
    events.sort(key=lambda event: (event.at, event.change_id or 0), reverse=True)
    return events[:limit]


def _newest_changes(session: Session, wanted: RequestFilter, limit: int) -> list[PublicEvent]:
    changes = session.execute(_changes(session, wanted).limit(limit)).all()
    numbers = tuple({change.number for change in changes})
    # The filter again: what is found by its incident may itself lie outside.
    again = replace(wanted, numbers=numbers)
    found = {one.number: one for one in public_requests(session, again, limit=limit)}
    return [
        PublicEvent(found[one.number], one.at, one.id, one.to_state, one.reason)
        for one in changes
        if one.number in found
    ]


def _changes(
    session: Session, wanted: RequestFilter
) -> sa.Select[int, datetime, str | None, str | None, str]:
    """Steps to another state, with the number of the incident's first request."""
    query = (
        sa.select(
            _CHANGE.c.id,
            _CHANGE.c.at,
            _CHANGE.c.to_state,
            PUBLIC_REASON.label("reason"),
            _INCIDENT.c.number,
        )
        .join(_INCIDENT, _INCIDENT.c.id == _CHANGE.c.incident_id)
        .where(_CHANGE.c.to_state.is_not(None))
        .order_by(_CHANGE.c.id.desc())
    )
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
