"""The desk does one thing to many reports, to all of them or to none; or takes one step."""

from collections.abc import Sequence
from uuid import UUID

from backend.core.db import lock_id
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.reports.assign_person import give_incident
from backend.reports.change_status import move_incident
from backend.reports.commands import AssignPerson, ChangeStatus
from backend.reports.desk_acts.commands import ActInBulk, BulkAct, Chosen
from backend.reports.desk_acts.models import DeskAct, DeskActItem
from backend.reports.desk_acts.preview_act import obstacle_to
from backend.reports.desk_acts.queries import incidents_of, undoable_act
from backend.reports.desk_acts.rules import BULK_STATES, MOST_AT_ONCE, UNDO_WITHIN, snapshot
from backend.reports.models import Incident
from backend.reports.queries import find_incident, lock_incidents
from backend.reports.take_step import own_step_since
from backend.reports.workflow import DESK


def act_in_bulk(work: UnitOfWork, command: ActInBulk) -> DeskAct:
    """Do it to all that were chosen, and keep where each of them stood.

    Residents are told when it cannot be taken back any more. Sending it again is the same act.
    Raises `Forbidden`, `Invalid`, and `Conflict` where one of them cannot take part, or not any
    more: then nothing was done.
    """
    if work.actor.role not in DESK or work.actor.is_machine:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    lock_id(work.session, command.id)
    known = work.session.get(DeskAct, command.id)
    if known is not None:
        return known
    act = command.act
    if not 1 <= len(command.chosen) <= MOST_AT_ONCE:
        raise Invalid("bulk-not-so-many", pointer="/number", most=MOST_AT_ONCE)
    if act.after is not None and act.after not in BULK_STATES:
        raise Invalid("bulk-step-not-offered", pointer="/to")
    incidents = _locked(work, command.chosen)
    note = checked_reason(act.note, is_needed=False)
    kept = _keep(work, command.id, act, note=note, is_bulk=True)
    for one, incident in zip(command.chosen, incidents, strict=True):
        why = obstacle_to(incident, act, work.actor)
        if why is not None:
            raise Conflict("bulk-one-cannot", number=one.number, why=why.value)
        before = snapshot(incident)
        _do(work, act, one, incident, note)
        _add(work, kept, incident, before)
    work.session.flush()
    after = act.after.value if act.after else "assignment"
    work.decide("bulk.done", f"bulk:{kept.id}", after=after, reports=len(incidents))
    return kept


def take_undoable_step(work: UnitOfWork, command: ChangeStatus, act_id: UUID) -> Incident:
    """One step of the workflow that can be taken back for ten minutes.

    Raises as it does, and `Conflict` where the same person took the very step just before.
    """
    incident = find_incident(work.session, command.number, lock=True)
    _check_not_sent_twice(work, incident, command)
    before = snapshot(incident)
    move_incident(work, incident, command)
    act = BulkAct(command.after)
    kept = _keep(work, act_id, act, note=command.reason or None, is_bulk=False)
    _add(work, kept, incident, before)
    return incident


def give_undoably(work: UnitOfWork, command: AssignPerson, act_id: UUID) -> UUID | None:
    """Say who works on one, to be taken back for ten minutes; raises as `assign_person` does.

    Returns the act that can be taken back: `act_id`, or where the same form came before, what it
    did then. None where it is with them already.
    """
    incident = find_incident(work.session, command.number, lock=True)
    before = snapshot(incident)
    give_incident(work, incident, command)
    if incident.assignee != before["assignee"]:
        act = BulkAct(None, assignee=command.assignee)
        kept = _keep(work, act_id, act, note=None, is_bulk=False)
        _add(work, kept, incident, before)
        return act_id
    if incident.version == command.version:
        return None
    known = undoable_act(work.session, incident, work.actor, work.now)
    return known.id if known else None


def _check_not_sent_twice(work: UnitOfWork, incident: Incident, command: ChangeStatus) -> None:
    """Raise where a form came again whose step was taken."""
    step = own_step_since(work, incident, command.version)
    if step is not None and step.to_state == command.after.value:
        raise Conflict("step-taken-already", number=incident.number, state=incident.state)


def _locked(work: UnitOfWork, chosen: Sequence[Chosen]) -> list[Incident]:
    """The incidents in the order they were chosen, which nobody else changes from now on."""
    numbers = [one.number for one in chosen]
    lock_incidents(work.session, (one.id for one in incidents_of(work.session, numbers)))
    found = {one.number: one for one in incidents_of(work.session, numbers)}
    missing = [number for number in numbers if number not in found]
    if missing:
        raise Invalid("bulk-unknown-number", pointer="/number", number=missing[0][:40])
    return [found[number] for number in numbers]


def _do(work: UnitOfWork, act: BulkAct, one: Chosen, incident: Incident, note: str | None) -> None:
    if act.after is None:
        give_incident(work, incident, AssignPerson(one.number, act.assignee, one.version))
        return
    move_incident(
        work,
        incident,
        ChangeStatus(
            one.number,
            act.after,
            one.version,
            note,
            team_code=act.team_code,
            scheduled_for=act.scheduled_for,
            told_at=work.now + UNDO_WITHIN,
        ),
    )


def _keep(work: UnitOfWork, id_: UUID, act: BulkAct, *, note: str | None, is_bulk: bool) -> DeskAct:
    kept = DeskAct(
        id=id_,
        is_bulk=is_bulk,
        after=act.after.value if act.after else None,
        note=note,
        actor=work.actor.key,
        at=work.now,
    )
    work.session.add(kept)
    work.session.flush()
    return kept


def _add(work: UnitOfWork, act: DeskAct, incident: Incident, before: dict[str, object]) -> None:
    item = DeskActItem(
        act_id=act.id, incident_id=incident.id, version=incident.version, stood=before
    )
    work.session.add(item)
