"""An address in a browser goes with the token the browser has: on to the next, and in the end."""

import sqlalchemy as sa

from backend.accounts.sign_in import hash_token
from backend.core.uow import UnitOfWork
from backend.delivery.notices.models import NoticeRegistration
from backend.delivery.notices.rules import Kind


def hand_over(work: UnitOfWork, before: str, after: str) -> None:
    """Whoever had the token `before` has `after` now, as when they sign in."""
    its = sa.update(NoticeRegistration).where(NoticeRegistration.token_hash == hash_token(before))
    work.session.execute(its.values(token_hash=hash_token(after)))


def unregister_browser(work: UnitOfWork, token: str) -> None:
    """Push no more to where `token` was kept, with what waits for it.

    A mail address is the person's, wherever they were when they gave it.
    """
    work.session.execute(
        sa.delete(NoticeRegistration).where(
            NoticeRegistration.token_hash == hash_token(token),
            NoticeRegistration.kind != Kind.EMAIL.value,
        )
    )
