"""One step in an incident's history, written the same way by every use case."""

from backend.core.uow import UnitOfWork
from backend.reports.models import Incident, IncidentChange


def note_change(
    work: UnitOfWork,
    incident: Incident,
    kind: str,
    *,
    before: str | None = None,
    after: str | None = None,
    reason: str | None = None,
) -> None:
    """Add a step of `kind` state, link or inspection, made now by the one who acts.

    The incident's version counts its steps, so that nobody acts on what they have not seen.
    """
    incident.version += 1
    work.session.add(
        IncidentChange(
            incident_id=incident.id,
            at=work.now,
            kind=kind,
            from_state=before,
            to_state=after,
            actor=work.actor.key,
            reason=reason,
        )
    )
