"""One step in a photo's life."""

from backend.core.errors import Conflict
from backend.core.uow import UnitOfWork
from backend.photos.events import PhotoChange, PhotoChanged, PhotoThere
from backend.photos.models import Photo
from backend.photos.workflow import TO_LOOK_AT, PhotoState, may_follow


def take_step(work: UnitOfWork, photo: Photo, after: PhotoState) -> None:
    """Move `photo` on; raises `Conflict` where the table has no such step."""
    before = PhotoState(photo.state)
    if not may_follow(before, after):
        raise Conflict("photo-moved-on", state=before.value)
    photo.state = after.value
    photo.changed_at = work.now
    if (before in TO_LOOK_AT) != (after in TO_LOOK_AT):
        work.emit(PhotoThere(photo.subject))


def settle(work: UnitOfWork, photo: Photo, *, needs_approval: bool) -> None:
    """Show a photo that is ready, or let it wait for its subject or for a person's judgement.

    What a person refused stays refused, whatever has been covered since, until a person shows it.
    """
    if photo.problem is not None:
        take_step(work, photo, PhotoState.REFUSED)
    elif not photo.is_claimed:
        take_step(work, photo, PhotoState.WAITING)
    elif photo.is_cleared or not needs_approval:
        publish(work, photo)
    else:
        take_step(work, photo, PhotoState.HELD)


def publish(work: UnitOfWork, photo: Photo) -> None:
    """Show the photo to everybody."""
    take_step(work, photo, PhotoState.PUBLIC)
    photo.is_cleared = True
    tell(work, photo, PhotoChange.SHOWN)


def tell(work: UnitOfWork, photo: Photo, change: PhotoChange, covers: int = 0) -> None:
    """Let whoever owns the photo's subject know; before its rendering gets another id."""
    subject, number = photo.subject, photo.subject_number
    work.emit(PhotoChanged(subject, number, photo.rendering_id, change, covers))
