"""One step in an incident's history, written the same way by every use case."""

from uuid import UUID

from backend.core.uow import UnitOfWork
from backend.reports.models import Incident, IncidentChange


def note_change(
    work: UnitOfWork,
    incident: Incident,
    kind: str,
    *,
    before: str | None = None,
    after: str | None = None,
    values: tuple[str | None, str | None] = (None, None),
    reason: str | None = None,
    act_id: UUID | None = None,
) -> None:
    """Add a step of `kind`, made now by the one who acts.

    Kinds are state, link, inspection and appeal, and for what is changed besides, with what it was
    and is as `values`: severity, service and assignment. The incident's version counts its steps,
    so that nobody acts on what they have not seen.
    """
    incident.version += 1
    work.session.add(
        IncidentChange(
            incident_id=incident.id,
            at=work.now,
            kind=kind,
            from_state=before,
            to_state=after,
            from_value=values[0],
            to_value=values[1],
            actor=work.actor.key,
            author_hash=work.actor.reporter,
            reason=reason,
            act_id=act_id,
        )
    )
