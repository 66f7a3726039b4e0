"""What happened to requests, as service request updates: steps of the workflow and comments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.open311.status_words import STATUS_WORDS, UNCHANGED
from backend.reports.models import Comment, Incident, IncidentChange, ServiceRequest
from backend.reports.public_words import PUBLIC_REASON
from backend.reports.workflow import State

_REQUEST, _INCIDENT = table_of(ServiceRequest), table_of(Incident)
_CHANGE, _COMMENT = table_of(IncidentChange), table_of(Comment)


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that happened to one request; a comment leaves the `state` alone.

    Pictures that came with it are found by `act_id`.
    """

    at: datetime
    update_id: str
    number: str
    state: State | None
    words: str | None
    act_id: UUID | None


def update_id(row_id: int | UUID, number: str) -> str:
    """How others know a step (its row's number) or a comment (its UUID) of the request `number`.

    What happens to an incident happens to each of its requests, and is another update for each.
    """
    return f"{row_id}.{number}"


def updates_between(
    session: Session, start: datetime, end: datetime, *, limit: int, offset: int = 0
) -> list[Update]:
    """Updates from `start` to `end`, both included, oldest first."""
    asked = {"start": start, "end": end, "most": limit + offset}
    found = (map(_update, session.execute(query, asked)) for query in _BETWEEN)
    return list(islice(merge(*found, key=attrgetter("at")), offset, offset + limit))


def find_update(session: Session, row_id: int | UUID, number: str) -> Update | None:
    """The update that a step or a comment is for one request, None where it is none."""
    queries = _COMMENTS_OF_ONE if isinstance(row_id, UUID) else _STEPS_OF_ONE
    found = (session.execute(query, {"id": row_id, "number": number}).first() for query in queries)
    return next((_update(row) for row in found if row is not None), None)


def last_step(session: Session, incident_id: int) -> int | None:
    """The row's number of the newest step of an incident."""
    newest: int | None = session.scalar(_LAST_STEP, {"incident_id": incident_id})
    return newest


def view_update(
    update: Update, words: dict[str, str], pictures: Sequence[str] = ()
) -> dict[str, Any]:
    """The update as mySociety's extension tells it; `words` are the plain ones of states."""
    state = update.state
    return {
        "update_id": update.update_id,
        "service_request_id": update.number,
        "status": STATUS_WORDS[state].update if state else UNCHANGED,
        "updated_datetime": update.at,
        # Clients refuse an update without words.
        "description": update.words or (words[state] if state else ""),
        # One or several, as the extension has it.
        "media_url": list(pictures) if len(pictures) > 1 else next(iter(pictures), None),
        "external_status_code": state.value if state else None,
    }


def _update(row: sa.Row[*tuple[Any, ...]]) -> Update:
    at, row_id, number, state, words, act_id = row
    meant = State(state) if state else None
    return Update(at, update_id(row_id, number), number, meant, words, act_id)


_LAST_STEP = sa.select(sa.func.max(_CHANGE.c.id)).where(
    _CHANGE.c.incident_id == sa.bindparam("incident_id")
)
_STEP = sa.select(
    _CHANGE.c.at,
    _CHANGE.c.id,
    _REQUEST.c.number,
    _CHANGE.c.to_state,
    PUBLIC_REASON,
    _CHANGE.c.act_id,
)
_STEPS = _STEP.join(
    _REQUEST,
    sa.and_(
        _REQUEST.c.incident_id == _CHANGE.c.incident_id,
        # What was before a request came in happened to the others it repeats.
        _REQUEST.c.received_at <= _CHANGE.c.at,
    ),
).where(_CHANGE.c.kind.in_(("state", "undo", "unlink")), _CHANGE.c.to_state.is_not(None))
# The requests of a merged incident lie under another by now; its own still has its number.
_MERGES = (
    _STEP.join(_INCIDENT, _INCIDENT.c.id == _CHANGE.c.incident_id)
    .join(_REQUEST, _REQUEST.c.number == _INCIDENT.c.number)
    .where(_CHANGE.c.kind == "link", _CHANGE.c.to_state == State.DUPLICATE)
)
_COMMENTS = (
    sa.select(
        _COMMENT.c.at,
        _COMMENT.c.id,
        _REQUEST.c.number,
        sa.null(),
        _COMMENT.c.text,
        _COMMENT.c.id.label("act_id"),
    )
    .join(
        _REQUEST,
        sa.and_(
            _REQUEST.c.incident_id == _COMMENT.c.incident_id,
            _REQUEST.c.received_at <= _COMMENT.c.at,
        ),
    )
    .where(sa.not_(_COMMENT.c.is_hidden))
)


def _between(query: sa.Select[*tuple[Any, ...]], table: sa.Table) -> sa.Select[*tuple[Any, ...]]:
    return (
        query.where(table.c.at.between(sa.bindparam("start"), sa.bindparam("end")))
        .order_by(table.c.at, table.c.id, _REQUEST.c.number)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def _of_one(query: sa.Select[*tuple[Any, ...]], table: sa.Table) -> sa.Select[*tuple[Any, ...]]:
    return query.where(
        table.c.id == sa.bindparam("id"), _REQUEST.c.number == sa.bindparam("number")
    )


_BETWEEN = (_between(_STEPS, _CHANGE), _between(_MERGES, _CHANGE), _between(_COMMENTS, _COMMENT))
_STEPS_OF_ONE = (_of_one(_STEPS, _CHANGE), _of_one(_MERGES, _CHANGE))
_COMMENTS_OF_ONE = (_of_one(_COMMENTS, _COMMENT),)
