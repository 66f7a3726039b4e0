"""The addresses of pictures go with the person who gave them."""

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.open311.models import KeyedRequest, UpdatePicture
from backend.reports.events import PersonErased


def on_person_erased(work: UnitOfWork, event: PersonErased) -> None:
    """Forget the pictures on other servers that the person's reports and updates named."""
    named = KeyedRequest.service_request_id.in_(event.requests)
    work.session.execute(sa.update(KeyedRequest).where(named).values(media_urls=[]))
    # Those that the city's own systems sent are about its work.
    is_residents = UpdatePicture.reporter_hash.is_not(None)
    under = UpdatePicture.service_request_id.in_(event.requests) & is_residents
    theirs = UpdatePicture.reporter_hash.in_(event.hashes)
    work.session.execute(sa.delete(UpdatePicture).where(theirs | under))
