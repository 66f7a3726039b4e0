"""What a phone sent becomes a picture of our own, and what staff covered is covered for good."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from backend.adapters.photo_decoder import Rendering, render_photo
from backend.core.db import lock_id
from backend.core.jobs import PreparedJob
from backend.core.ports import MediaStore
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork
from backend.photos.discard_files import discard
from backend.photos.models import Photo
from backend.photos.stored_names import names_of, picture_name, thumbnail_name
from backend.photos.subject import Subject, SubjectKind
from backend.photos.take_step import settle, take_step
from backend.photos.workflow import PhotoState

JOB = "process_photo"
LOST = "photo-lost"
IsWelcome: TypeAlias = Callable[[Session, UUID, datetime], bool]
"""Whether the subject with this id takes photos at this moment."""


@dataclass(frozen=True, slots=True)
class _Rendered:
    """What came of one order; `outcome` is a slug where the photo cannot be taken."""

    photo_id: UUID
    subject_id: UUID | None
    rendering_id: UUID
    outcome: Rendering | str | None


def order_rendering(work: UnitOfWork, photo: Photo) -> UUID:
    """Have the photo rendered under a new id, which is returned.

    The id is given before the work is done, so that an attempt after a crash writes the same files.
    """
    take_step(work, photo, PhotoState.PROCESSING)
    photo.rendering_id = rendering_id = work.runtime.ids.uuid()
    repeat_order(work, photo)
    return rendering_id


def repeat_order(work: UnitOfWork, photo: Photo) -> None:
    """Leave the job for a photo that is to be rendered."""
    work.enqueue(JOB, photo=str(photo.id), rendering=str(photo.rendering_id))


def process_job(
    needs_approval: Callable[[Session], bool], is_welcome: Mapping[SubjectKind, IsWelcome]
) -> PreparedJob:
    """The job, told whether a person of the city looks at photos before everybody does.

    A slot can be filled days after it was opened. `is_welcome` says for kinds of subjects that do
    not take photos for ever whether one still does; a photo that comes later waits for a person.
    """

    def keep(work: UnitOfWork, rendered: _Rendered) -> None:
        def must_wait(subject: Subject) -> bool:
            is_still = is_welcome.get(subject.kind)
            is_late = is_still is not None and not is_still(work.session, subject.id, work.now)
            return is_late or needs_approval(work.session)

        _keep(work, rendered, must_wait)

    return PreparedJob(_render, keep)


def _render(session: Session, _now: datetime, payload: dict[str, Any]) -> _Rendered:
    photo_id, rendering_id = UUID(payload["photo"]), UUID(payload["rendering"])
    photo = session.get(Photo, photo_id)
    if photo is None or not _is_awaited(photo, rendering_id):
        return _Rendered(photo_id, None, rendering_id, None)
    media = current_runtime().media
    data = _source(photo, media)
    outcome = LOST if data is None else render_photo(data, [tuple(box) for box in photo.covers])
    if isinstance(outcome, Rendering):
        media.put(picture_name(rendering_id), outcome.photo)
        media.put(thumbnail_name(rendering_id), outcome.thumbnail)
    return _Rendered(photo_id, photo.subject_id, rendering_id, outcome)


def _keep(work: UnitOfWork, rendered: _Rendered, must_wait: Callable[[Subject], bool]) -> None:
    if rendered.subject_id is not None:
        # Not while the subject itself comes in, which looks for photos that came before it.
        lock_id(work.session, rendered.subject_id)
    photo = work.session.get(Photo, rendered.photo_id, with_for_update=True)
    is_kept = photo is not None and photo.state != PhotoState.REMOVED
    kept = {photo.rendering_id, photo.uncovered_id} if photo and is_kept else set()
    if photo is None or rendered.rendering_id not in kept:
        # Removed while it was rendered, after its files were discarded for the first time.
        discard(work, names_of(rendered.rendering_id))
        return
    if not _is_awaited(photo, rendered.rendering_id) or rendered.outcome is None:
        return
    discard(work, [*photo.pieces, *names_of(photo.uncovered_id)])
    photo.pieces, photo.covers, photo.uncovered_id = [], [], None
    if isinstance(rendered.outcome, Rendering):
        photo.width, photo.height = rendered.outcome.width, rendered.outcome.height
        # Covered parts change how alike two photos look, not what they show.
        photo.picture_hash = photo.picture_hash or rendered.outcome.picture_hash
        settle(work, photo, needs_approval=must_wait(photo.subject))
    else:
        take_step(work, photo, PhotoState.REFUSED)
        photo.problem, photo.rendering_id = str(rendered.outcome), None


def _is_awaited(photo: Photo, rendering_id: UUID) -> bool:
    return photo.state == PhotoState.PROCESSING and photo.rendering_id == rendering_id


def _source(photo: Photo, media: MediaStore) -> bytes | None:
    """The bytes to render: the uncovered picture or the pieces; None where some are missing."""
    names = [picture_name(photo.uncovered_id)] if photo.uncovered_id else photo.pieces
    found = [media.get(name) for name in names]
    return None if None in found else b"".join(filter(None, found))
