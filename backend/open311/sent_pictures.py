"""Pictures that come as parts of a form, and how they become photos of a report."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from flask import request

from backend.core.errors import Conflict, Invalid
from backend.core.runtime import Runtime
from backend.core.uow import UnitOfWork
from backend.open311.parameters import Parameters
from backend.photos.append_chunk import append_chunk, keep_piece
from backend.photos.commands import AppendChunk
from backend.photos.discard_files import discard
from backend.photos.rules import MAX_PHOTOS, check_size
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload

# JPEG, PNG, WebP and the brands of HEIC (ISO/IEC 23008-12); whether the rest of the file is what it
# begins as is found out by the worker that decodes it.
_BEGINS_LIKE_A_PHOTO = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP|....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)",
    re.DOTALL,
)
# Where clients put pictures; without a file name such a part is a line of text.
_FIELDS = ("media", "media[]")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A photo that came with a request or an update; `piece` is its name in the store."""

    id: UUID
    piece: str
    size_bytes: int


def read_pictures(asked: Parameters) -> list[bytes]:
    """The files of the running request; what is no picture is refused by the name of its part."""
    pictures = []
    for name, part in request.files.items(multi=True):
        data = part.read()
        # A browser sends an empty part where nobody has chosen a file.
        if data and not _BEGINS_LIKE_A_PHOTO.match(data):
            asked.refuse(_no_photo(name))
        elif data:
            with asked.noting():
                check_size(len(data))
            pictures.append(data)
    for name in filter(asked.text, _FIELDS):
        asked.refuse(_no_photo(name))
    if len(pictures) > MAX_PHOTOS:
        asked.refuse(Conflict("photos-enough", most=MAX_PHOTOS))
    return pictures


def keep_pictures(runtime: Runtime, owner: UUID, pictures: Sequence[bytes]) -> list[KeptFile]:
    """Put them into the store before the transaction that takes them up.

    Their ids follow from the `owner`, the report or the update they came with.
    """
    kept = []
    for position, data in enumerate(pictures):
        id_ = uuid5(owner, str(position))
        kept.append(
            KeptFile(id_, keep_piece(runtime.media, id_, data, runtime.ids.uuid()), len(data))
        )
    return kept


def take_up(
    work: UnitOfWork, report_id: UUID, files: Sequence[KeptFile], act_id: UUID | None = None
) -> None:
    """Let them be photos of the report, of what was said in `act_id` where that is given.

    Those that are here already, as they came with the report's address alone, are not taken twice.
    """
    for file in files:
        if open_upload(work, OpenUpload(file.id, report_id, file.size_bytes, act_id)).is_new:
            append_chunk(work, AppendChunk(file.id, 0, file.piece, file.size_bytes))
        else:
            discard(work, [file.piece])


def _no_photo(name: str) -> Invalid:
    return Invalid("part-not-a-photo", pointer=f"/{name}", part=name[:60])
