"""A piece of a photo arrives; after the last one the photo is ready to be opened."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from backend.core.errors import Conflict, DomainError, Gone, TooLarge, Unavailable
from backend.core.ports import MediaStore
from backend.core.uow import UnitOfWork
from backend.photos.commands import AppendChunk
from backend.photos.models import Photo
from backend.photos.process_photo import order_rendering
from backend.photos.queries import own_photo
from backend.photos.rules import MAX_PIECES
from backend.photos.stored_names import piece_name
from backend.photos.workflow import PhotoState


def keep_piece(media: MediaStore, photo_id: UUID, data: bytes, token: UUID) -> str:
    """Put a piece into the store before the transaction, which must not wait for it.

    Until a transaction takes it up it belongs to nothing, and the nightly sweep removes it.
    """
    name = piece_name(photo_id, token)
    media.put(name, data)
    return name


@contextmanager
def unless_refused(media: MediaStore, piece: str) -> Iterator[None]:
    """Take a piece out of the store again where the transaction in the block refuses it.

    Without a name there is none.
    """
    try:
        yield
    except DomainError:
        # What the store cannot do now the sweep does.
        with suppress(Unavailable):
            if piece:
                media.delete(piece)
        raise


def check_piece(photo: Photo, offset: int, size_bytes: int) -> None:
    """Raise `Conflict` unless the piece follows what is here, `TooLarge` where it overruns."""
    if photo.state == PhotoState.REMOVED:
        raise Gone("photo-gone")
    if offset != photo.received_bytes:
        raise Conflict("upload-not-here", offset=photo.received_bytes)
    if offset + size_bytes > photo.size_bytes:
        raise TooLarge("upload-too-long", size=photo.size_bytes)
    if len(photo.pieces) >= MAX_PIECES:
        raise TooLarge("upload-in-crumbs", most=MAX_PIECES)


def append_chunk(work: UnitOfWork, command: AppendChunk) -> Photo:
    """Take up a piece that is in the store.

    Of two that arrive for the same place the first is taken and the other is told to look again.
    """
    photo = own_photo(work.session, command.id, work.actor, lock=True)
    check_piece(photo, command.offset, command.size_bytes)
    if command.size_bytes:
        photo.pieces = [*photo.pieces, command.piece]
        photo.received_bytes += command.size_bytes
        photo.changed_at = work.now
        if photo.received_bytes == photo.size_bytes:
            order_rendering(work, photo)
    return photo
