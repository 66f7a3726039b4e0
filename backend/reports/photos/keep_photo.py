"""A whole photo comes in at once, for a report that has come or will come."""

import hashlib
from uuid import UUID, uuid5

from backend.core.actors import Actor
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.append_chunk import append_chunk, keep_piece, unless_refused
from backend.photos.commands import AppendChunk
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload


def keep_photo(actor: Actor, report_id: UUID, data: bytes) -> None:
    """Keep it as if a phone had sent it ahead; the same photo sent again is the same.

    What belongs to no report after a week is forgotten. Raises like `open_slot`.
    """
    runtime = current_runtime()
    # Nobody can tell it who does not know both; the id of the report is never published.
    slot = uuid5(report_id, hashlib.sha256(data).hexdigest())
    with unit_of_work(actor) as work:
        photo = open_upload(work, OpenUpload(slot, report_id, len(data))).photo
        is_here = photo.received_bytes > 0
    if is_here:
        return
    piece = keep_piece(runtime.media, slot, data, runtime.ids.uuid())
    with unless_refused(runtime.media, piece), unit_of_work(actor) as work:
        append_chunk(work, AppendChunk(slot, 0, piece, len(data)))
