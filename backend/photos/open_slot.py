"""A phone announces a photo of something that has come or will come."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from backend.core.db import lock_id, table_of
from backend.core.errors import Conflict
from backend.core.public_words import check_text
from backend.core.uow import UnitOfWork
from backend.photos.commands import OpenSlot
from backend.photos.models import Photo
from backend.photos.queries import own_photo
from backend.photos.rules import MAX_ALT_TEXT, MAX_PHOTOS, check_size
from backend.photos.workflow import GIVEN_UP, PhotoState

_PHOTO = table_of(Photo)
_COUNT = sa.select(sa.func.count()).where(
    _PHOTO.c.subject_kind == sa.bindparam("kind"),
    _PHOTO.c.subject_id == sa.bindparam("id"),
    _PHOTO.c.act_id.is_not_distinct_from(sa.bindparam("act_id", type_=sa.Uuid)),
    _PHOTO.c.state.not_in(GIVEN_UP),
)


@dataclass(frozen=True, slots=True)
class Welcome:
    """That a subject may have the photo: its `number`, None where it has not come yet.

    A photo that is cleared is shown as soon as it is ready, whatever the city's policy.
    """

    number: str | None
    is_cleared: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The photo there is room for, and whether this call made it."""

    photo: Photo
    is_new: bool


def open_slot(work: UnitOfWork, command: OpenSlot, welcome: Callable[[], Welcome]) -> Opened:
    """Room for a photo; announcing it again gives the same room.

    `welcome` is asked for a photo that is new, once nobody else announces one of the subject, and
    raises where the actor may not show it. Raises `Invalid` or `TooLarge` on a length that cannot
    be, `Conflict` when the subject or the act has enough photos or the id means another one.
    """
    check_size(command.size_bytes)
    check_text(command.alt_text, "/alt", MAX_ALT_TEXT)
    subject = command.subject
    # In one order, whichever is which: two phones never wait for each other.
    for id_ in sorted({command.id, subject.id}):
        lock_id(work.session, id_)
    if work.session.get(Photo, command.id) is not None:
        return Opened(_same(work, command), is_new=False)
    welcomed = welcome()
    belongs = {"kind": subject.kind, "id": subject.id, "act_id": command.act_id}
    if work.session.execute(_COUNT, belongs).scalar_one() >= MAX_PHOTOS:
        raise Conflict("photos-enough", most=MAX_PHOTOS)
    photo = Photo(
        id=command.id,
        subject_kind=subject.kind.value,
        subject_id=subject.id,
        subject_number=welcomed.number,
        act_id=command.act_id,
        reporter_hash=work.actor.reporter,
        is_claimed=welcomed.number is not None,
        is_cleared=welcomed.is_cleared,
        state=PhotoState.UPLOADING.value,
        alt_text=command.alt_text.strip() or None,
        size_bytes=command.size_bytes,
        received_bytes=0,
        opened_at=work.now,
        changed_at=work.now,
    )
    work.session.add(photo)
    # Counted by whoever announces another photo of the subject in this transaction.
    work.session.flush()
    return Opened(photo, is_new=True)


def _same(work: UnitOfWork, command: OpenSlot) -> Photo:
    photo = own_photo(work.session, command.id, work.actor)
    if (photo.subject, photo.size_bytes) != (command.subject, command.size_bytes):
        raise Conflict("photo-slot-taken", pointer="/slot")
    return photo
