"""Staff move an incident along the workflow."""

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uow import UnitOfWork
from backend.reports.commands import ChangeStatus
from backend.reports.events import StatusChanged
from backend.reports.models import Incident
from backend.reports.note_change import note_change
from backend.reports.queries import find_incident
from backend.reports.rules import check_text
from backend.reports.workflow import CLOSED_STATES, State, find_move

MAX_REASON = 1000


def change_status(work: UnitOfWork, command: ChangeStatus) -> Incident:
    """Take one step of the workflow table.

    Raises `Conflict` when somebody else was faster or the table has no such step, `Forbidden`
    when it is not open to the actor's role, `Invalid` when its reason is missing.
    """
    incident = find_incident(work.session, command.number, lock=True)
    before = State(incident.state)
    if incident.version != command.version:
        raise Conflict("incident-moved-on", number=incident.number, state=before.value)
    move = find_move(before, command.after)
    if move is None:
        raise Conflict("move-not-possible", before=before.value, after=command.after.value)
    if work.actor.role not in move.roles:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    reason = checked_reason(command.reason, is_needed=move.needs_reason)
    incident.state = move.after.value
    incident.changed_at = work.now
    incident.closed_at = work.now if move.after in CLOSED_STATES else None
    note_change(work, incident, "state", before=before.value, after=move.after.value, reason=reason)
    work.decide(
        "status.changed",
        f"report:{incident.number}",
        before=before.value,
        after=move.after.value,
        has_reason=reason is not None,
    )
    work.emit(StatusChanged(incident.id, before, move.after))
    return incident


def checked_reason(reason: str | None, *, is_needed: bool) -> str | None:
    """The reason as it is kept; raises `Invalid` when one is needed and missing, or too long."""
    words = (reason or "").strip()
    check_text(words, "/reason", MAX_REASON)
    if is_needed and not words:
        raise Invalid("reason-missing", pointer="/reason")
    return words or None
