"""Two incidents are the same thing: the reports of one move under the other."""

import sqlalchemy as sa

from backend.core.errors import Conflict, Forbidden
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import HAZARD_BAND
from backend.reports.commands import MergeIncidents
from backend.reports.duplicates.models import IncidentMerge, MergedRequest
from backend.reports.duplicates.queries import lock_merging, locked_incidents
from backend.reports.duplicates.standing import Standing, joined
from backend.reports.events import RepeatLinked
from backend.reports.models import Incident, ServiceRequest
from backend.reports.note_change import note_change
from backend.reports.queries import find_request
from backend.reports.rules import check_apart
from backend.reports.take_step import check_may_close, severity_of
from backend.reports.workflow import CLOSED_STATES, DESK, State


def merge_incidents(work: UnitOfWork, command: MergeIncidents) -> Incident:
    """Move the requests of one open incident under another; returns the other.

    The emptied incident stays as a duplicate, with a record of all that the merge changed. Raises
    `Conflict` when the two cannot be the same thing, `Forbidden` where it is not for the actor to
    say: a program never merges what is dangerous.
    """
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    lock_merging(work.session)
    ids = [find_request(work.session, one).incident_id for one in (command.number, command.target)]
    incidents = locked_incidents(work.session, ids)
    incident, target = (incidents[id_] for id_ in ids)
    _check_pair(work, incident, target)
    reason = checked_reason(command.reason, is_needed=True)
    merge = _record(work, incident, target)
    numbers = _move_requests(work, merge)
    _join(work, incident, target, merge, len(numbers))
    note_change(
        work, incident, "link", before=merge.state, after=State.DUPLICATE.value, reason=reason
    )
    note_change(work, target, "link", reason=reason)
    sequence = work.decide(
        "repeat.linked",
        f"report:{incident.number}",
        target=target.number,
        requests=sorted(numbers),
    )
    incident.changed_sequence = target.changed_sequence = sequence
    work.emit(RepeatLinked(incident.id, target.id, State(merge.state)))
    return target


def standing_of(incident: Incident) -> Standing:
    """Since when it waits, by when it is due, how urgent it is."""
    return Standing(incident.opened_at, incident.due_at, incident.own_severity_band)


def give_standing(incident: Incident, standing: Standing) -> None:
    """Set all of that."""
    incident.opened_at, incident.due_at = standing.opened_at, standing.due_at
    incident.own_severity_band = standing.own_severity_band


def _check_pair(work: UnitOfWork, incident: Incident, target: Incident) -> None:
    if incident.id == target.id:
        raise Conflict("already-linked", number=incident.number)
    if incident.service_code != target.service_code:
        raise Conflict("repeat-of-another-service", number=target.number)
    check_apart((incident.lon, incident.lat), target.number, (target.lon, target.lat))
    for one in (incident, target):
        if State(one.state) in CLOSED_STATES:
            raise Conflict("incident-closed", number=one.number, state=one.state)
    check_may_close(work, incident)
    if work.actor.is_machine and severity_of(target) == HAZARD_BAND:
        raise Forbidden("hazard-needs-person", number=target.number)


def _record(work: UnitOfWork, incident: Incident, target: Incident) -> IncidentMerge:
    before = standing_of(target)
    merge = IncidentMerge(
        incident_id=incident.id,
        target_id=target.id,
        merged_at=work.now,
        actor=work.actor.key,
        state=incident.state,
        paused_at=incident.paused_at,
        answered_at=incident.answered_at,
        appealed_against=incident.appealed_against,
        target_appealed_against=target.appealed_against,
        before=before,
        after=joined(before, standing_of(incident), target.service.severity_band),
    )
    work.session.add(merge)
    work.session.flush()
    return merge


def _move_requests(work: UnitOfWork, merge: IncidentMerge) -> list[str]:
    """Numbers of what was moved."""
    moved = work.session.execute(
        sa.update(ServiceRequest)
        .where(ServiceRequest.incident_id == merge.incident_id)
        .values(incident_id=merge.target_id)
        .returning(ServiceRequest.id, ServiceRequest.number)
        .execution_options(synchronize_session="fetch")
    ).all()
    work.session.add_all(
        MergedRequest(merge_id=merge.id, service_request_id=id_) for id_, _ in moved
    )
    return [row.number for row in moved]


def _join(
    work: UnitOfWork, incident: Incident, target: Incident, merge: IncidentMerge, moved: int
) -> None:
    give_standing(target, merge.after)
    target.request_count += moved
    target.changed_at = work.now
    incident.request_count = 0
    incident.state = State.DUPLICATE.value
    incident.merged_into_id = target.id
    incident.paused_at = incident.appealed_against = None
    # Its reporters can read the reason.
    incident.answered_at = incident.answered_at or work.now
    incident.changed_at = incident.closed_at = work.now
