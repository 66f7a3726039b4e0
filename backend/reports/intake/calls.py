"""Whom somebody of the city is to call, because they agreed to be told and no mail goes to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.keys import KeyRing
from backend.reports.intake.models import EnteredReport
from backend.reports.intake.tell_reporter import REACHED_BY
from backend.reports.models import Comment, Contact, Incident, IncidentChange, ServiceRequest
from backend.reports.workflow import CLOSED_STATES, State

_ENTERED, _REQUEST, _INCIDENT = map(table_of, (EnteredReport, ServiceRequest, Incident))
_CHANGE, _COMMENT, _CONTACT = map(table_of, (IncidentChange, Comment, Contact))
# As residents are told by themselves: of a question, of an end, of an answer.
_TOLD_STATES = sorted({State.WAITING_REPORTER, *CLOSED_STATES} - {State.CONFIRMED})
_ASKED = sa.and_(_ENTERED.c.may_tell, sa.not_(_ENTERED.c.is_told_by_mail))


def _news() -> sa.Subquery:
    """When something happened, by incident, that whoever asked to be told is told of."""
    asked = (
        sa.select(_REQUEST.c.incident_id)
        .join(_ENTERED, _ENTERED.c.service_request_id == _REQUEST.c.id)
        .where(_ASKED)
    )
    # A step that was taken back is no news.
    steps = (
        sa.select(_CHANGE.c.incident_id, _CHANGE.c.at)
        .join(_INCIDENT, _INCIDENT.c.id == _CHANGE.c.incident_id)
        .where(
            _CHANGE.c.incident_id.in_(asked),
            _CHANGE.c.to_state == _INCIDENT.c.state,
            _INCIDENT.c.state.in_(_TOLD_STATES),
        )
    )
    answers = sa.select(_COMMENT.c.incident_id, _COMMENT.c.at).where(
        _COMMENT.c.incident_id.in_(asked),
        _COMMENT.c.kind.in_(("answer", "question")),
        sa.not_(_COMMENT.c.is_hidden),
    )
    return sa.union_all(steps, answers).subquery()


def _calls() -> sa.Select[*tuple[Any, ...]]:
    news = _news()
    newest = sa.func.max(news.c.at)
    since = sa.func.coalesce(_ENTERED.c.told_until, _REQUEST.c.received_at)
    known = (
        _REQUEST.c.id,
        _REQUEST.c.number,
        _REQUEST.c.service_code,
        _INCIDENT.c.state,
        _CONTACT.c.sealed,
    )
    return (
        sa.select(*known, newest.label("newest_at"))
        .select_from(_ENTERED)
        .join(_REQUEST, _REQUEST.c.id == _ENTERED.c.service_request_id)
        .join(_INCIDENT, _INCIDENT.c.id == _REQUEST.c.incident_id)
        .join(_CONTACT, _CONTACT.c.service_request_id == _REQUEST.c.id)
        .join(news, news.c.incident_id == _INCIDENT.c.id)
        .where(_ASKED)
        .group_by(*known, _REQUEST.c.received_at, _ENTERED.c.told_until)
        .having(newest > since)
        .order_by(newest, _REQUEST.c.id)
    )


_CALLS = _calls()
_COUNT = sa.select(sa.func.count()).select_from(_CALLS.subquery())
_OF_INCIDENT = _CALLS.where(_REQUEST.c.incident_id == sa.bindparam("incident_id"))


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to be told of their report `number`; `reach` are phone, e-mail and note, as given,
    None where they cannot be opened.

    `newest_at` is the moment of the newest thing they do not know of yet.
    """

    number: str
    service_code: str
    state: State
    newest_at: datetime
    reach: Mapping[str, str] | None


def calls_to_make(session: Session, keyring: KeyRing, *, limit: int, offset: int = 0) -> list[Call]:
    """All of them, the longest wait first."""
    rows = session.execute(_CALLS.limit(limit).offset(offset))
    return [_call(keyring, row) for row in rows]


def calls_of(session: Session, keyring: KeyRing, incident_id: int) -> list[Call]:
    """Those of the reports that lie under one incident."""
    rows = session.execute(_OF_INCIDENT, {"incident_id": incident_id})
    return [_call(keyring, row) for row in rows]


def call_count(session: Session) -> int:
    """How many there are."""
    return session.scalars(_COUNT).one()


def _call(keyring: KeyRing, row: Any) -> Call:
    contact = keyring.open_if_possible(row.sealed, row.id.bytes)
    reach = contact and {name: contact[name] for name in ("name", *REACHED_BY) if contact.get(name)}
    return Call(row.number, row.service_code, State(row.state), row.newest_at, reach)
