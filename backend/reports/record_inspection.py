"""Somebody from the city went and looked."""

from uuid import UUID

import sqlalchemy as sa

from backend.core.db import lock_id
from backend.core.errors import Conflict, Forbidden
from backend.core.uow import UnitOfWork
from backend.reports.commands import RecordInspection
from backend.reports.events import IncidentInspected
from backend.reports.models import Incident, IncidentChange, Inspection
from backend.reports.note_change import note_change
from backend.reports.queries import find_incident
from backend.reports.workflow import DESK

_BY_ACT = sa.select(IncidentChange).where(IncidentChange.act_id == sa.bindparam("act_id"))


def record_inspection(work: UnitOfWork, command: RecordInspection) -> Incident:
    """Note what was found; the state stays, because looking is not yet deciding.

    Sending it again with its id changes nothing. Raises `Conflict` when the id is taken.
    """
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    incident = find_incident(work.session, command.number, lock=True)
    outcome = command.outcome.value
    if command.id and _is_noted_before(work, incident, command.id, outcome):
        return incident
    work.session.add(
        Inspection(
            incident_id=incident.id,
            inspected_at=command.at or work.now,
            outcome=outcome,
            actor=work.actor.key,
        )
    )
    note_change(work, incident, "inspection", after=outcome, act_id=command.id)
    incident.changed_at = work.now
    incident.changed_sequence = work.decide(
        "incident.inspected", f"report:{incident.number}", outcome=outcome
    )
    work.emit(IncidentInspected(incident.id))
    return incident


def _is_noted_before(work: UnitOfWork, incident: Incident, id_: UUID, outcome: str) -> bool:
    lock_id(work.session, id_)
    known = work.session.scalar(_BY_ACT, {"act_id": id_})
    if known is None:
        return False
    noted = known.kind, known.incident_id, known.to_state, known.actor
    if noted != ("inspection", incident.id, outcome, work.actor.key):
        raise Conflict("act-id-taken", pointer="/id")
    return True
