"""What the public is told of the photos of reports; each marks its incident as changed."""

from typing import Any

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.photos.events import PhotoCovered, PhotoRefused, PhotoRemoved, PhotoShown
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


def on_photo_shown(work: UnitOfWork, event: PhotoShown) -> None:
    """Anybody can see another picture."""
    _tell(work, event, "photo.published")


def on_photo_refused(work: UnitOfWork, event: PhotoRefused) -> None:
    """Nobody sees it, for a reason its taker can read."""
    _tell(work, event, "photo.refused", has_reason=True)


def on_photo_covered(work: UnitOfWork, event: PhotoCovered) -> None:
    """Less of it is to be seen."""
    _tell(work, event, "photo.covered", covers=event.covers)


def on_photo_removed(work: UnitOfWork, event: PhotoRemoved) -> None:
    """It is gone."""
    _tell(work, event, "photo.removed")


def _tell(
    work: UnitOfWork,
    event: PhotoShown | PhotoRefused | PhotoCovered | PhotoRemoved,
    action: str,
    **facts: Any,
) -> None:
    if event.subject.kind is not SubjectKind.REPORT:
        return
    report = work.session.execute(_REPORT, {"request_id": event.subject.id}).one()
    photo = str(event.rendering_id)
    sequence = work.decide(action, f"report:{report.number}", photo=photo, **facts)
    changed = {"incident": report.id, "sequence": sequence, "now": work.now}
    work.session.execute(_CHANGED, changed)
