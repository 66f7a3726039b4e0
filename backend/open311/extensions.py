"""What `extensions=true` adds to a request: more fields, answers to questions, and its history."""

from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.i18n import gettext as _
from backend.open311.status_words import STATUS_WORDS, plain_words
from backend.reports.catalogue import CityCatalogue, city_catalogue
from backend.reports.models import Comment, IncidentChange, ServiceRequest
from backend.reports.public_requests import PublicRequest
from backend.reports.public_words import PUBLIC_REASON
from backend.reports.workflow import CLOSED_STATES, State

_CHANGE, _COMMENT, _REQUEST = map(table_of, (IncidentChange, Comment, ServiceRequest))
_INCIDENT_IDS: sa.BindParameter[Any] = sa.bindparam("incident_ids", expanding=True)
_STEPS = (
    sa.select(
        _CHANGE.c.incident_id,
        _CHANGE.c.at,
        _CHANGE.c.to_state,
        PUBLIC_REASON,
        _CHANGE.c.kind == "undo",
    )
    .where(_CHANGE.c.incident_id.in_(_INCIDENT_IDS), _CHANGE.c.kind.in_(("state", "undo")))
    .order_by(_CHANGE.c.id)
)
# A list repeats them for every request under an incident, so it has the newest of each alone.
_MOST_COMMENTS = 20
_COUNTED = (
    sa.select(
        _COMMENT.c.incident_id,
        _COMMENT.c.at,
        _COMMENT.c.text,
        sa.func.row_number()
        .over(partition_by=_COMMENT.c.incident_id, order_by=(_COMMENT.c.at.desc(), _COMMENT.c.id))
        .label("place"),
    )
    .where(_COMMENT.c.incident_id.in_(_INCIDENT_IDS), sa.not_(_COMMENT.c.is_hidden))
    .subquery()
)
_COMMENTS = (
    sa.select(_COUNTED.c.incident_id, _COUNTED.c.at, _COUNTED.c.text)
    .where(_COUNTED.c.place <= _MOST_COMMENTS)
    .order_by(_COUNTED.c.at)
)
_ANSWERS = sa.select(_REQUEST.c.id, _REQUEST.c.attributes).where(
    _REQUEST.c.id.in_(sa.bindparam("request_ids", expanding=True))
)
# Free words nobody has moderated are not for the public.
_CHOSEN_OR_MEASURED = ("singlevaluelist", "multivaluelist", "number", "datetime")


class Extensions:
    """The additions for one list of requests, read once for all of them."""

    def __init__(self, session: Session, requests: Sequence[PublicRequest]) -> None:
        self._catalogue = city_catalogue(session)
        self._words = plain_words()
        self._notes = self._notes_by_incident(session, {one.incident_id for one in requests})
        self._answers = _answers(session, [one.id for one in requests])

    def of(self, request: PublicRequest, pictures: list[str]) -> dict[str, Any]:
        """The three additions of one request."""
        is_duplicate = request.number != request.incident_number
        return {
            "extended_attributes": {
                "channel": request.source,
                "ward": request.district_name,
                "state": request.state,
                "detailed_status": STATUS_WORDS[State(request.state)].detail,
                "is_outside_jurisdiction": request.is_outside,
                "reports": request.reports,
                "duplicate": is_duplicate,
                "parent_service_request_id": request.incident_number if is_duplicate else None,
                "photos": pictures,
                "media_urls": pictures,
            },
            "attributes": _public_answers(
                self._catalogue, request.service_code, self._answers.get(request.id, {})
            ),
            "notes": [
                _note(request.requested_at, "submitted", self._words[State.RECEIVED], None),
                # What happened before it was filed happened to the others it repeats.
                *(
                    note
                    for note in self._notes[request.incident_id]
                    if note["datetime"] >= request.requested_at
                ),
            ],
        }

    def _notes_by_incident(
        self, session: Session, incident_ids: set[int]
    ) -> dict[int, list[dict[str, Any]]]:
        notes: dict[int, list[dict[str, Any]]] = defaultdict(list)
        asked = {"incident_ids": sorted(incident_ids)}
        for incident_id, at, state, reason, is_undoing in session.execute(_STEPS, asked):
            words = self._words[state]
            told = _("Taken back: %(state)s again", state=words) if is_undoing else words
            notes[incident_id].append(_note(at, _kind(state), told, reason))
        for incident_id, at, text in session.execute(_COMMENTS, asked):
            notes[incident_id].append(_note(at, "activity", None, text))
        for of_one in notes.values():
            of_one.sort(key=itemgetter("datetime"))
        return notes


def _note(at: Any, kind: str, summary: str | None, words: str | None) -> dict[str, Any]:
    return {"datetime": at, "type": kind, "summary": summary, "description": words}


def _kind(state: str) -> str:
    if state in CLOSED_STATES:
        return "closed"
    return "opened" if state == State.REOPENED else "activity"


def _answers(session: Session, request_ids: list[UUID]) -> dict[UUID, dict[str, list[str]]]:
    rows = session.execute(_ANSWERS, {"request_ids": request_ids})
    return {row.id: row.attributes for row in rows if row.attributes}


def _public_answers(
    catalogue: CityCatalogue, service_code: str, answers: dict[str, list[str]]
) -> list[dict[str, Any]]:
    return [
        {
            "code": asked.code,
            "label": asked.description,
            "values": [{"key": key, "name": asked.choices.get(key, key)} for key in given],
        }
        for asked in catalogue.services[service_code].attributes
        if asked.datatype in _CHOSEN_OR_MEASURED and (given := answers.get(asked.code))
    ]
