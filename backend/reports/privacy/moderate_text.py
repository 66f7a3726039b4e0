"""What the public reads of somebody's words is changed or hidden, for a reason all can read."""

from backend.core.errors import Forbidden, NotFound
from backend.core.uow import UnitOfWork
from backend.reports.commands import HideComment, ModerateText
from backend.reports.models import Comment, Incident, ModeratedText
from backend.reports.note_change import note_change
from backend.reports.queries import find_incident, find_request
from backend.reports.rules import MAX_DESCRIPTION, check_text, checked_reason
from backend.reports.workflow import DESK


def moderate_text(work: UnitOfWork, command: ModerateText) -> None:
    """Let the public read other words than a report's own, which stay as they were said.

    Empty words hide the text. Raises `Forbidden`, `NotFound` and `Invalid`.
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


def _checked(work: UnitOfWork, reason: str) -> str:
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    return checked_reason(reason, is_needed=True) or ""


def _tell(work: UnitOfWork, incident: Incident, action: str, number: str, reason: str) -> None:
    note_change(work, incident, "moderation", reason=reason)
    incident.changed_at = work.now
    incident.changed_sequence = work.decide(action, f"report:{number}")
