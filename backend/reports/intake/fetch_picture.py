"""Pictures of a text message are fetched from its provider, and are photos like any others then.

One job for each, beside the request that told of it: a provider answers when it likes. What is here
goes the way of every stranger's photo, into a process of its own, before anybody looks at it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from backend.adapters.guarded_post import GuardedPoster
from backend.adapters.provider_media import ANYWHERE, NotFetched, ProviderMedia
from backend.core.db import lock_id, table_of
from backend.core.errors import Conflict
from backend.core.jobs import PreparedJob
from backend.core.runtime import Runtime, current_runtime
from backend.core.uow import UnitOfWork
from backend.photos.append_chunk import append_chunk, keep_piece
from backend.photos.commands import AppendChunk
from backend.photos.discard_files import discard
from backend.photos.rules import MAX_BYTES
from backend.reports.intake.models import LeadPicture
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload

JOB = "fetch_lead_picture"
# Providers tell of a picture before it lies everywhere they lead to.
_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 240, 720))
_MOST_SECONDS = 20.0
_PICTURE = table_of(LeadPicture)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Fetched:
    """What came of one try: `piece` is its name in the store, empty where it was not had."""

    picture_id: UUID
    piece: str = ""
    size_bytes: int = 0
    is_final: bool = False


def await_pictures(work: UnitOfWork, lead_id: UUID, addresses: tuple[str, ...]) -> None:
    """Have the pictures of a message fetched; their addresses are sealed until then."""
    for address in addresses:
        id_ = work.runtime.ids.uuid()
        sealed = work.runtime.keyring.seal({"address": address}, id_.bytes)
        row = {"id": id_, "lead_id": lead_id, "sealed": sealed, "tries": 0}
        work.session.execute(sa.insert(_PICTURE), row)
        work.enqueue(JOB, picture=str(id_))


def forget_pictures(work: UnitOfWork, are_meant: sa.ColumnElement[bool]) -> None:
    """Fetch none of these any more, and count none."""
    work.session.execute(sa.delete(_PICTURE).where(are_meant))


def _fetch(session: Session, _now: datetime, payload: dict[str, Any]) -> _Fetched:
    picture_id, runtime = UUID(payload["picture"]), current_runtime()
    picture = session.get(LeadPicture, picture_id)
    if picture is None or picture.sealed is None:
        return _Fetched(picture_id)
    address = runtime.keyring.open(picture.sealed, picture_id.bytes)["address"]
    # Somebody outside must not hold the database up.
    session.rollback()
    try:
        data = _media(runtime).fetch(address)
    except NotFetched as error:
        _log.warning("picture not fetched", picture=str(picture_id), reason=error.reason)
        return _Fetched(picture_id, is_final=error.is_final)
    piece = keep_piece(runtime.media, picture_id, data, runtime.ids.uuid())
    return _Fetched(picture_id, piece, len(data))


def _media(runtime: Runtime) -> ProviderMedia:
    settings = runtime.settings
    is_plain_allowed = not settings.is_production
    poster = GuardedPoster(ANYWHERE, is_plain_allowed=is_plain_allowed, seconds=_MOST_SECONDS)
    hosts, login = settings.inbound_text_hosts, settings.inbound_text_login
    return ProviderMedia(poster, hosts, login, most=MAX_BYTES)


def _take_up(work: UnitOfWork, fetched: _Fetched) -> None:
    picture = work.session.get(LeadPicture, fetched.picture_id)
    if picture is not None:
        # Not while it becomes a report, which looks for photos that came before it.
        lock_id(work.session, picture.lead_id)
        picture = work.session.get(LeadPicture, fetched.picture_id, with_for_update=True)
    if picture is None or picture.sealed is None:
        # The message was forgotten while it was fetched.
        discard(work, [fetched.piece] if fetched.piece else [])
    elif fetched.piece and _is_taken(work, picture, fetched):
        work.session.delete(picture)
    elif fetched.piece or fetched.is_final or picture.tries >= len(_WAITS):
        picture.sealed = None
    else:
        work.enqueue(JOB, due_at=work.now + _WAITS[picture.tries], picture=str(picture.id))
        picture.tries += 1


def _is_taken(work: UnitOfWork, picture: LeadPicture, fetched: _Fetched) -> bool:
    """Let it be a photo of the message, or of the report it has become; not beyond their most."""
    try:
        open_upload(work, OpenUpload(picture.id, picture.lead_id, fetched.size_bytes))
    except Conflict:
        discard(work, [fetched.piece])
        return False
    append_chunk(work, AppendChunk(picture.id, 0, fetched.piece, fetched.size_bytes))
    return True


FETCH_JOB = PreparedJob(_fetch, _take_up)
