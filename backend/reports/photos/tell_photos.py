"""What the public is told of the photos of reports; each marks its incident as changed."""

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.photos.events import PhotoChange, PhotoChanged
from backend.photos.subject import SubjectKind
from backend.reports.models import Incident, ServiceRequest

_REQUEST, _INCIDENT = table_of(ServiceRequest), table_of(Incident)
# Locked before the log's end is, as by whoever else changes an incident.
_REPORT = (
    sa.select(_REQUEST.c.number, _INCIDENT.c.id)
    .join(_INCIDENT, _INCIDENT.c.id == _REQUEST.c.incident_id)
    .where(_REQUEST.c.id == sa.bindparam("request_id"))
    .with_for_update(of=_INCIDENT)
)
_CHANGED = (
    sa.update(_INCIDENT)
    .where(_INCIDENT.c.id == sa.bindparam("incident"))
    .values(changed_sequence=sa.bindparam("sequence"), changed_at=sa.bindparam("now"))
)

_ACTIONS = {
    PhotoChange.SHOWN: "photo.published",
    PhotoChange.REFUSED: "photo.refused",
    PhotoChange.COVERED: "photo.covered",
    PhotoChange.REMOVED: "photo.removed",
}


def on_photo_changed(work: UnitOfWork, event: PhotoChanged) -> None:
    """Log what anybody can see, and date the incident by it."""
    if event.subject.kind is not SubjectKind.REPORT:
        return
    report = work.session.execute(_REPORT, {"request_id": event.subject.id}).one()
    sequence = work.decide(_ACTIONS[event.change], f"report:{report.number}", **event.facts)
    changed = {"incident": report.id, "sequence": sequence, "now": work.now}
    work.session.execute(_CHANGED, changed)
