"""The due moment of an incident reckoned anew, when what it depends on has been corrected."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from backend.core.uow import UnitOfWork
from backend.reports.catalogue import HAZARD_BAND, CityCatalogue, ServiceTerms
from backend.reports.models import Incident, IncidentChange
from backend.reports.queries import history_of
from backend.reports.target_clock import due_after_pause
from backend.reports.workflow import CLOSED_STATES, PAUSED_STATES


def due_again(
    work: UnitOfWork,
    incident: Incident,
    catalogue: CityCatalogue,
    band: int,
    resumed_at: datetime | None = None,
) -> datetime:
    """By when it is due in that `band`: as if it had been of its service all along.

    Every stretch is left out in which the clock stood still; one that goes on ends at `resumed_at`,
    and is not told of yet without that. A danger is due by the hazards' target too, from when it
    was known: what the clock did before is nothing to that.
    """
    service = catalogue.services[incident.service_code]
    history = history_of(work.session, incident.id)
    stops = list(_stops(history, resumed_at))
    due = _from(incident.opened_at, service, catalogue, stops)
    hazard = catalogue.hazard
    if band != HAZARD_BAND or hazard is None:
        return due
    known_at = max(
        (step.at for step in history if step.kind == "severity" and step.to_value == str(band)),
        default=incident.opened_at,
    )
    return min(due, _from(known_at, hazard, catalogue, stops))


def _from(
    start: datetime,
    service: ServiceTerms,
    catalogue: CityCatalogue,
    stops: Iterable[tuple[datetime, datetime]],
) -> datetime:
    """When the target of `service` has run since `start`, without what of `stops` came after."""
    due, calendar = catalogue.due_at(service, start), catalogue.calendar_of(service)
    for stopped_at, resumed_at in stops:
        if resumed_at > start:
            due = due_after_pause(due, max(stopped_at, start), resumed_at, calendar)
    return due


def _stops(
    history: Iterable[IncidentChange], resumed_at: datetime | None
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches in which the clock stood still, from a history in order."""
    stopped_at = None
    for step in history:
        if step.kind != "state":
            continue
        is_standing = step.to_state in (*PAUSED_STATES, *CLOSED_STATES)
        if is_standing and stopped_at is None:
            stopped_at = step.at
        elif not is_standing and stopped_at is not None:
            yield stopped_at, step.at
            stopped_at = None
    if stopped_at is not None and resumed_at is not None:
        yield stopped_at, resumed_at
