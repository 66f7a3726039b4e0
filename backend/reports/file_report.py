"""A report comes in, from any channel: stored once, placed, and told to whoever needs to know."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, NotFound
from backend.core.ids import Ids
from backend.core.uow import UnitOfWork
from backend.places.locate import district_map
from backend.reports.commands import FileReport
from backend.reports.events import ReportFiled
from backend.reports.models import Contact, Incident, Service, ServiceRequest
from backend.reports.queries import find_incident
from backend.reports.rules import check_report
from backend.reports.workflow import CLOSED_STATES, State

# A report written without a network comes in within weeks; an older moment is a wrong clock.
LONGEST_OFFLINE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Filed:
    """The stored request, and whether this call stored it."""

    request: ServiceRequest
    is_new: bool


def file_report(work: UnitOfWork, command: FileReport) -> Filed:
    """Store a report under a new incident, or under that of the report it repeats.

    The device made the id, so sending again after a lost answer gives the same row. Raises
    `Invalid` or `NotFound` on what cannot be, `Conflict` when the id already means another report.
    """
    fingerprint = _fingerprint(command)
    known = work.session.get(ServiceRequest, command.id)
    if known is not None:
        return _again(known, fingerprint)
    districts = district_map(work.session)
    check_report(command, districts.extent if districts else None)
    service = work.session.get(Service, command.service_code)
    if service is None or not service.is_active:
        raise NotFound("service-unknown", pointer="/service_code", service=command.service_code)
    district_id = districts.locate(command.lon, command.lat) if districts else None
    request = ServiceRequest(
        id=command.id,
        number=unused_number(work.session, work.runtime.ids),
        service_code=service.code,
        description=command.description.strip(),
        lon=command.lon,
        lat=command.lat,
        address=command.address or None,
        district_id=district_id,
        is_outside=districts is not None and district_id is None,
        channel=command.channel.value,
        reporter_hash=work.actor.reporter,
        requested_at=_said_at(command, work.now),
        received_at=work.now,
        fingerprint=fingerprint,
    )
    incident = _insert(work, command, request)
    if incident is None:
        return _again(work.session.get_one(ServiceRequest, command.id), fingerprint)
    _keep_contact(work, command)
    is_repeat = incident.number != request.number
    work.decide(
        "report.filed",
        f"report:{request.number}",
        service=service.code,
        channel=request.channel,
        incident=incident.number,
    )
    work.emit(ReportFiled(incident.id, request.number, is_repeat))
    return Filed(request, is_new=True)


def unused_number(session: Session, ids: Ids) -> str:
    """A public number no request has yet."""
    number = ids.public_number()
    while session.scalar(sa.select(ServiceRequest.id).where(ServiceRequest.number == number)):
        number = ids.public_number()
    return number


def _incident_for(work: UnitOfWork, command: FileReport, request: ServiceRequest) -> Incident:
    if command.repeat_of is not None:
        incident = find_incident(work.session, command.repeat_of, lock=True)
        if incident.service_code != request.service_code:
            raise Conflict("repeat-of-another-service", number=incident.number)
        if State(incident.state) not in CLOSED_STATES:
            incident.request_count += 1
            return incident
        # What was closed and is seen again is a new thing to look at, not a repeat.
    incident = Incident(
        number=request.number,
        service_code=request.service_code,
        state=State.RECEIVED.value,
        lon=request.lon,
        lat=request.lat,
        district_id=request.district_id,
        is_outside=request.is_outside,
        # The clock starts when the city knows: a claimed moment must not jump the queue.
        opened_at=work.now,
        changed_at=work.now,
    )
    work.session.add(incident)
    work.session.flush()
    return incident


def _insert(work: UnitOfWork, command: FileReport, request: ServiceRequest) -> Incident | None:
    """Insert the request and its incident; None when another connection stored the id first."""
    try:
        with work.session.begin_nested():
            incident = _incident_for(work, command, request)
            request.incident_id = incident.id
            work.session.add(request)
    except IntegrityError:
        if work.session.get(ServiceRequest, command.id) is None:
            raise
        return None
    return incident


def _again(known: ServiceRequest, fingerprint: str) -> Filed:
    if known.fingerprint != fingerprint:
        raise Conflict("report-id-taken", pointer="/id", number=known.number)
    return Filed(known, is_new=False)


def _keep_contact(work: UnitOfWork, command: FileReport) -> None:
    fields = {name: text for name, text in command.contact.items() if text.strip()}
    if fields:
        sealed = work.runtime.keyring.seal(fields, associated=command.id.bytes)
        work.session.add(Contact(service_request_id=command.id, sealed=sealed))


def _said_at(command: FileReport, now: datetime) -> datetime:
    # A phone's clock may be ahead, or back at its factory date; neither may move the queue.
    said = command.requested_at or now
    return said.astimezone(UTC) if now - LONGEST_OFFLINE <= said <= now else now


def _fingerprint(command: FileReport) -> str:
    # Without the contact: the fingerprint is stored in the open.
    said = [
        command.service_code,
        command.description.strip(),
        command.lon,
        command.lat,
        command.address or None,
        command.channel.value,
        command.repeat_of,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
