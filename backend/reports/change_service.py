"""Staff correct the kind of problem: target, urgency and who takes it follow from the new one."""

import sqlalchemy as sa

from backend.core.errors import Forbidden, NotFound
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.places.models import District
from backend.reports.catalogue import CityCatalogue, ServiceTerms, city_catalogue
from backend.reports.commands import ChangeService
from backend.reports.due_again import due_again
from backend.reports.events import ServiceChanged
from backend.reports.models import Incident, Service
from backend.reports.note_change import note_change
from backend.reports.queries import find_incident, requests_of
from backend.reports.take_step import check_not_appealed, check_version, severity_of
from backend.reports.workflow import DESK


def change_service(work: UnitOfWork, command: ChangeService) -> Incident:
    """Move an incident to another service; what was reported stays as it was said.

    The target runs from the opening as if it had been the new one's all along. Raises `Forbidden`,
    `Conflict` when somebody else was faster, `NotFound`, `Invalid` without a reason.
    """
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    incident = find_incident(work.session, command.number, lock=True)
    check_version(work, incident, command.version)
    catalogue = city_catalogue(work.session)
    service = catalogue.services.get(command.service_code)
    if service is None or not service.is_active:
        raise NotFound("service-unknown", pointer="/service_code", service=command.service_code)
    reason = checked_reason(command.reason, is_needed=True)
    before = incident.service_code
    if service.code == before:
        return incident
    check_not_appealed(work, incident)
    incident.service_code = service.code
    incident.service = work.session.get_one(Service, service.code)
    incident.own_severity_band = _own_band(work, incident, catalogue, service)
    incident.due_at = due_again(work, incident, catalogue, severity_of(incident))
    _route(work, incident, catalogue)
    incident.changed_at = work.now
    note_change(work, incident, "service", values=(before, service.code), reason=reason)
    incident.changed_sequence = work.decide(
        "service.changed", f"report:{incident.number}", before=before, after=service.code
    )
    work.emit(ServiceChanged(incident.id, before))
    return incident


def _own_band(
    work: UnitOfWork, incident: Incident, catalogue: CityCatalogue, service: ServiceTerms
) -> int | None:
    """A person's judgement stays; without one, the words are read under the new service."""
    if incident.own_severity_band is not None:
        is_same = incident.own_severity_band == service.severity_band
        return None if is_same else incident.own_severity_band
    said = (request.description for request in requests_of(work.session, incident.id))
    return catalogue.own_band(service, "\n".join(said))


def _route(work: UnitOfWork, incident: Incident, catalogue: CityCatalogue) -> None:
    """Whoever takes the new service in that district; a colleague of another team does not."""
    code = work.session.scalar(sa.select(District.code).where(District.id == incident.district_id))
    taker = catalogue.taker(incident.service_code, code)
    if taker.team_code != incident.team_code:
        incident.assignee = None
    incident.team_code, incident.body_code = taker.team_code, taker.body_code
