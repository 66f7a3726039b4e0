"""One step of the workflow, the same for whoever takes it: state, clock, answer, history, log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.core.errors import Conflict, Forbidden
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import HAZARD_BAND, city_catalogue
from backend.reports.due_again import due_again
from backend.reports.events import StatusChanged
from backend.reports.models import Incident, IncidentChange
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
    check_version(work, incident, version)
    move = find_move(before, after)
    if move is None:
        raise Conflict("move-not-possible", before=before.value, after=after.value)
    if work.actor.role not in move.roles:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    if after in CLOSED_STATES:
        check_may_close(work, incident)
    return move


def check_version(work: UnitOfWork, incident: Incident, version: int) -> None:
    """Raise `Conflict`, saying what changed, unless `version` is the newest."""
    if incident.version != version:
        raise Conflict(
            "incident-moved-on",
            number=incident.number,
            state=incident.state,
            since=_steps_since(work, incident, version),
        )


def own_step_since(work: UnitOfWork, incident: Incident, version: int) -> IncidentChange | None:
    """The step a form took that came again: the actor's own, and all that `version` lacks."""
    if incident.version != version + 1:
        return None
    newest = history_of(work.session, incident.id)[-1:]
    return next((step for step in newest if step.actor == work.actor.key), None)


def take_step(
    work: UnitOfWork,
    incident: Incident,
    move: Move,
    reason: str | None,
    *,
    act_id: UUID | None = None,
    told_at: datetime | None = None,
    **facts: Any,
) -> None:
    """Take `move`; residents are told at `told_at`, or at once.

    `facts` are told to the decision log besides.
    """
    _run_clock(work, incident, move)
    is_closing = move.after in CLOSED_STATES
    incident.state = move.after.value
    incident.changed_at = work.now
    # Confirming is no second closing.
    incident.closed_at = (incident.closed_at or work.now) if is_closing else None
    if is_closing:
        incident.appealed_against = None
    _note_answer(work, incident, move, reason)
    note_change(
        work,
        incident,
        "state",
        before=move.before.value,
        after=move.after.value,
        reason=reason,
        act_id=act_id,
    )
    incident.changed_sequence = work.decide(
        "status.changed",
        f"report:{incident.number}",
        before=move.before.value,
        after=move.after.value,
        has_reason=reason is not None,
        **facts,
    )
    work.emit(StatusChanged(incident.id, move.before, move.after, told_at))


def check_may_close(work: UnitOfWork, incident: Incident) -> None:
    """Raise `Forbidden` where another must decide: a person, or somebody not appealed against."""
    if work.actor.is_machine and severity_of(incident) == HAZARD_BAND:
        raise Forbidden("hazard-needs-person", number=incident.number)
    check_not_appealed(work, incident)


def check_not_appealed(work: UnitOfWork, incident: Incident) -> None:
    """Raise `Forbidden` where the appeal is against the one who acts."""
    if incident.appealed_against == work.actor.key:
        raise Forbidden("appeal-needs-another-person", number=incident.number)


def severity_of(incident: Incident) -> int:
    """The band the incident stands in, its own or its service's, which must be loaded."""
    own = incident.own_severity_band
    return incident.service.severity_band if own is None else own


def _note_answer(work: UnitOfWork, incident: Incident, move: Move, reason: str | None) -> None:
    """A reason anybody can read is the city's answer; to a reopening it owes a new one."""
    if move.after is State.REOPENED:
        incident.answered_at = None
    elif move.after in PAUSED_STATES or not work.actor.is_staff:
        # A question is no answer.
        return
    elif incident.answered_at is None and (reason or move.after in CLOSED_STATES):
        incident.answered_at = work.now


def _run_clock(work: UnitOfWork, incident: Incident, move: Move) -> None:
    """The target's clock stands still while others are awaited and while the incident is closed."""
    if move.after in PAUSED_STATES:
        incident.paused_at = incident.paused_at or work.now
        return
    stopped_at = incident.paused_at
    if move.before in CLOSED_STATES and move.after not in CLOSED_STATES:
        stopped_at = incident.closed_at
    if stopped_at is None:
        return
    if incident.due_at is not None:
        catalogue = city_catalogue(work.session)
        calendar = catalogue.calendar_of(catalogue.services[incident.service_code])
        due = due_after_pause(incident.due_at, stopped_at, work.now, calendar)
        if incident.own_severity_band == HAZARD_BAND:
            # The danger may have become known while the clock stood still.
            due = min(due, due_again(work, incident, catalogue, HAZARD_BAND, work.now))
        incident.due_at = due
    incident.paused_seconds += (work.now - stopped_at).total_seconds()
    incident.paused_at = None


def _steps_since(work: UnitOfWork, incident: Incident, version: int) -> list[str]:
    # The version counts the steps, so the ones not seen are the last ones.
    unseen = history_of(work.session, incident.id)[max(version, 1) - 1 :]
    return [" ".join(filter(None, (step.kind, step.to_state))) for step in unseen]
