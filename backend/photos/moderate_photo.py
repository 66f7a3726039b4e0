"""Somebody of the city decides whether a photo is shown, or what of it."""

from uuid import UUID

from backend.core.errors import Conflict, Forbidden
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.photos.commands import ModeratePhoto, RedactPhoto, Verdict
from backend.photos.events import PhotoChange
from backend.photos.models import Photo, PhotoDecision
from backend.photos.process_photo import order_rendering
from backend.photos.queries import rendered_photo
from backend.photos.rules import check_covers
from backend.photos.take_step import publish, take_step, tell
from backend.photos.workflow import MODERATORS, PhotoState


def moderate_photo(work: UnitOfWork, command: ModeratePhoto) -> None:
    """Show a picture to everybody, or to nobody with a reason its taker can read.

    A refused picture is kept for a while, so that a mistake can be undone. Raises `NotFound` when
    the picture is no longer the one that was looked at, `Conflict` when it was decided already.
    """
    photo = _for_a_moderator(work, command.rendering_id)
    if photo.state == PhotoState.PROCESSING:
        # Nobody can have looked at it yet.
        raise Conflict("photo-moved-on", state=photo.state)
    is_refusal = command.verdict is Verdict.REFUSE
    reason = checked_reason(command.reason, is_needed=is_refusal)
    if is_refusal:
        take_step(work, photo, PhotoState.REFUSED)
        photo.problem, photo.is_cleared = "photo-refused", False
        tell(work, photo, PhotoChange.REFUSED)
    else:
        publish(work, photo)
        photo.problem = None
    _note(work, photo, command.verdict, reason)


def redact_photo(work: UnitOfWork, command: RedactPhoto) -> UUID:
    """Cover parts of a picture for good; returns the id under which it will be seen again.

    Nobody sees the picture from now on. A job renders it anew with the covers, and discards the
    uncovered one; then it is shown again if it was shown before, and refused if it was refused.
    """
    photo = _for_a_moderator(work, command.rendering_id)
    check_covers(command.covers)
    reason = checked_reason(command.reason, is_needed=True)
    if photo.state == PhotoState.PUBLIC:
        tell(work, photo, PhotoChange.COVERED, len(command.covers))
    photo.covers = [list(box) for box in command.covers]
    photo.uncovered_id = photo.rendering_id
    rendering_id = order_rendering(work, photo)
    _note(work, photo, Verdict.COVER, reason)
    return rendering_id


def _for_a_moderator(work: UnitOfWork, rendering_id: UUID) -> Photo:
    if work.actor.role not in MODERATORS:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    return rendered_photo(work.session, rendering_id, lock=True)


def _note(work: UnitOfWork, photo: Photo, verdict: Verdict, reason: str | None) -> None:
    work.session.add(
        PhotoDecision(
            photo_id=photo.id,
            at=work.now,
            verdict=verdict.value,
            actor=work.actor.key,
            reason=reason,
        )
    )
