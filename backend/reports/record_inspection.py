"""Somebody from the city went and looked."""

from backend.core.errors import Forbidden
from backend.core.uow import UnitOfWork
from backend.reports.commands import RecordInspection
from backend.reports.events import IncidentInspected
from backend.reports.models import Incident, Inspection
from backend.reports.note_change import note_change
from backend.reports.queries import find_incident
from backend.reports.workflow import DESK


def record_inspection(work: UnitOfWork, command: RecordInspection) -> Incident:
    """Note what was found; the state stays, because looking is not yet deciding."""
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    incident = find_incident(work.session, command.number, lock=True)
    work.session.add(
        Inspection(
            incident_id=incident.id,
            inspected_at=command.at or work.now,
            outcome=command.outcome.value,
            actor=work.actor.key,
        )
    )
    note_change(work, incident, "inspection", after=command.outcome.value)
    incident.changed_at = work.now
    incident.changed_sequence = work.decide(
        "incident.inspected", f"report:{incident.number}", outcome=command.outcome.value
    )
    work.emit(IncidentInspected(incident.id))
    return incident
