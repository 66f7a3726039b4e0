"""Which photos: every read of them, always ordered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.actors import Actor
from backend.core.db import table_of
from backend.core.errors import NotFound
from backend.reports.models import ServiceRequest
from backend.reports.photos.commands import Verdict
from backend.reports.photos.models import Photo, PhotoDecision
from backend.reports.photos.workflow import PhotoState

_PHOTO, _REQUEST = table_of(Photo), table_of(ServiceRequest)
_IS_PUBLIC = sa.select(_PHOTO.c.state == PhotoState.PUBLIC).where(
    _PHOTO.c.rendering_id == sa.bindparam("rendering_id")
)
_PUBLIC = (
    sa.select(_PHOTO.c.request_id, _PHOTO.c.rendering_id, _PHOTO.c.width, _PHOTO.c.height)
    .where(
        _PHOTO.c.request_id.in_(sa.bindparam("request_ids", expanding=True)),
        _PHOTO.c.state == PhotoState.PUBLIC,
    )
    .order_by(_PHOTO.c.opened_at, _PHOTO.c.id)
)
_OF_ACTS = (
    sa.select(_PHOTO.c.act_id, _PHOTO.c.rendering_id, _PHOTO.c.width, _PHOTO.c.height)
    .where(
        _PHOTO.c.act_id.in_(sa.bindparam("act_ids", expanding=True)),
        _PHOTO.c.state == PhotoState.PUBLIC,
    )
    .order_by(_PHOTO.c.opened_at, _PHOTO.c.id)
)
_HASHES = (
    sa.select(_REQUEST.c.incident_id, _PHOTO.c.picture_hash)
    .join(_REQUEST, _REQUEST.c.id == _PHOTO.c.request_id)
    .where(
        _REQUEST.c.incident_id.in_(sa.bindparam("incident_ids", expanding=True)),
        _PHOTO.c.is_claimed,
        _PHOTO.c.picture_hash.is_not(None),
    )
    .order_by(_PHOTO.c.opened_at, _PHOTO.c.id)
)
_JUDGED = sa.select(
    _PHOTO.c.rendering_id, _REQUEST.c.number, _PHOTO.c.state, _PHOTO.c.width, _PHOTO.c.height
).join(_REQUEST, _REQUEST.c.id == _PHOTO.c.request_id)
_TO_REVIEW = (
    _JUDGED.where(_PHOTO.c.state == PhotoState.HELD)
    .order_by(_PHOTO.c.changed_at, _PHOTO.c.id)
    .limit(sa.bindparam("limit"))
    .offset(sa.bindparam("offset"))
)
_OF_INCIDENT = _JUDGED.where(
    _REQUEST.c.incident_id == sa.bindparam("incident_id"),
    _PHOTO.c.state.in_((PhotoState.HELD, PhotoState.PUBLIC, PhotoState.REFUSED)),
    _PHOTO.c.rendering_id.is_not(None),
).order_by(_PHOTO.c.opened_at, _PHOTO.c.id)


@dataclass(frozen=True, slots=True)
class PublicPhoto:
    """A picture anybody may see, by its public id; sizes in pixels."""

    id: UUID
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PhotoToReview:
    """A picture that waits for a person's judgement or has it, and the report it belongs to."""

    rendering_id: UUID
    number: str
    state: str
    width: int
    height: int


def own_photo(session: Session, photo_id: UUID, actor: Actor, *, lock: bool = False) -> Photo:
    """The photo whose slot `actor` opened; raises `NotFound` for anybody else."""
    photo = session.get(Photo, photo_id, with_for_update=lock)
    is_own = photo and (photo.reporter_hash is None or photo.reporter_hash in actor.reporters)
    if photo is None or not is_own:
        raise NotFound("upload-not-found")
    return photo


def rendered_photo(session: Session, rendering_id: UUID, *, lock: bool = False) -> Photo:
    """The photo that this picture is now; raises `NotFound` once it is another."""
    query = sa.select(Photo).where(Photo.rendering_id == rendering_id)
    photo = session.scalar(query.with_for_update() if lock else query)
    if photo is None:
        raise NotFound("photo-not-found")
    return photo


def check_is_public(session: Session, rendering_id: UUID) -> None:
    """Raise `NotFound` unless anybody may see this picture."""
    if not session.scalar(_IS_PUBLIC, {"rendering_id": rendering_id}):
        raise NotFound("photo-not-found")


def public_photos(
    session: Session, request_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[PublicPhoto]]:
    """The pictures anybody may see of each request, in the order they were taken up."""
    return _grouped(session.execute(_PUBLIC, {"request_ids": list(request_ids)}))


def public_photos_of_acts(
    session: Session, act_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[PublicPhoto]]:
    """The same of each comment or step."""
    return _grouped(session.execute(_OF_ACTS, {"act_ids": list(act_ids)}))


def _grouped(rows: Iterable[Any]) -> Mapping[UUID, Sequence[PublicPhoto]]:
    found: dict[UUID, list[PublicPhoto]] = defaultdict(list)
    for belongs_to, *known in rows:
        found[belongs_to].append(PublicPhoto(*known))
    return found


def picture_hashes(session: Session, incident_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The hashes of all photos under each incident, for finding the same thing twice.

    They say nothing a reader could see, so photos that are not public have theirs here too.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for incident_id, picture_hash in session.execute(_HASHES, {"incident_ids": list(incident_ids)}):
        found[incident_id].append(picture_hash)
    return found


def photos_to_review(session: Session, *, limit: int, offset: int = 0) -> list[PhotoToReview]:
    """What waits for a person's judgement, longest first."""
    rows = session.execute(_TO_REVIEW, {"limit": limit, "offset": offset})
    return [PhotoToReview(*known) for known in rows]


def photos_for_staff(session: Session, incident_id: int) -> list[PhotoToReview]:
    """The pictures of the reports under an incident, shown or not, in the order they came."""
    rows = session.execute(_OF_INCIDENT, {"incident_id": incident_id})
    return [PhotoToReview(*known) for known in rows]


def refusal_reason(session: Session, photo_id: UUID) -> str | None:
    """Why a person of the city refused the photo, in words its taker can read."""
    return session.scalar(
        sa.select(PhotoDecision.reason)
        .where(PhotoDecision.photo_id == photo_id, PhotoDecision.verdict == Verdict.REFUSE)
        .order_by(PhotoDecision.id.desc())
        .limit(1)
    )
