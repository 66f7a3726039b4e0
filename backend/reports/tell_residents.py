"""What residents are told of reports: those who reported what lies under an incident, or follow it.

Nobody is told of what they did themselves, nor of other residents' words.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.delivery.notices.forget_person import forget_person, forget_subjects
from backend.delivery.notices.leave_notices import Happening, leave_notices
from backend.delivery.notices.queries import People, read_topics, recipients
from backend.delivery.notices.rules import Kind, Topic, way_of
from backend.delivery.notices.withdraw_notices import withdraw_notices
from backend.reports.duplicates.models import IncidentMerge, MergedRequest
from backend.reports.events import (
    CommentAdded,
    PersonErased,
    RepeatLinked,
    RepeatUnlinked,
    StatusChanged,
    StepUndone,
)
from backend.reports.models import Comment, Follower, ServiceRequest
from backend.reports.workflow import CLOSED_STATES, State

_REQUEST, _FOLLOWER, _COMMENT = map(table_of, (ServiceRequest, Follower, Comment))
_MERGE, _MERGED = table_of(IncidentMerge), table_of(MergedRequest)


def _involved(requests: sa.ColumnElement[bool]) -> People:
    """Reporters first: of two numbers a person knows the one they got."""
    reported = sa.select(
        _REQUEST.c.reporter_hash, _REQUEST.c.number, sa.literal(0).label("rank")
    ).where(_REQUEST.c.reporter_hash.is_not(None), requests)
    followed = (
        sa.select(_FOLLOWER.c.follower_hash, _REQUEST.c.number, sa.literal(1))
        .join(_REQUEST, _REQUEST.c.id == _FOLLOWER.c.service_request_id)
        .where(requests)
    )
    return sa.union_all(reported, followed)


_OF_INCIDENT = recipients(_involved(_REQUEST.c.incident_id == sa.bindparam("incident_id")))
_OF_SEVERAL = recipients(
    _involved(_REQUEST.c.incident_id.in_(sa.bindparam("incident_ids", expanding=True)))
)
_NUMBERS: sa.Select[str] = (
    sa.select(_REQUEST.c.number)
    .where(_REQUEST.c.incident_id == sa.bindparam("incident_id"))
    .order_by(_REQUEST.c.number)
)
_AT_ONCE = 500
_OF_MERGED = recipients(
    _involved(
        _REQUEST.c.id.in_(
            sa.select(_MERGED.c.service_request_id)
            .join(_MERGE, _MERGE.c.id == _MERGED.c.merge_id)
            .where(
                _MERGE.c.incident_id == sa.bindparam("incident_id"), _MERGE.c.undone_at.is_(None)
            )
        )
    )
)
_KIND = sa.select(_COMMENT.c.kind).where(_COMMENT.c.id == sa.bindparam("comment_id"))
_OF_COMMENT = {"answer": Topic.ANSWER, "question": Topic.QUESTION}


def on_status_changed(work: UnitOfWork, event: StatusChanged) -> None:
    """Tell of a step along the workflow."""
    facts = {"what": "step", "after": event.after.value}
    happening = Happening(_topic_of(event.after), "report", facts, told_at=event.told_at)
    _tell(work, event.incident_id, happening)


def on_step_undone(work: UnitOfWork, event: StepUndone) -> None:
    """Tell nobody of it who was not told yet."""
    numbers = work.session.scalars(_NUMBERS, {"incident_id": event.incident_id})
    withdraw_notices(work, [f"report:{number}" for number in numbers], event.taken_at)


def residents_told(session: Session, incident_ids: Sequence[int], after: State) -> int:
    """How many residents would hear of it if these incidents were moved to `after` together."""
    topic, told = _topic_of(after), set()
    for start in range(0, len(incident_ids), _AT_ONCE):
        some = list(incident_ids[start : start + _AT_ONCE])
        for row in session.execute(_OF_SEVERAL, {"incident_ids": some}):
            if way_of(Kind(row.kind)) in read_topics(row.wishes)[topic]:
                told.add(row.resident_id)
    return len(told)


def _topic_of(after: State) -> Topic:
    if after is State.WAITING_REPORTER:
        return Topic.QUESTION
    is_end = after in CLOSED_STATES and after is not State.CONFIRMED
    return Topic.CLOSING if is_end else Topic.STATE


def on_repeat_linked(work: UnitOfWork, event: RepeatLinked) -> None:
    """Tell whoever reported it that it is handled with another now, which they can appeal."""
    happening = Happening(Topic.CLOSING, "report", {"what": "linked"})
    leave_notices(work, _OF_MERGED, {"incident_id": event.incident_id}, happening)


def on_repeat_unlinked(work: UnitOfWork, event: RepeatUnlinked) -> None:
    """Tell them that it is not any more."""
    facts = {"what": "step", "after": ""}
    _tell(work, event.incident_id, Happening(Topic.STATE, "report", facts))


def on_comment_added(work: UnitOfWork, event: CommentAdded) -> None:
    """Tell of the city's answer and of one more question."""
    kind = work.connection.scalar(_KIND, {"comment_id": event.comment_id})
    topic = _OF_COMMENT.get(kind or "")
    if topic is not None:
        facts: dict[str, Any] = {"what": "comment", "comment_id": str(event.comment_id)}
        _tell(work, event.incident_id, Happening(topic, "report", facts))


def on_person_erased(work: UnitOfWork, event: PersonErased) -> None:
    """Forget whoever went, and who was told of the reports that nobody leads to any more."""
    if event.hashes:
        forget_person(work, event.hashes)
    requests = list(event.requests)
    for start in range(0, len(requests), 500):
        some = _REQUEST.c.id.in_(requests[start : start + 500])
        numbers = work.session.scalars(sa.select(_REQUEST.c.number).where(some))
        forget_subjects(work, [f"report:{number}" for number in numbers])


def _tell(work: UnitOfWork, incident_id: int, happening: Happening) -> None:
    leave_notices(work, _OF_INCIDENT, {"incident_id": incident_id}, happening)
