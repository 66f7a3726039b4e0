"""Whoever did something at the desk takes it back before residents are told."""

import sqlalchemy as sa

from backend.core.actors import Role
from backend.core.errors import Conflict, Forbidden
from backend.core.uow import UnitOfWork
from backend.reports.desk_acts.commands import UndoAct
from backend.reports.desk_acts.models import DeskAct, DeskActItem
from backend.reports.desk_acts.queries import find_act
from backend.reports.desk_acts.rules import may_undo, stood
from backend.reports.events import StepUndone
from backend.reports.models import Incident
from backend.reports.note_change import note_change
from backend.reports.queries import lock_incidents
from backend.reports.workflow import DESK, State


def undo_act(work: UnitOfWork, command: UndoAct) -> int:
    """Put back every report of the act that nobody changed since; returns how many.

    Raises `Forbidden` for anybody but whoever did it and administrators, `Conflict` when it is too
    late, was done before, or everything was changed since.
    """
    act = find_act(work.session, command.id, lock=True)
    _check(work, act)
    items = work.session.scalars(
        sa.select(DeskActItem).where(DeskActItem.act_id == act.id).order_by(DeskActItem.incident_id)
    ).all()
    lock_incidents(work.session, (item.incident_id for item in items))
    its = sa.select(Incident).where(Incident.id.in_([item.incident_id for item in items]))
    incidents = {one.id: one for one in work.session.scalars(its.order_by(Incident.id))}
    undone = 0
    for item in items:
        incident = incidents[item.incident_id]
        if incident.version == item.version:
            _put_back(work, act, item, incident)
            undone += 1
    if not undone:
        raise Conflict("act-moved-on")
    act.undone_at, act.undone_by = work.now, work.actor.key
    if act.is_bulk:
        left = len(items) - undone
        work.decide("bulk.undone", f"bulk:{act.id}", reports=undone, left=left)
    return undone


def _check(work: UnitOfWork, act: DeskAct) -> None:
    is_theirs = act.actor == work.actor.key or work.actor.role is Role.ADMIN
    if work.actor.role not in DESK or not is_theirs:
        raise Forbidden("act-of-somebody-else")
    if act.undone_at is not None:
        raise Conflict("act-undone")
    if not may_undo(act.at, work.now):
        raise Conflict("undo-too-late")


def _put_back(work: UnitOfWork, act: DeskAct, item: DeskActItem, incident: Incident) -> None:
    before, assignee = State(incident.state), incident.assignee
    for name, value in stood(item.stood).items():
        setattr(incident, name, value)
    item.is_undone = True
    if act.after is None:
        note_change(work, incident, "assignment", values=(assignee, incident.assignee))
        return
    incident.changed_at = work.now
    note_change(work, incident, "undo", before=before.value, after=incident.state)
    incident.changed_sequence = work.decide(
        "status.undone", f"report:{incident.number}", before=before.value, after=incident.state
    )
    work.emit(StepUndone(incident.id, before, State(incident.state), act.at))
