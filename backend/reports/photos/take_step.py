"""One step in a photo's life, and what the public is told of it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.errors import Conflict
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import city_catalogue
from backend.reports.models import Incident, ServiceRequest
from backend.reports.photos.models import Photo
from backend.reports.photos.workflow import PhotoState, may_follow

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


def take_step(work: UnitOfWork, photo: Photo, after: PhotoState) -> None:
    """Move `photo` on; raises `Conflict` where the table has no such step."""
    before = PhotoState(photo.state)
    if not may_follow(before, after):
        raise Conflict("photo-moved-on", state=before.value)
    photo.state = after.value
    photo.changed_at = work.now


def settle(work: UnitOfWork, photo: Photo) -> None:
    """Show a photo that is ready, or let it wait for its report or for a person's judgement.

    What a person refused stays refused, whatever has been covered since, until a person shows it.
    """
    if photo.problem is not None:
        take_step(work, photo, PhotoState.REFUSED)
    elif not photo.is_claimed:
        take_step(work, photo, PhotoState.WAITING)
    elif photo.is_cleared or not city_catalogue(work.session).policy.needs_photo_approval:
        publish(work, photo)
    else:
        take_step(work, photo, PhotoState.HELD)


def publish(work: UnitOfWork, photo: Photo) -> None:
    """Show the photo to everybody."""
    take_step(work, photo, PhotoState.PUBLIC)
    photo.is_cleared = True
    tell(work, photo, "photo.published", photo.rendering_id)


def tell(
    work: UnitOfWork, photo: Photo, action: str, rendering_id: UUID | None, **facts: Any
) -> None:
    """Record in public what became of a picture, and mark its incident as changed."""
    report = work.session.execute(_REPORT, {"request_id": photo.request_id}).one()
    sequence = work.decide(action, f"report:{report.number}", photo=str(rendering_id), **facts)
    changed = {"incident": report.id, "sequence": sequence, "now": work.now}
    work.session.execute(_CHANGED, changed)
