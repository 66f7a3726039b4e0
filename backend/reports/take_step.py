"""One step of the workflow, the same for whoever takes it: state, clock, answer, history, log."""

from typing import Any

from backend.core.actors import SYSTEM
from backend.core.errors import Conflict, Forbidden
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import HAZARD_BAND, city_catalogue
from backend.reports.events import StatusChanged
from backend.reports.models import Incident
from backend.reports.note_change import note_change
from backend.reports.queries import history_of
from backend.reports.target_clock import due_after_pause
from backend.reports.workflow import CLOSED_STATES, PAUSED_STATES, Move, State, find_move


def find_step(work: UnitOfWork, incident: Incident, after: State, version: int) -> Move:
    """The step the actor may take now.

    Raises `Conflict` when somebody else was faster or the table has no such step, `Forbidden` when
    it is not theirs to take.
    """
    before = State(incident.state)
    if incident.version != version:
        raise Conflict(
            "incident-moved-on",
            number=incident.number,
            state=before.value,
            since=_steps_since(work, incident, version),
        )
    move = find_move(before, after)
    if move is None:
        raise Conflict("move-not-possible", before=before.value, after=after.value)
    if work.actor.role not in move.roles:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    if after in CLOSED_STATES:
        _check_may_close(work, incident)
    return move


def take_step(
    work: UnitOfWork, incident: Incident, move: Move, reason: str | None, **facts: Any
) -> None:
    """Take `move`; `facts` are told to the decision log besides."""
    _run_clock(work, incident, move)
    is_closing = move.after in CLOSED_STATES
    incident.state = move.after.value
    incident.changed_at = work.now
    incident.closed_at = work.now if is_closing else None
    if is_closing:
        incident.appealed_against = None
    if incident.answered_at is None and (reason or is_closing) and work.actor.is_staff:
        incident.answered_at = work.now
    note_change(
        work, incident, "state", before=move.before.value, after=move.after.value, reason=reason
    )
    incident.changed_sequence = work.decide(
        "status.changed",
        f"report:{incident.number}",
        before=move.before.value,
        after=move.after.value,
        has_reason=reason is not None,
        **facts,
    )
    work.emit(StatusChanged(incident.id, move.before, move.after))


def _check_may_close(work: UnitOfWork, incident: Incident) -> None:
    band = incident.own_severity_band
    if band is None:
        band = incident.service.severity_band
    if work.actor == SYSTEM and band == HAZARD_BAND:
        raise Forbidden("hazard-needs-person", number=incident.number)
    if incident.appealed_against == work.actor.key:
        raise Forbidden("appeal-needs-another-person", number=incident.number)


def _run_clock(work: UnitOfWork, incident: Incident, move: Move) -> None:
    """Stop the target's clock where others are awaited, and let it run on afterwards."""
    stops = move.after in PAUSED_STATES
    if stops and incident.paused_at is None:
        incident.paused_at = work.now
    elif not stops and incident.paused_at is not None:
        catalogue = city_catalogue(work.session)
        calendar = catalogue.calendar_of(catalogue.services[incident.service_code])
        if incident.due_at is not None:
            incident.due_at = due_after_pause(
                incident.due_at, incident.paused_at, work.now, calendar
            )
        incident.paused_seconds += (work.now - incident.paused_at).total_seconds()
        incident.paused_at = None


def _steps_since(work: UnitOfWork, incident: Incident, version: int) -> list[str]:
    # The version counts the steps, so the ones not seen are the last ones.
    unseen = history_of(work.session, incident.id)[max(version, 1) - 1 :]
    return [" ".join(filter(None, (step.kind, step.to_state))) for step in unseen]
