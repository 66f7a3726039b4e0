"""Residents answer back: it is done, it is not done, or somebody else should decide."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import lock_id
from backend.core.errors import Conflict
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import city_catalogue
from backend.reports.change_severity import heed_words
from backend.reports.commands import Appeal, ConfirmFix, Reopen
from backend.reports.duplicates.models import IncidentMerge
from backend.reports.involved import check_involved, is_own
from backend.reports.models import Incident, IncidentChange
from backend.reports.note_change import note_change
from backend.reports.queries import find_incident, history_of
from backend.reports.take_step import find_step, take_step
from backend.reports.workflow import CLOSED_STATES, DESK, FIXED_STATES, REFUSALS, State

_BY_ACT = sa.select(IncidentChange).where(IncidentChange.act_id == sa.bindparam("act_id"))


def confirm_fix(work: UnitOfWork, command: ConfirmFix) -> Incident:
    """Say that it is done.

    Open to whoever reported or follows it while the city's time for answers lasts, and to the desk
    for them; so are the two below. Sending again is the same act. Raises `Forbidden` and
    `Conflict`.
    """
    incident = find_incident(work.session, command.number, lock=True)
    check_involved(work.session, incident, work.actor)
    if not is_done_before(work, incident, command.id, None):
        _leave(work, incident, (State.RESOLVED,), State.CONFIRMED, None, command.id)
    return incident


def reopen(work: UnitOfWork, command: Reopen) -> Incident:
    """Say that it is not done, and why; the city owes a new answer."""
    incident = find_incident(work.session, command.number, lock=True)
    check_involved(work.session, incident, work.actor)
    reason = checked_reason(command.reason, is_needed=True)
    if not is_done_before(work, incident, command.id, reason):
        _leave(work, incident, FIXED_STATES, State.REOPENED, reason, command.id)
        heed_words(work, incident, command.reason)
    return incident


def appeal(work: UnitOfWork, command: Appeal) -> Incident:
    """Ask that somebody else decide again: what was refused or given away is opened again.

    A downgrade or a merge of what is still open stands until that other person has decided. Raises
    `Conflict` where there is nothing to appeal against.
    """
    incident = find_incident(work.session, command.number, lock=True)
    check_involved(work.session, incident, work.actor)
    reason = checked_reason(command.reason, is_needed=True)
    if is_done_before(work, incident, command.id, reason):
        return incident
    decision = _disappointment(work, incident)
    if State(incident.state) in CLOSED_STATES:
        _leave(work, incident, REFUSALS, State.REOPENED, reason, command.id)
    else:
        note_change(work, incident, "appeal", reason=reason, act_id=command.id)
        incident.changed_at = work.now
        incident.changed_sequence = work.decide(
            "decision.appealed", f"report:{incident.number}", against=decision.kind
        )
    incident.appealed_against = decision.actor
    heed_words(work, incident, command.reason)
    return incident


def is_done_before(work: UnitOfWork, incident: Incident, act_id: UUID, reason: str | None) -> bool:
    """Whether this very act was taken before; raises `Conflict` where the id means another."""
    lock_id(work.session, act_id)
    known = work.session.scalar(_BY_ACT, {"act_id": act_id})
    if known is None:
        return False
    is_same = known.reason == reason and _is_of(work.session, known, incident)
    if not is_same or not is_own(work.actor, known.author_hash):
        raise Conflict("act-id-taken", pointer="/id")
    return True


def _is_of(session: Session, act: IncidentChange, incident: Incident) -> bool:
    """Whether the act was about the incident, or about one it was ever joined with."""
    pair = (act.incident_id, incident.id)
    merged = sa.exists().where(
        IncidentMerge.incident_id.in_(pair), IncidentMerge.target_id.in_(pair)
    )
    return act.incident_id == incident.id or bool(session.scalar(sa.select(merged)))


def _leave(
    work: UnitOfWork,
    incident: Incident,
    possible: tuple[State, ...],
    after: State,
    reason: str | None,
    act_id: UUID,
) -> None:
    """Take the step to `after`, which leads there from the `possible` states alone."""
    if State(incident.state) not in possible:
        raise Conflict("move-not-possible", before=incident.state, after=after.value)
    days = city_catalogue(work.session).policy.confirm_days
    is_late = incident.closed_at and incident.closed_at + timedelta(days=days) < work.now
    if is_late and work.actor.role not in DESK:
        raise Conflict("answer-too-late", number=incident.number, days=days)
    move = find_step(work, incident, after, incident.version)
    take_step(work, incident, move, reason, act_id=act_id)


def _disappointment(work: UnitOfWork, incident: Incident) -> IncidentChange:
    """The decision an appeal is against: the last one that nobody appealed against."""
    parted = 0
    for step in reversed(history_of(work.session, incident.id)):
        if step.kind == "appeal" or _opens_what_was_refused(step):
            break
        if step.kind == "unlink":
            parted += 1
        if step.kind == "link" and parted:
            # That was taken back already.
            parted -= 1
            continue
        if step.to_state == incident.state and incident.state in REFUSALS:
            return step
        if incident.state not in CLOSED_STATES and _is_against_reporter(step):
            return step
    raise Conflict("nothing-to-appeal", number=incident.number)


def _opens_what_was_refused(step: IncidentChange) -> bool:
    """Whether the step is an appeal against a refusal: nothing else leads out of one."""
    return step.to_state == State.REOPENED and step.from_state in REFUSALS


def _is_against_reporter(step: IncidentChange) -> bool:
    is_downgrade = step.kind == "severity" and int(step.to_value or 0) > int(step.from_value or 0)
    return is_downgrade or step.kind == "link"
