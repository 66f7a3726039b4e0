"""Where the pictures of requests and of updates are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.addresses import public_address
from backend.core.db import table_of
from backend.open311.models import KeyedRequest, UpdatePicture
from backend.photos.queries import PublicPhoto
from backend.reports.catalogue import city_catalogue
from backend.reports.photos.queries import public_photos, public_photos_of_acts

_KEYED, _PICTURE = table_of(KeyedRequest), table_of(UpdatePicture)
_NAMED = sa.select(_KEYED.c.service_request_id, _KEYED.c.media_urls).where(
    _KEYED.c.service_request_id.in_(sa.bindparam("request_ids", expanding=True))
)
_NAMED_WITH_UPDATES = (
    sa.select(_PICTURE.c.act_id, _PICTURE.c.url)
    .where(_PICTURE.c.act_id.in_(sa.bindparam("act_ids", expanding=True)))
    .order_by(_PICTURE.c.act_id, _PICTURE.c.position)
)


def picture_addresses(
    session: Session, request_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[str]]:
    """The addresses of each request's public photos, then of those its reporter only named.

    Nobody looks at what lies on other people's servers, and it may change: where the city shows
    nothing unseen, such addresses are kept and not shown.
    """
    found = _addresses(public_photos(session, request_ids))
    if _shows_unseen(session):
        for request_id, addresses in session.execute(_NAMED, {"request_ids": list(request_ids)}):
            found[request_id] += addresses
    return found


def update_pictures(session: Session, act_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
    """The same of what was said and done, by the ids of the comments and steps."""
    if not act_ids:
        return {}
    found = _addresses(public_photos_of_acts(session, act_ids))
    if _shows_unseen(session):
        for act_id, address in session.execute(_NAMED_WITH_UPDATES, {"act_ids": list(act_ids)}):
            found[act_id].append(address)
    return found


def _addresses(photos: Mapping[UUID, Sequence[PublicPhoto]]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for belongs_to, its in photos.items():
        found[belongs_to] += [public_address("api_photos.get_photo", id=one.id) for one in its]
    return found


def _shows_unseen(session: Session) -> bool:
    return not city_catalogue(session).policy.needs_photo_approval
