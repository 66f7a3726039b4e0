"""Where the pictures of requests are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.addresses import public_address
from backend.core.db import table_of
from backend.open311.models import KeyedRequest
from backend.reports.catalogue import city_catalogue
from backend.reports.photos.queries import public_photos

_KEYED = table_of(KeyedRequest)
_NAMED = sa.select(_KEYED.c.service_request_id, _KEYED.c.media_urls).where(
    _KEYED.c.service_request_id.in_(sa.bindparam("request_ids", expanding=True))
)


def picture_addresses(
    session: Session, request_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[str]]:
    """The addresses of each request's public photos, then of those its reporter only named.

    Nobody looks at what lies on other people's servers, and it may change: where the city shows
    nothing unseen, such addresses are kept and not shown.
    """
    found: dict[UUID, list[str]] = defaultdict(list)
    for request_id, photos in public_photos(session, request_ids).items():
        found[request_id] += [
            public_address("api_photos.get_photo", id=photo.id) for photo in photos
        ]
    if not city_catalogue(session).policy.needs_photo_approval:
        for request_id, addresses in session.execute(_NAMED, {"request_ids": list(request_ids)}):
            found[request_id] += addresses
    return found
