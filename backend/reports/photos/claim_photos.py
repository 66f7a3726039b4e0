"""A report comes in whose photos were there before it."""

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.photos.models import Photo
from backend.photos.take_step import settle
from backend.photos.workflow import PhotoState
from backend.reports.catalogue import needs_photo_approval
from backend.reports.events import ReportFiled
from backend.reports.models import ServiceRequest
from backend.reports.photos.queries import IS_OF_REPORT

_PHOTO, _REQUEST = table_of(Photo), table_of(ServiceRequest)
_EARLY = (
    sa.select(_PHOTO.c.id, _REQUEST.c.reporter_hash)
    .join(_REQUEST, _REQUEST.c.id == _PHOTO.c.subject_id)
    .where(
        IS_OF_REPORT,
        _REQUEST.c.number == sa.bindparam("number"),
        sa.not_(_PHOTO.c.is_claimed),
    )
    .order_by(_PHOTO.c.id)
    .with_for_update(of=_PHOTO)
)


def on_report_filed(work: UnitOfWork, event: ReportFiled) -> None:
    """Photos that the reporter sent ahead belong to the report from now on."""
    for id_, reporter_hash in work.connection.execute(_EARLY, {"number": event.number}).all():
        photo = work.session.get_one(Photo, id_)
        if reporter_hash is None or photo.reporter_hash in work.actor.reporters:
            photo.is_claimed, photo.subject_number = True, event.number
            if photo.state == PhotoState.WAITING:
                settle(work, photo, needs_approval=needs_photo_approval(work.session))
