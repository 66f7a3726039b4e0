"""Staff say that two incidents are the same thing."""

import sqlalchemy as sa

from backend.core.errors import Conflict, Forbidden
from backend.core.uow import UnitOfWork
from backend.reports.commands import LinkRepeat
from backend.reports.events import RepeatLinked
from backend.reports.models import Incident, ServiceRequest
from backend.reports.note_change import note_change
from backend.reports.queries import find_incident, find_request
from backend.reports.rules import checked_reason
from backend.reports.workflow import CLOSED_STATES, DESK, State
from geo.distance import metres_between

# Two reports further apart than a long street front are not about one thing.
FARTHEST_METRES = 500.0


def link_repeat(work: UnitOfWork, command: LinkRepeat) -> Incident:
    """Move the requests of one open incident under another; returns the other.

    The emptied incident stays as a duplicate that names its target, so that the link can be
    followed back. Raises `Conflict` when the two cannot be the same thing.
    """
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    # Locked in the order of their rows, whichever of their reports was named, so that two links
    # across each other wait instead of deadlocking.
    numbers = {command.number, command.target}
    row_of = {number: find_request(work.session, number).incident_id for number in numbers}
    locked = {
        number: find_incident(work.session, number, lock=True)
        for number in sorted(numbers, key=row_of.__getitem__)
    }
    incident, target = locked[command.number], locked[command.target]
    _check_pair(incident, target)
    reason = checked_reason(command.reason, is_needed=True)
    moved = work.session.scalars(
        sa.update(ServiceRequest)
        .where(ServiceRequest.incident_id == incident.id)
        .values(incident_id=target.id)
        .returning(ServiceRequest.number)
        .execution_options(synchronize_session="fetch")
    ).all()
    before = incident.state
    target.request_count += len(moved)
    target.opened_at = min(target.opened_at, incident.opened_at)
    incident.request_count = 0
    incident.state = State.DUPLICATE.value
    incident.merged_into_id = target.id
    incident.changed_at = incident.closed_at = work.now
    note_change(work, incident, "link", before=before, after=State.DUPLICATE.value, reason=reason)
    note_change(work, target, "link", reason=reason)
    sequence = work.decide(
        "repeat.linked",
        f"report:{incident.number}",
        target=target.number,
        requests=sorted(moved),
    )
    incident.changed_sequence = target.changed_sequence = sequence
    work.emit(RepeatLinked(incident.id, target.id))
    return target


def _check_pair(incident: Incident, target: Incident) -> None:
    apart = metres_between(incident.lon, incident.lat, target.lon, target.lat)
    if incident.id == target.id:
        raise Conflict("already-linked", number=incident.number)
    if incident.service_code != target.service_code:
        raise Conflict("repeat-of-another-service", number=target.number)
    if apart > FARTHEST_METRES:
        metres, most = round(apart), round(FARTHEST_METRES)
        raise Conflict("repeat-too-far", number=target.number, metres=metres, most=most)
    for one in (incident, target):
        if State(one.state) in CLOSED_STATES:
            raise Conflict("incident-closed", number=one.number, state=one.state)
