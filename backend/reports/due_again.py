"""The due moment of an incident reckoned anew, when what it depends on has been corrected."""

from datetime import datetime

from backend.core.uow import UnitOfWork
from backend.reports.catalogue import HAZARD_BAND, CityCatalogue
from backend.reports.models import Incident, IncidentChange
from backend.reports.queries import history_of
from backend.reports.target_clock import Calendar, due_after_pause
from backend.reports.workflow import CLOSED_STATES, PAUSED_STATES


def due_again(
    work: UnitOfWork, incident: Incident, catalogue: CityCatalogue, band: int
) -> datetime:
    """By when it is due in that `band`: as if it had been of its service all along.

    Every stretch is left out in which the clock stood still. A danger is due by the hazards' target
    too, from when it was known.
    """
    service = catalogue.services[incident.service_code]
    history = history_of(work.session, incident.id)
    due = _without_pauses(
        catalogue.due_at(service, incident.opened_at), catalogue.calendar_of(service), history
    )
    hazard = catalogue.hazard
    if band != HAZARD_BAND or hazard is None:
        return due
    known_at = max(
        (step.at for step in history if step.kind == "severity" and step.to_value == str(band)),
        default=incident.opened_at,
    )
    return min(
        due,
        _without_pauses(catalogue.due_at(hazard, known_at), catalogue.calendar_of(hazard), history),
    )


def _without_pauses(
    due: datetime, calendar: Calendar | None, history: list[IncidentChange]
) -> datetime:
    stopped_at = None
    for step in history:
        if step.kind != "state":
            continue
        is_standing = step.to_state in (*PAUSED_STATES, *CLOSED_STATES)
        if is_standing and stopped_at is None:
            stopped_at = step.at
        elif not is_standing and stopped_at is not None:
            due = due_after_pause(due, stopped_at, step.at, calendar)
            stopped_at = None
    return due
