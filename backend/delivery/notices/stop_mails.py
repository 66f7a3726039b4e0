"""Whoever has a mail ends it: with one click, without a token and without signing in."""

import hmac
from uuid import UUID

import sqlalchemy as sa

from backend.core.errors import NotFound
from backend.core.runtime import Runtime
from backend.core.uow import UnitOfWork
from backend.delivery.notices.mail import unsubscribe_token
from backend.delivery.notices.models import NoticeRegistration


def mailed_registration(runtime: Runtime, token: str) -> UUID:
    """The address that the link of a mail ends; raises `NotFound` for what nobody was mailed."""
    try:
        found = UUID(token[:32])
    except ValueError:
        raise NotFound("notice-link-unknown") from None
    known = unsubscribe_token(runtime.settings.hash_key, found)
    if not hmac.compare_digest(known.encode(), token.encode()):
        raise NotFound("notice-link-unknown")
    return found


def stop_mails(work: UnitOfWork, token: str) -> None:
    """Forget the address the mail went to; again is no error. Raises `NotFound`."""
    found = mailed_registration(work.runtime, token)
    work.session.execute(sa.delete(NoticeRegistration).where(NoticeRegistration.id == found))
