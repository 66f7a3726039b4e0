"""A photo is removed by whoever took it, or with everything else of theirs."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from backend.core.db import lock_id
from backend.core.uow import UnitOfWork
from backend.photos.discard_files import discard
from backend.photos.events import PhotoChange
from backend.photos.models import Photo
from backend.photos.queries import own_photo
from backend.photos.stored_names import names_of
from backend.photos.take_step import take_step, tell
from backend.photos.workflow import PhotoState


def withdraw_photo(work: UnitOfWork, photo_id: UUID) -> None:
    """Remove the photo of a slot that the actor opened; doing it again changes nothing."""
    _remove(work, own_photo(work.session, photo_id, work.actor, lock=True))


def held_photos(work: UnitOfWork, *are_meant: sa.ColumnElement[bool]) -> Sequence[Photo]:
    """The photos for which all of `are_meant` holds, locked before what owns them is."""
    query = sa.select(Photo).where(*are_meant)
    ahead = query.with_only_columns(Photo.subject_id).where(sa.not_(Photo.is_claimed)).distinct()
    for subject_id in sorted(work.session.scalars(ahead)):
        # Not while the subject itself comes in, which takes up what came before it.
        lock_id(work.session, subject_id)
    return work.session.scalars(query.order_by(Photo.id).with_for_update()).all()


def remove_photos(work: UnitOfWork, photos: Iterable[Photo]) -> None:
    """Remove photos and who took them."""
    for photo in photos:
        _remove(work, photo)
        photo.reporter_hash = None


def files_of(photo: Photo) -> list[str]:
    """Everything the store keeps of a photo."""
    return [*photo.pieces, *names_of(photo.rendering_id, photo.uncovered_id)]


def _remove(work: UnitOfWork, photo: Photo) -> None:
    if photo.state == PhotoState.REMOVED:
        return
    if photo.state == PhotoState.PUBLIC:
        tell(work, photo, PhotoChange.REMOVED)
    take_step(work, photo, PhotoState.REMOVED)
    discard(work, files_of(photo))
    photo.pieces, photo.covers, photo.uncovered_id = [], [], None
    photo.picture_hash = photo.alt_text = None
