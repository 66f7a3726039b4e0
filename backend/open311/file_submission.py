"""A submission becomes a report, or waits for somebody to find its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.ports import MediaStore
from backend.core.uow import UnitOfWork
from backend.open311.keys import Client
from backend.open311.models import KeyedRequest
from backend.open311.submission import Submission
from backend.open311.unplaced import forget_unplaced, keep_unplaced
from backend.reports.file_report import file_report
from backend.reports.photos.append_chunk import append_chunk, keep_piece
from backend.reports.photos.commands import AppendChunk, OpenUpload
from backend.reports.photos.open_upload import open_upload
from backend.reports.photos.rules import check_size

_KEYED = table_of(KeyedRequest)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A photo that came with a submission; `piece` is its name in the store."""

    id: UUID
    piece: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a submission: a report's number, or a token while its place is unknown."""

    number: str | None
    token: UUID | None = None


def keep_file(
    media: MediaStore, report_id: UUID, position: int, data: bytes, token: UUID
) -> KeptFile:
    """Put a photo into the store, before the transaction that takes it up."""
    check_size(len(data))
    photo_id = uuid5(report_id, str(position))
    return KeptFile(photo_id, keep_piece(media, photo_id, data, token), len(data))


def file_submission(
    work: UnitOfWork, client: Client, submission: Submission, files: Sequence[KeptFile] = ()
) -> Taken:
    """Take a submission up; sending it again gives the same answer.

    Raises `Invalid`, `NotFound` and `Conflict` like filing a report or a photo.
    """
    report = submission.report
    if not submission.is_placed:
        if keep_unplaced(work, client, submission):
            _take_up(work, report.id, files)
        return Taken(None, report.id)
    filed = file_report(work, report)
    if filed.is_new:
        keyed = {
            "service_request_id": report.id,
            "api_key_id": client.id,
            "media_urls": list(submission.media_urls),
        }
        work.session.execute(sa.insert(_KEYED), keyed)
        forget_unplaced(work, report.id, filed.number)
        _take_up(work, report.id, files)
    return Taken(filed.number)


def _take_up(work: UnitOfWork, report_id: UUID, files: Sequence[KeptFile]) -> None:
    for file in files:
        open_upload(work, OpenUpload(file.id, report_id, file.size_bytes))
        append_chunk(work, AppendChunk(file.id, 0, file.piece, file.size_bytes))
