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
from backend.photos.commands import Verdict
from backend.photos.models import Photo, PhotoDecision
from backend.photos.subject import SubjectKind
from backend.photos.workflow import PhotoState

_PHOTO = table_of(Photo)
_IS_PUBLIC = sa.select(_PHOTO.c.state == PhotoState.PUBLIC).where(
    _PHOTO.c.rendering_id == sa.bindparam("rendering_id")
)
SHOWN = (_PHOTO.c.rendering_id, _PHOTO.c.width, _PHOTO.c.height, _PHOTO.c.alt_text)
"""The columns of a `PublicPhoto`."""
_PUBLIC = (
    sa.select(_PHOTO.c.subject_id, *SHOWN)
    .where(
        _PHOTO.c.subject_kind == sa.bindparam("kind"),
        _PHOTO.c.subject_id.in_(sa.bindparam("ids", expanding=True)),
        _PHOTO.c.state == PhotoState.PUBLIC,
    )
    .order_by(_PHOTO.c.opened_at, _PHOTO.c.id)
)
JUDGED = (
    _PHOTO.c.rendering_id,
    _PHOTO.c.subject_kind,
    _PHOTO.c.subject_number,
    _PHOTO.c.state,
    _PHOTO.c.width,
    _PHOTO.c.height,
    _PHOTO.c.alt_text,
)
"""The columns of a `PhotoToReview`."""
_TO_REVIEW = (
    sa.select(*JUDGED)
    .where(_PHOTO.c.state == PhotoState.HELD)
    .order_by(_PHOTO.c.changed_at, _PHOTO.c.id)
    .limit(sa.bindparam("limit"))
    .offset(sa.bindparam("offset"))
)


@dataclass(frozen=True, slots=True)
class PublicPhoto:
    """A picture anybody may see, by its public id; sizes in pixels, and what it shows in words."""

    id: UUID
    width: int
    height: int
    alt_text: str | None


@dataclass(frozen=True, slots=True)
class PhotoToReview:
    """A picture that waits for a person's judgement or has it, and what it belongs to.

    `number` is what people call that by: the number of a report or a proposal, and
    `cycle/project/step` of what is built.
    """

    rendering_id: UUID
    kind: str
    number: str
    state: str
    width: int
    height: int
    alt_text: str | None


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
    session: Session, kind: SubjectKind, ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[PublicPhoto]]:
    """The pictures anybody may see of each subject, in the order they were taken up."""
    return grouped(session.execute(_PUBLIC, {"kind": kind, "ids": list(ids)}))


def grouped(rows: Iterable[Any]) -> Mapping[UUID, Sequence[PublicPhoto]]:
    """Rows of an id and a `PublicPhoto`, by the id; an id without any has none."""
    found: dict[UUID, list[PublicPhoto]] = defaultdict(list)
    for belongs_to, *known in rows:
        found[belongs_to].append(PublicPhoto(*known))
    return found


def photos_to_review(session: Session, *, limit: int, offset: int = 0) -> list[PhotoToReview]:
    """What waits for a person's judgement, longest first."""
    rows = session.execute(_TO_REVIEW, {"limit": limit, "offset": offset})
    return [PhotoToReview(*known) for known in rows]


def refusal_reason(session: Session, photo_id: UUID) -> str | None:
    """Why a person of the city refused the photo, in words its taker can read."""
    return session.scalar(
        sa.select(PhotoDecision.reason)
        .where(PhotoDecision.photo_id == photo_id, PhotoDecision.verdict == Verdict.REFUSE)
        .order_by(PhotoDecision.id.desc())
        .limit(1)
    )
