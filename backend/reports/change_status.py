"""Staff move an incident along the workflow."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from backend.core.errors import Forbidden, Invalid
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.places.queries import the_city
from backend.reports.commands import ChangeStatus
from backend.reports.models import Body, Incident, Team
from backend.reports.queries import find_incident
from backend.reports.rules import check_planned_day
from backend.reports.take_step import find_step, take_step
from backend.reports.workflow import DESK, State


def change_status(work: UnitOfWork, command: ChangeStatus) -> Incident:
    """Take one step of the workflow table.

    Raises `Conflict` when somebody else was faster or the table has no such step, `Forbidden`
    when it is not open to the actor, `Invalid` when its reason, its taker or its day is missing or
    cannot be meant.
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
        case State.SCHEDULED:
            return _plan(work, incident, command.scheduled_for)
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


def _plan(work: UnitOfWork, incident: Incident, day: date | None) -> dict[str, Any]:
    # The other system of a program has the day; what it sends here has no place for one.
    if day is None and work.actor.is_machine:
        return {}
    today = work.now.astimezone(ZoneInfo(the_city(work.session).time_zone)).date()
    incident.scheduled_for = check_planned_day(day, today)
    return {"scheduled_for": incident.scheduled_for.isoformat()}
