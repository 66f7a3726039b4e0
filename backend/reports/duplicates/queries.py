"""Which merges stand, and the incidents they join."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from backend.core.db import lock_id
from backend.reports.duplicates.models import IncidentMerge
from backend.reports.models import Incident

# Merges and their undoing go one after the other, so that what lies under what stands still.
_MERGING = UUID("6d657267-696e-7367-8000-6f6e65617474")


def lock_merging(session: Session) -> None:
    """Let nobody else merge or undo a merge before this transaction ends."""
    lock_id(session, _MERGING)


def locked_incidents(session: Session, ids: Iterable[int]) -> dict[int, Incident]:
    """The incidents by id, as they are now, locked in the order of their rows."""
    query = (
        sa.select(Incident)
        .options(joinedload(Incident.service, innerjoin=True))
        .where(Incident.id.in_(ids))
        .order_by(Incident.id)
        .with_for_update(of=Incident)
        .execution_options(populate_existing=True)
    )
    return {one.id: one for one in session.scalars(query)}


def standing_merge(session: Session, incident_id: int) -> IncidentMerge | None:
    """The merge by which an incident lies under another, None where it does not."""
    return session.scalar(
        sa.select(IncidentMerge).where(
            IncidentMerge.incident_id == incident_id, IncidentMerge.undone_at.is_(None)
        )
    )


def standing_merges_into(session: Session, target_id: int) -> list[IncidentMerge]:
    """The merges of others into an incident that stand, oldest first."""
    return list(
        session.scalars(
            sa.select(IncidentMerge)
            .where(IncidentMerge.target_id == target_id, IncidentMerge.undone_at.is_(None))
            .order_by(IncidentMerge.id)
        )
    )
