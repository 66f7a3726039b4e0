"""A word under a report that anybody can read, from a resident or from the city."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.core.db import lock_id
from backend.core.errors import Conflict, Forbidden
from backend.core.public_words import checked_words
from backend.core.uow import UnitOfWork
from backend.reports.change_severity import heed_words
from backend.reports.commands import AddComment
from backend.reports.events import CommentAdded
from backend.reports.involved import is_involved, is_own
from backend.reports.models import Comment, Incident
from backend.reports.queries import find_incident, history_of
from backend.reports.take_step import take_step
from backend.reports.workflow import (
    CLOSED_STATES,
    DESK,
    PAUSED_STATES,
    State,
    find_move,
)


@dataclass(frozen=True, slots=True)
class Said:
    """The stored comment, and whether this call stored it."""

    id: UUID
    at: datetime
    kind: str
    text: str
    is_new: bool


def add_comment(work: UnitOfWork, command: AddComment) -> Said:
    """Add a comment; sending it again is the same one.

    The city's answer ends what it owes by the target. What whoever reported it says while they are
    awaited sets the clock going again, and words of danger from anybody count as in a report.
    Raises `Invalid`, `Forbidden` where it is not theirs to say, `Conflict` when the id is taken.
    """
    is_staff = work.actor.is_staff
    if work.actor.role not in DESK and (is_staff or command.is_answer):
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    incident = find_incident(work.session, command.number, lock=True)
    kind = "answer" if command.is_answer else "comment"
    said = keep_comment(work, incident, command.id, kind, command.text)
    if not said.is_new:
        return said
    if command.is_answer and incident.answered_at is None:
        incident.answered_at = work.now
    if not is_staff:
        _heed(work, incident, said.text)
    return said


def keep_comment(work: UnitOfWork, incident: Incident, id_: UUID, kind: str, text: str) -> Said:
    """Store one comment, or find it where it was sent before; raises `Invalid` and `Conflict`."""
    words = checked_words(text)
    lock_id(work.session, id_)
    known = work.session.get(Comment, id_)
    if known is not None:
        is_same = (known.incident_id, known.kind, known.text) == (incident.id, kind, words)
        if not is_same or not is_own(work.actor, known.author_hash):
            raise Conflict("comment-id-taken", pointer="/id")
        return Said(id_, known.at, kind, words, is_new=False)
    work.session.add(
        Comment(
            id=id_,
            incident_id=incident.id,
            at=work.now,
            kind=kind,
            actor=work.actor.key,
            author_hash=work.actor.reporter,
            text=words,
        )
    )
    incident.changed_at = work.now
    incident.changed_sequence = work.decide(
        "comment.added", f"report:{incident.number}", kind=kind, comment=str(id_)
    )
    work.emit(CommentAdded(incident.id, id_))
    return Said(id_, work.now, kind, words, is_new=True)


def _heed(work: UnitOfWork, incident: Incident, words: str) -> None:
    """What follows from a resident's words."""
    if State(incident.state) in CLOSED_STATES:
        return
    heed_words(work, incident, words)
    is_awaited = State(incident.state) is State.WAITING_REPORTER
    if is_awaited and is_involved(work.session, incident.id, work.actor):
        move = find_move(State.WAITING_REPORTER, _state_before_waiting(work, incident))
        if move is not None:
            take_step(work, incident, move, None)


def _state_before_waiting(work: UnitOfWork, incident: Incident) -> State:
    """Where it stood before anybody was awaited."""
    history = history_of(work.session, incident.id)
    left = [step.from_state for step in history if step.kind == "state" and step.from_state]
    return next(State(state) for state in reversed(left) if state not in PAUSED_STATES)
