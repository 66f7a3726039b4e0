"""Staff give a report another place among those of its urgency, with a reason; and take that back.

It never stands before what is more urgent, and danger itself is never moved.
"""

import hashlib
from dataclasses import dataclass
from enum import IntEnum

from backend.core.errors import Conflict, Forbidden
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import HAZARD_BAND
from backend.reports.models import Incident
from backend.reports.queries import find_incident
from backend.reports.take_step import severity_of
from backend.reports.workflow import CLOSED_STATES, DESK, State
from backend.triage.keep_queue import refresh_entry
from backend.triage.models import QueueOverride


class Raised(IntEnum):
    """Where in its band."""

    FIRST = 1
    LAST = -1


@dataclass(frozen=True, slots=True)
class OverridePosition:
    """Put it first or last in its band; None lets the queue decide again.

    `seen` is the `place_mark` of what the actor saw; None where nobody looked before.
    """

    number: str
    raised: Raised | None
    reason: str = ""
    seen: str | None = None


def place_mark(override: QueueOverride | None) -> str:
    """What a form carries of the place it was made for, empty without one by hand.

    The reason is in it, and who gave it when: two changes within one moment differ too.
    """
    if override is None:
        return ""
    said = f"{override.raised} {override.actor} {override.at.isoformat()} {override.reason}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def override_position(work: UnitOfWork, command: OverridePosition) -> Incident:
    """Give it the place, or its own one back.

    The log says that it was done and where to; the reason, which may speak of people, stays with
    staff. The same sent again changes nothing. Raises `Forbidden`, `Invalid` without a reason,
    `Conflict` where it is closed, is about danger, has no such place, or somebody else was faster.
    """
    if work.actor.role not in DESK or work.actor.is_machine:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    incident = find_incident(work.session, command.number, lock=True)
    before = work.session.get(QueueOverride, incident.id)
    if before is not None and _is_same(work, before, command):
        return incident
    _check_seen(incident, before, command)
    if command.raised is None:
        if before is None:
            raise Conflict("override-not-there", number=incident.number)
        work.session.delete(before)
    else:
        _check(incident)
        reason = checked_reason(command.reason, is_needed=True) or ""
        override = before or QueueOverride(incident_id=incident.id)
        override.raised, override.reason = command.raised.value, reason
        override.actor, override.at = work.actor.key, work.now
        work.session.add(override)
    place = command.raised.name.lower() if command.raised else None
    work.decide("queue.overridden", f"report:{incident.number}", place=place)
    refresh_entry(work.session, incident.id)
    return incident


def _is_same(work: UnitOfWork, before: QueueOverride, command: OverridePosition) -> bool:
    given = before.raised, before.reason, before.actor
    reason = checked_reason(command.reason, is_needed=False)
    return given == (command.raised, reason, work.actor.key)


def _check_seen(
    incident: Incident, before: QueueOverride | None, command: OverridePosition
) -> None:
    is_back_already = command.raised is None and before is None
    if command.seen in {None, place_mark(before)} or is_back_already:
        return
    if before is None:
        raise Conflict("override-taken-back", number=incident.number)
    place = Raised(before.raised).name.lower()
    raise Conflict("override-moved-on", number=incident.number, place=place, because=before.reason)


def _check(incident: Incident) -> None:
    if State(incident.state) in CLOSED_STATES:
        raise Conflict("incident-closed", number=incident.number, state=incident.state)
    if severity_of(incident) == HAZARD_BAND:
        raise Conflict("override-of-danger", number=incident.number)
