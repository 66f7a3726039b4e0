"""What was begun and never finished is forgotten, and what got stuck is begun again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from backend.core.failed_jobs import failed_jobs, try_again
from backend.core.jobs import PreparedJob
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork
from backend.photos.discard_files import JOB as DISCARD_FILES
from backend.photos.discard_files import discard
from backend.photos.models import Photo
from backend.photos.process_photo import repeat_order
from backend.photos.remove_photo import files_of
from backend.photos.stored_names import PIECES, is_piece_before, names_of
from backend.photos.workflow import PhotoState

JOB = "sweep_photos"
# A phone without a network keeps a photo and its report for as long, and then sends both.
PATIENCE = timedelta(days=7)
# In which a refusal can be undone.
REFUSED_FOR = timedelta(days=30)
STUCK_AFTER = timedelta(days=1)
# In which a piece in the store is taken up by its transaction.
ON_ITS_WAY = timedelta(hours=1)
_WITH_PIECES = (PhotoState.UPLOADING, PhotoState.PROCESSING)
_log = structlog.get_logger()


def sweep_job(*expected: sa.Select[UUID]) -> PreparedJob:
    """The job, told which reports may still come, however long their photos have waited."""

    def sweep(work: UnitOfWork, pieces: list[str]) -> None:
        discard(work, _spare_pieces(work, pieces))
        # A store that was away for longer than a job tries.
        try_again(work, failed_jobs(work.session, DISCARD_FILES))
        forgotten, refused = _forget(work, expected), _drop_refused(work)
        for photo in _older(work, STUCK_AFTER, Photo.state == PhotoState.PROCESSING):
            photo.changed_at = work.now
            repeat_order(work, photo)
        _log.info("photos swept", unfinished=forgotten, refused=refused)

    return PreparedJob(_list_pieces, sweep)


def _list_pieces(_session: Session, _now: datetime, _payload: dict[str, Any]) -> list[str]:
    return list(current_runtime().media.names(PIECES))


def _spare_pieces(work: UnitOfWork, pieces: list[str]) -> list[str]:
    """Those of `pieces` that no upload took up: another was faster, or its sender had gone."""
    taken_up = sa.select(Photo.pieces).where(Photo.state.in_(_WITH_PIECES))
    used = {name for names in work.session.scalars(taken_up) for name in names}
    latest = work.now - ON_ITS_WAY
    return [name for name in pieces if name not in used and is_piece_before(name, latest)]


def _forget(work: UnitOfWork, expected: Sequence[sa.Select[UUID]]) -> int:
    is_unfinished = sa.or_(Photo.state == PhotoState.UPLOADING, sa.not_(Photo.is_claimed))
    is_spare = sa.and_(is_unfinished, *(Photo.subject_id.not_in(one) for one in expected))
    photos = _older(work, PATIENCE, is_spare)
    for photo in photos:
        discard(work, files_of(photo))
        work.session.delete(photo)
    return len(photos)


def _drop_refused(work: UnitOfWork) -> int:
    is_kept = sa.and_(Photo.state == PhotoState.REFUSED, Photo.rendering_id.is_not(None))
    photos = _older(work, REFUSED_FOR, is_kept)
    for photo in photos:
        discard(work, names_of(photo.rendering_id))
        photo.rendering_id = photo.picture_hash = photo.alt_text = None
    return len(photos)


def _older(work: UnitOfWork, age: timedelta, is_meant: sa.ColumnElement[bool]) -> list[Photo]:
    query = sa.select(Photo).where(Photo.changed_at <= work.now - age, is_meant).order_by(Photo.id)
    return list(work.session.scalars(query.with_for_update(skip_locked=True)))
