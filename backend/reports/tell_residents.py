"""What residents are told of reports: those who reported what lies under an incident, or follow it.

Nobody is told of what they did themselves, nor of other residents' words.
"""

from typing import Any

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.delivery.notices.forget_person import forget_person, forget_subjects
from backend.delivery.notices.leave_notices import Happening, leave_notices
from backend.delivery.notices.queries import People, recipients
from backend.delivery.notices.rules import Topic
from backend.reports.duplicates.models import IncidentMerge, MergedRequest
from backend.reports.events import (
    CommentAdded,
    PersonErased,
    RepeatLinked,
    RepeatUnlinked,
    StatusChanged,
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
    after = event.after
    if after is State.WAITING_REPORTER:
        topic = Topic.QUESTION
    elif after in CLOSED_STATES and after is not State.CONFIRMED:
        topic = Topic.CLOSING
    else:
        topic = Topic.STATE
    facts = {"what": "step", "after": after.value}
    _tell(work, event.incident_id, Happening(topic, "report", facts))


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
