"""Which photos of reports: every read that needs more than the photos, always ordered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.photos.models import Photo
from backend.photos.queries import JUDGED, SHOWN, PhotoToReview, PublicPhoto, grouped
from backend.photos.queries import public_photos as public_photos_of
from backend.photos.subject import SubjectKind
from backend.photos.workflow import PhotoState
from backend.reports.models import ServiceRequest

_PHOTO, _REQUEST = table_of(Photo), table_of(ServiceRequest)
IS_OF_REPORT = _PHOTO.c.subject_kind == SubjectKind.REPORT
_OF_ACTS = (
    sa.select(_PHOTO.c.act_id, *SHOWN)
    .where(
        _PHOTO.c.act_id.in_(sa.bindparam("act_ids", expanding=True)),
        _PHOTO.c.state == PhotoState.PUBLIC,
    )
    .order_by(_PHOTO.c.opened_at, _PHOTO.c.id)
)
_OF_REQUEST = sa.and_(IS_OF_REPORT, _REQUEST.c.id == _PHOTO.c.subject_id)
_HASHES = (
    sa.select(_REQUEST.c.incident_id, _PHOTO.c.picture_hash)
    .join(_REQUEST, _OF_REQUEST)
    .where(
        _REQUEST.c.incident_id.in_(sa.bindparam("incident_ids", expanding=True)),
        _PHOTO.c.is_claimed,
        _PHOTO.c.picture_hash.is_not(None),
    )
    .order_by(_PHOTO.c.opened_at, _PHOTO.c.id)
)
_OF_INCIDENT = (
    sa.select(*JUDGED)
    .join(_REQUEST, _OF_REQUEST)
    .where(
        _REQUEST.c.incident_id == sa.bindparam("incident_id"),
        _PHOTO.c.state.in_((PhotoState.HELD, PhotoState.PUBLIC, PhotoState.REFUSED)),
        _PHOTO.c.rendering_id.is_not(None),
    )
    .order_by(_PHOTO.c.opened_at, _PHOTO.c.id)
)


def public_photos(
    session: Session, request_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[PublicPhoto]]:
    """The pictures anybody may see of each request, in the order they were taken up."""
    return public_photos_of(session, SubjectKind.REPORT, request_ids)


def public_photos_of_acts(
    session: Session, act_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[PublicPhoto]]:
    """The same of each comment or step."""
    return grouped(session.execute(_OF_ACTS, {"act_ids": list(act_ids)}))


def picture_hashes(session: Session, incident_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The hashes of all photos under each incident, for finding the same thing twice.

    They say nothing a reader could see, so photos that are not public have theirs here too.
    """
    found: dict[int, list[str]] = defaultdict(list)
    for incident_id, picture_hash in session.execute(_HASHES, {"incident_ids": list(incident_ids)}):
        found[incident_id].append(picture_hash)
    return found


def photos_for_staff(session: Session, incident_id: int) -> list[PhotoToReview]:
    """The pictures of the reports under an incident, shown or not, in the order they came."""
    rows = session.execute(_OF_INCIDENT, {"incident_id": incident_id})
    return [PhotoToReview(*known) for known in rows]
