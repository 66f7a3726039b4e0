"""What the public reads of somebody's words is changed or hidden, for a reason all can read."""

import sqlalchemy as sa

from backend.core.errors import Forbidden, NotFound
from backend.core.public_words import check_text, checked_reason
from backend.core.uow import UnitOfWork
from backend.reports.commands import HideComment, HideReason, ModerateText
from backend.reports.models import Comment, Incident, IncidentChange, ModeratedText
from backend.reports.note_change import note_change
from backend.reports.public_words import IS_RESIDENTS_REASON
from backend.reports.queries import find_incident, find_request
from backend.reports.rules import MAX_DESCRIPTION
from backend.reports.workflow import DESK

# A report that was merged shows what happened to it before as well.
_STEP = (
    sa.select(IncidentChange)
    .join(Incident, Incident.id == IncidentChange.incident_id)
    .where(
        IncidentChange.id == sa.bindparam("step_id"),
        (Incident.id == sa.bindparam("incident_id")) | (Incident.number == sa.bindparam("number")),
        IS_RESIDENTS_REASON,
    )
)


def moderate_text(work: UnitOfWork, command: ModerateText) -> None:
    """Let the public read other words than a report's own, which stay as they were said.

    Empty words hide the text; the address, which is free words too, is hidden with any. Raises
    `Forbidden`, `NotFound` and `Invalid`.
    """
    reason = _checked(work, command.reason)
    check_text(command.description, "/description", MAX_DESCRIPTION)
    incident = find_incident(work.session, command.number, lock=True)
    request = find_request(work.session, command.number)
    work.session.merge(
        ModeratedText(
            service_request_id=request.id,
            description=command.description.strip(),
            reason=reason,
            actor=work.actor.key,
            at=work.now,
        )
    )
    _tell(work, incident, "text.moderated", request.number, reason)


def hide_comment(work: UnitOfWork, command: HideComment) -> None:
    """Take a comment out of what the public reads; hiding it again changes nothing."""
    reason = _checked(work, command.reason)
    comment = work.session.get(Comment, command.id)
    if comment is None:
        raise NotFound("comment-not-found")
    incident = work.session.get_one(Incident, comment.incident_id, with_for_update=True)
    work.session.refresh(comment)
    if comment.is_hidden:
        return
    comment.is_hidden = True
    _tell(work, incident, "comment.hidden", incident.number, reason)


def hide_reason(work: UnitOfWork, command: HideReason) -> None:
    """Take why a resident reopened or appealed out of what the public reads, but not that they did.

    The city's own reasons stay: they are what residents are owed. Hiding it again changes nothing.
    """
    reason = _checked(work, command.reason)
    incident = find_incident(work.session, command.number, lock=True)
    number = find_request(work.session, command.number).number
    known = {"step_id": command.step_id, "incident_id": incident.id, "number": number}
    step = work.session.scalar(_STEP, known)
    if step is None:
        raise NotFound("reason-not-found", number=number)
    if step.is_reason_hidden:
        return
    step.is_reason_hidden = True
    _tell(work, incident, "reason.hidden", number, reason)


def _checked(work: UnitOfWork, reason: str) -> str:
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    return checked_reason(reason, is_needed=True) or ""


def _tell(work: UnitOfWork, incident: Incident, action: str, number: str, reason: str) -> None:
    note_change(work, incident, "moderation", reason=reason)
    incident.changed_at = work.now
    incident.changed_sequence = work.decide(action, f"report:{number}")
