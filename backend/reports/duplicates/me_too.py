"""One more person has seen what is reported already: one tap, kept as a request of its own."""

import sqlalchemy as sa

from backend.core.db import lock_id
from backend.core.errors import Conflict
from backend.core.uow import UnitOfWork
from backend.reports.commands import FileReport, MeToo
from backend.reports.file_report import Filed, file_report
from backend.reports.models import Incident, ServiceRequest
from backend.reports.queries import find_incident, find_request
from backend.reports.workflow import CLOSED_STATES, State


def me_too(work: UnitOfWork, command: MeToo) -> Filed:
    """Store a request without words under the incident, at the place of the report tapped on.

    Whoever is known to have reported the same thing before gets that report back, however often
    they tap. Raises `NotFound`, and `Conflict` where the incident is closed: what is seen again
    then is a new thing, and needs words.
    """
    lock_id(work.session, command.id)
    tapped = find_request(work.session, command.number)
    incident = find_incident(work.session, command.number, lock=True)
    known = _own_request(work, command, incident)
    if known is not None:
        return Filed(known.id, known.number, is_new=False)
    if State(incident.state) in CLOSED_STATES:
        raise Conflict("incident-closed", number=incident.number, state=incident.state)
    return file_report(
        work,
        FileReport(
            id=command.id,
            service_code=incident.service_code,
            description="",
            lon=tapped.lon,
            lat=tapped.lat,
            channel=command.channel,
            requested_at=command.requested_at,
            repeat_of=tapped.number,
        ),
    )


def _own_request(work: UnitOfWork, command: MeToo, incident: Incident) -> ServiceRequest | None:
    """What lies under the incident already by this tap, or by the one who taps."""
    is_this = ServiceRequest.id == command.id
    return work.session.scalar(
        sa.select(ServiceRequest)
        .where(
            ServiceRequest.incident_id == incident.id,
            sa.or_(is_this, ServiceRequest.reporter_hash.in_(work.actor.reporters)),
        )
        .order_by(is_this.desc(), ServiceRequest.received_at, ServiceRequest.id)
        .limit(1)
    )
