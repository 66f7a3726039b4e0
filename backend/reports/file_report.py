"""A report comes in, from any channel: stored once, placed, and told to whoever needs to know."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.core.actors import ANONYMOUS
from backend.core.channels import OWN_CHANNELS, Channel
from backend.core.db import lock_id, table_of
from backend.core.errors import Conflict, NotFound
from backend.core.keys import keyed_hash
from backend.core.runtime import Runtime
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import CityCatalogue, ServiceTerms, city_catalogue
from backend.reports.change_severity import heed_danger
from backend.reports.commands import FileReport
from backend.reports.events import OpenedIncident, ReportFiled
from backend.reports.models import Contact, Incident, ServiceRequest
from backend.reports.public_place import public_place
from backend.reports.queries import find_incident
from backend.reports.rules import (
    FARTHEST_METRES,
    check_apart,
    check_attributes,
    check_report,
)
from backend.reports.workflow import CLOSED_STATES, State

# A report written without a network comes in within weeks; an older moment is a wrong clock.
LONGEST_OFFLINE = timedelta(days=30)
# A sheet lies on a counter, and somebody types it later.
LONGEST_ON_PAPER = timedelta(days=366)

_REQUEST, _INCIDENT, _CONTACT = table_of(ServiceRequest), table_of(Incident), table_of(Contact)
_NEW_REQUEST, _NEW_CONTACT = sa.insert(_REQUEST), sa.insert(_CONTACT)
_NEW_INCIDENT = sa.insert(_INCIDENT).returning(_INCIDENT.c.id)
_BY_ID_OR_NUMBER = sa.select(_REQUEST.c.id, _REQUEST.c.number, _REQUEST.c.fingerprint).where(
    sa.or_(_REQUEST.c.id == sa.bindparam("id"), _REQUEST.c.number == sa.bindparam("number"))
)

_OWN = sa.select(
    sa.exists().where(
        _REQUEST.c.incident_id == sa.bindparam("incident"),
        _REQUEST.c.reporter_hash == sa.bindparam("own"),
    )
)


@dataclass(frozen=True, slots=True)
class Filed:
    """The stored request, and whether this call stored it."""

    id: UUID
    number: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Checked:
    """What a report says, found possible here."""

    service: ServiceTerms
    place: dict[str, Any]
    district_code: str | None
    attributes: dict[str, list[str]]


def file_report(work: UnitOfWork, command: FileReport) -> Filed:
    """Store a report under a new incident, or under that of the report it repeats.

    The device made the id, so sending again after a lost answer gives the same row. Raises
    `Invalid` or `NotFound` on what cannot be, `Conflict` when the id already means another report.
    """
    lock_id(work.session, command.id)
    fingerprint = fingerprint_of(command)
    known, number = _known_or_number(work, command.id)
    if known is not None:
        if known.fingerprint != fingerprint:
            raise Conflict("report-id-taken", pointer="/id", number=known.number)
        return Filed(known.id, known.number, is_new=False)
    catalogue = city_catalogue(work.session)
    checked = _checked(command, catalogue)
    own_band = catalogue.own_band(checked.service, command.description)
    repeated = _repeated_incident(work, command, checked.service)
    sequence = _decide(work, command, number, repeated.number if repeated else number)
    if repeated is not None:
        incident_id, opened = repeated.id, None
        _count_repeat(work, repeated, sequence, own_band)
    else:
        new = {"number": number, "changed_sequence": sequence, "own_severity_band": own_band}
        incident_id, opened = _open_incident(work, catalogue, checked, new)
    request = checked.place | {
        "id": command.id,
        "number": number,
        "incident_id": incident_id,
        "description": command.description.strip(),
        "attributes": checked.attributes or None,
        "address": command.address or None,
        "channel": command.channel.value,
        "reporter_hash": work.actor.reporter,
        "requested_at": _said_at(command, work.now),
        "received_at": work.now,
        "fingerprint": fingerprint,
        "language": command.language,
        "suggested_service_code": _known_suggestion(command, catalogue),
    }
    work.connection.execute(_NEW_REQUEST, request)
    _keep_contact(work, command)
    work.emit(ReportFiled(incident_id, number, opened))
    return Filed(command.id, number, is_new=True)


def _decide(work: UnitOfWork, command: FileReport, number: str, incident_number: str) -> int:
    # Who typed it for a resident would tell, in a log for anybody, by which way they reported.
    is_own = command.channel in OWN_CHANNELS
    hidden = {} if is_own else {"by": filed_by(work.runtime, number, work.actor.key)}
    return (work if is_own else replace(work, actor=ANONYMOUS)).decide(
        "report.filed",
        f"report:{number}",
        service=command.service_code,
        incident=incident_number,
        **hidden,
    )


def filed_by(runtime: Runtime, number: str, actor_key: str) -> str:
    """Who filed a report, as the log says it of each: only whoever has the key can tell them apart.

    So it cannot be changed afterwards who typed a resident's report, and yet nobody reads there
    that somebody did.
    """
    return keyed_hash(runtime.settings.hash_key, "filed by", f"{number} {actor_key}")[:32]


def _checked(command: FileReport, catalogue: CityCatalogue) -> _Checked:
    districts = catalogue.districts
    check_report(command, districts.extent if districts else None)
    service = catalogue.services.get(command.service_code)
    if service is None or not service.is_active:
        raise NotFound("service-unknown", pointer="/service_code", service=command.service_code)
    is_repeat = command.repeat_of is not None
    attributes = check_attributes(command.attributes, service.attributes, is_repeat=is_repeat)
    district_id, district_code = (
        districts.find(command.lon, command.lat) if districts else (None, None)
    )
    place = {
        "service_code": service.code,
        "lon": command.lon,
        "lat": command.lat,
        "district_id": district_id,
        "is_outside": districts is not None and district_id is None,
    }
    return _Checked(service, place, district_code, attributes)


def _known_or_number(work: UnitOfWork, id_: UUID) -> tuple[sa.Row[UUID, str, str] | None, str]:
    """The request with this id, if there is one, and a public number no request has yet."""
    while True:
        number = work.runtime.ids.public_number()
        rows = work.connection.execute(_BY_ID_OR_NUMBER, {"id": id_, "number": number}).all()
        known = next((row for row in rows if row.id == id_), None)
        if known is not None or not rows:
            return known, number


def _repeated_incident(
    work: UnitOfWork, command: FileReport, service: ServiceTerms
) -> Incident | None:
    """The open incident the report repeats; None for something new."""
    if command.repeat_of is None:
        return None
    incident = find_incident(work.session, command.repeat_of, lock=True)
    if incident.service_code != command.service_code:
        raise Conflict("repeat-of-another-service", number=incident.number)
    if State(incident.state) in CLOSED_STATES:
        # What was closed and is seen again is a new thing to look at, not a repeat.
        return None
    # A refusal that knew where in its cell a report lies would tell it to whoever tries often.
    grid = service.public_grid_metres
    shown = public_place(incident.lon, incident.lat, grid)
    most = FARTHEST_METRES + (grid or 0)
    check_apart((command.lon, command.lat), incident.number, shown, most)
    # Whoever helps others reports the same thing for several people.
    own = None if command.channel is Channel.HELPER else work.actor.reporter
    if work.session.scalar(_OWN, {"incident": incident.id, "own": own}):
        raise Conflict("reported-already", number=incident.number)
    return incident


def _count_repeat(
    work: UnitOfWork, incident: Incident, sequence: int, own_band: int | None
) -> None:
    incident.request_count += 1
    incident.changed_at = work.now
    incident.changed_sequence = sequence
    heed_danger(work, incident, own_band)


def _open_incident(
    work: UnitOfWork, catalogue: CityCatalogue, checked: _Checked, new: dict[str, Any]
) -> tuple[int, OpenedIncident]:
    taker = catalogue.taker(checked.service.code, checked.district_code)
    is_danger = new["own_severity_band"] is not None
    due_at = catalogue.due_in_danger if is_danger else catalogue.due_at
    incident = (
        checked.place
        | new
        | {
            "state": State.RECEIVED.value,
            "due_at": due_at(checked.service, work.now),
            "team_code": taker.team_code,
            "body_code": taker.body_code,
            # The clock starts when the city knows: a claimed moment must not jump the queue.
            "opened_at": work.now,
            "changed_at": work.now,
        }
    )
    opened = OpenedIncident(
        checked.service.code,
        incident["state"],
        incident["lon"],
        incident["lat"],
        incident["district_id"],
        checked.service.public_grid_metres,
        incident["changed_sequence"],
    )
    return work.connection.execute(_NEW_INCIDENT, incident).scalar_one(), opened


def _keep_contact(work: UnitOfWork, command: FileReport) -> None:
    fields = {name: text for name, text in command.contact.items() if text.strip()}
    if fields:
        sealed = work.runtime.keyring.seal(fields, associated=command.id.bytes)
        contact = {"service_request_id": command.id, "sealed": sealed}
        work.connection.execute(_NEW_CONTACT, contact)


def _known_suggestion(command: FileReport, catalogue: CityCatalogue) -> str | None:
    # A phone may have come from a time when there was a service that is no more.
    code = command.suggested_service_code
    return code if code in catalogue.services else None


def _said_at(command: FileReport, now: datetime) -> datetime:
    # A phone's clock may be ahead, or back at its factory date; neither may move the queue.
    said = command.requested_at or now
    longest = LONGEST_ON_PAPER if command.channel is Channel.PAPER else LONGEST_OFFLINE
    return said.astimezone(UTC) if now - longest <= said <= now else now


def fingerprint_of(command: FileReport) -> str:
    """By what a report that is sent again is known to be the same."""
    # Without the contact: the fingerprint is stored in the open. Without what is only measured.
    said = [
        command.service_code,
        command.description.strip(),
        command.lon,
        command.lat,
        command.address or None,
        command.channel.value,
        command.repeat_of,
        {code: list(texts) for code, texts in sorted(command.attributes.items())},
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
