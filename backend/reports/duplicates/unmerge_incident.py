"""Two incidents are not the same thing after all: what a merge changed is given back.

The incident comes back as it was, with the requests that the merge moved; whatever came later
stays with the other. Of the other's clock and urgency, what follows from the merge goes and what
somebody has changed since stays, also where more were joined before or after, or where the other
lies under a third by now.
"""

import sqlalchemy as sa

from backend.core.errors import Conflict, Forbidden
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.reports.commands import UnmergeIncident
from backend.reports.duplicates.merge_incidents import give_standing, standing_of
from backend.reports.duplicates.models import IncidentMerge, MergedRequest
from backend.reports.duplicates.queries import (
    lock_merging,
    locked_incidents,
    standing_merge,
    standing_merges_into,
)
from backend.reports.duplicates.standing import Correction, joined
from backend.reports.events import RepeatUnlinked
from backend.reports.models import Incident, ServiceRequest
from backend.reports.note_change import note_change
from backend.reports.queries import find_request
from backend.reports.workflow import DESK, State


def unmerge_incident(work: UnitOfWork, command: UnmergeIncident) -> Incident:
    """Give the incident back from which a merge moved the report with `number`.

    Raises `NotFound`, `Conflict` where none did, `Forbidden`.
    """
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    lock_merging(work.session)
    merge = _merge_of(work, command.number)
    reason = checked_reason(command.reason, is_needed=True)
    trail = _trail(work, merge)
    incidents = locked_incidents(
        work.session, [merge.incident_id, *(one.target_id for one in trail)]
    )
    incident, root = incidents[merge.incident_id], incidents[trail[-1].target_id]
    numbers = _move_back(work, trail)
    _give_back(work, merge, incident, len(numbers))
    root.request_count -= len(numbers)
    root.changed_at = work.now
    _correct_standings(work, trail, incidents)
    if root.id == merge.target_id and root.appealed_against == merge.actor:
        # An appeal against the merge has what it asked for.
        root.appealed_against = merge.target_appealed_against
    merge.undone_at = work.now
    note_change(
        work, incident, "unlink", before=State.DUPLICATE.value, after=incident.state, reason=reason
    )
    note_change(work, root, "unlink", reason=reason)
    sequence = work.decide(
        "repeat.unlinked",
        f"report:{incident.number}",
        target=root.number,
        requests=sorted(numbers),
    )
    incident.changed_sequence = root.changed_sequence = sequence
    work.emit(RepeatUnlinked(incident.id, root.id))
    return incident


def _merge_of(work: UnitOfWork, number: str) -> IncidentMerge:
    """The first merge that moved this report and stands."""
    request = find_request(work.session, number)
    merge = work.session.scalar(
        sa.select(IncidentMerge)
        .join(MergedRequest, MergedRequest.merge_id == IncidentMerge.id)
        .where(MergedRequest.service_request_id == request.id, IncidentMerge.undone_at.is_(None))
        .order_by(IncidentMerge.id)
        .limit(1)
    )
    if merge is None:
        raise Conflict("not-merged", number=request.number)
    return merge


def _trail(work: UnitOfWork, merge: IncidentMerge) -> list[IncidentMerge]:
    """The merge, and those by which what it joined was joined to others in turn."""
    trail = [merge]
    while further := standing_merge(work.session, trail[-1].target_id):
        trail.append(further)
    return trail


def _move_back(work: UnitOfWork, trail: list[IncidentMerge]) -> list[str]:
    """Numbers of what the first merge moved; the ones after it took that along and let go of it."""
    merge, *further = trail
    ids = list(
        work.session.scalars(
            sa.select(MergedRequest.service_request_id).where(MergedRequest.merge_id == merge.id)
        )
    )
    work.session.execute(
        sa.delete(MergedRequest).where(
            MergedRequest.merge_id.in_([one.id for one in further]),
            MergedRequest.service_request_id.in_(ids),
        )
    )
    moved = sa.update(ServiceRequest).where(ServiceRequest.id.in_(ids))
    return list(
        work.session.scalars(
            moved.values(incident_id=merge.incident_id)
            .returning(ServiceRequest.number)
            .execution_options(synchronize_session="fetch")
        )
    )


def _give_back(work: UnitOfWork, merge: IncidentMerge, incident: Incident, requests: int) -> None:
    incident.request_count = requests
    incident.state = merge.state
    incident.merged_into_id = incident.closed_at = None
    incident.paused_at, incident.answered_at = merge.paused_at, merge.answered_at
    incident.appealed_against = merge.appealed_against
    incident.changed_at = work.now


def _correct_standings(
    work: UnitOfWork, trail: list[IncidentMerge], incidents: dict[int, Incident]
) -> None:
    """Take the merge out of the standing of everything above it, as if it had never been."""
    correction = Correction(trail[0].after, trail[0].before)
    for merge in trail:
        target = incidents[merge.target_id]
        if merge is not trail[0]:
            correction = _rejoin(work, merge, target)
        for later in standing_merges_into(work.session, target.id):
            if later.id > merge.id:
                later.before = correction.of(later.before)
                correction = _rejoin(work, later, target)
        give_standing(target, correction.of(standing_of(target)))


def _rejoin(work: UnitOfWork, merge: IncidentMerge, target: Incident) -> Correction:
    """What a merge gives, now that one of the two stands otherwise than it did."""
    brought = standing_of(work.session.get_one(Incident, merge.incident_id))
    old = merge.after
    merge.after = joined(merge.before, brought, target.service.severity_band)
    return Correction(old, merge.after)
