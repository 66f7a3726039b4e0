"""A phone announces a photo of a report that has come or will come."""

from dataclasses import dataclass

import sqlalchemy as sa

from backend.core.db import lock_id, table_of
from backend.core.errors import Conflict, Forbidden
from backend.core.uow import UnitOfWork
from backend.reports.models import ServiceRequest
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.models import Photo
from backend.reports.photos.queries import own_photo
from backend.reports.photos.rules import MAX_PHOTOS, check_size
from backend.reports.photos.workflow import GIVEN_UP, PhotoState

_REQUEST, _PHOTO = table_of(ServiceRequest), table_of(Photo)
_REPORTER = sa.select(_REQUEST.c.reporter_hash).where(_REQUEST.c.id == sa.bindparam("id"))
_COUNT = sa.select(sa.func.count()).where(
    _PHOTO.c.request_id == sa.bindparam("id"),
    _PHOTO.c.act_id.is_not_distinct_from(sa.bindparam("act_id", type_=sa.Uuid)),
    _PHOTO.c.state.not_in(GIVEN_UP),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The photo there is room for, and whether this call made it."""

    photo: Photo
    is_new: bool


def open_upload(work: UnitOfWork, command: OpenUpload) -> Opened:
    """Room for a photo; announcing it again gives the same room.

    Raises `Invalid` or `TooLarge` on a length that cannot be, `Forbidden` for a report that another
    phone sent, `Conflict` when the report or the act has enough photos or the id means another one.
    """
    check_size(command.size_bytes)
    # In one order, whichever is which: two phones never wait for each other.
    for id_ in sorted({command.id, command.report_id}):
        lock_id(work.session, id_)
    if work.session.get(Photo, command.id) is not None:
        return Opened(_same(work, command), is_new=False)
    report = work.session.execute(_REPORTER, {"id": command.report_id}).one_or_none()
    # An anonymous report is that of whoever knows the id its phone made, which is never published.
    # Whoever may say something of a report may show it too.
    is_own = report is None or report.reporter_hash in {None, *work.actor.reporters}
    if not is_own and command.act_id is None:
        raise Forbidden("photo-report-of-another", pointer="/report")
    belongs = {"id": command.report_id, "act_id": command.act_id}
    if work.session.execute(_COUNT, belongs).scalar_one() >= MAX_PHOTOS:
        raise Conflict("photos-enough", most=MAX_PHOTOS)
    photo = Photo(
        id=command.id,
        request_id=command.report_id,
        act_id=command.act_id,
        reporter_hash=work.actor.reporter,
        is_claimed=report is not None,
        state=PhotoState.UPLOADING.value,
        size_bytes=command.size_bytes,
        received_bytes=0,
        opened_at=work.now,
        changed_at=work.now,
    )
    work.session.add(photo)
    # Counted by whoever announces another photo of the report in this transaction.
    work.session.flush()
    return Opened(photo, is_new=True)


def _same(work: UnitOfWork, command: OpenUpload) -> Photo:
    photo = own_photo(work.session, command.id, work.actor)
    if (photo.request_id, photo.size_bytes) != (command.report_id, command.size_bytes):
        raise Conflict("photo-slot-taken", pointer="/slot")
    return photo
