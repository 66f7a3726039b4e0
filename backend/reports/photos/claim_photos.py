"""A report comes in whose photos were there before it."""

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.photos.models import Photo
from backend.photos.take_step import settle
from backend.photos.workflow import PhotoState
from backend.reports.catalogue import needs_photo_approval
from backend.reports.events import ReportFiled
from backend.reports.models import ServiceRequest
from backend.reports.photos.queries import IS_OF_REPORT

_EARLY = (
    sa.select(Photo, ServiceRequest.reporter_hash)
    .join(ServiceRequest, ServiceRequest.id == Photo.subject_id)
    .where(
        IS_OF_REPORT,
        ServiceRequest.number == sa.bindparam("number"),
        sa.not_(Photo.is_claimed),
    )
    .order_by(Photo.id)
    .with_for_update(of=Photo)
)


def on_report_filed(work: UnitOfWork, event: ReportFiled) -> None:
    """Photos that the reporter sent ahead belong to the report from now on."""
    for photo, reporter_hash in work.session.execute(_EARLY, {"number": event.number}).all():
        if reporter_hash is None or photo.reporter_hash in work.actor.reporters:
            photo.is_claimed, photo.subject_number = True, event.number
            if photo.state == PhotoState.WAITING:
                settle(work, photo, needs_approval=needs_photo_approval(work.session))
