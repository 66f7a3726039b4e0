"""Staff move an incident along the workflow."""

from typing import Any

from backend.core.errors import Forbidden, Invalid
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.reports.commands import ChangeStatus
from backend.reports.models import Body, Incident, Team
from backend.reports.queries import find_incident
from backend.reports.take_step import find_step, take_step
from backend.reports.workflow import DESK, State


def change_status(work: UnitOfWork, command: ChangeStatus) -> Incident:
    """Take one step of the workflow table.

    Raises `Conflict` when somebody else was faster or the table has no such step, `Forbidden`
    when it is not open to the actor, `Invalid` when its reason or its taker is missing.
    """
    return move_incident(work, find_incident(work.session, command.number, lock=True), command)


def move_incident(work: UnitOfWork, incident: Incident, command: ChangeStatus) -> Incident:
    """The same with an incident that is found and locked already, with its service."""
    move = find_step(work, incident, command.after, command.version)
    if work.actor.role not in DESK:
        # Residents have ways of their own, which ask whether the report is theirs.
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    reason = checked_reason(command.reason, is_needed=move.needs_reason)
    taker = _note_taker(work, incident, command)
    take_step(work, incident, move, reason, act_id=command.act_id, told_at=command.told_at, **taker)
    return incident


def _note_taker(work: UnitOfWork, incident: Incident, command: ChangeStatus) -> dict[str, Any]:
    """Set who or when the step is about, and say so for the log."""
    match command.after:
        case State.ASSIGNED if command.team_code:
            team = work.session.get(Team, command.team_code)
            if team is None or not team.is_active:
                raise Invalid("team-unknown", pointer="/team_code", team=command.team_code[:60])
            incident.team_code = command.team_code
            # What comes back from another body is the city's again.
            incident.body_code = None
            return {"team": command.team_code}
        case State.SCHEDULED if command.scheduled_for:
            incident.scheduled_for = command.scheduled_for
            return {"scheduled_for": command.scheduled_for.isoformat()}
        case State.HANDED_OVER:
            code = command.body_code or incident.body_code
            if code is None:
                raise Invalid("body-missing", pointer="/body_code")
            body = work.session.get(Body, code)
            if body is None or not body.is_active:
                raise Invalid("body-unknown", pointer="/body_code", body=code[:60])
            incident.body_code = code
            return {"body": code}
    return {}
