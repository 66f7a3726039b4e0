"""The addresses of pictures go with the person who gave them."""

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.open311.models import KeyedRequest
from backend.reports.events import PersonErased


def on_person_erased(work: UnitOfWork, event: PersonErased) -> None:
    """Forget the pictures on other servers that the person's reports named."""
    named = KeyedRequest.service_request_id.in_(event.requests)
    work.session.execute(sa.update(KeyedRequest).where(named).values(media_urls=[]))
