"""Staff come and go: a sign-in makes a session whose token only the browser holds."""

import hashlib
from datetime import timedelta

import sqlalchemy as sa

from backend.accounts.models import StaffAccount, StaffSession
from backend.accounts.passwords import is_right
from backend.core.errors import Forbidden
from backend.core.keys import keyed_hash
from backend.core.uow import UnitOfWork

SESSION_LENGTH = timedelta(hours=12)


def sign_in(work: UnitOfWork, username: str, password: str) -> str:
    """The token of a new session.

    Raises `Forbidden` without saying which of the two was wrong, and `TooManyRequests` when too
    many have tried this name, from wherever, whether or not there is such an account.
    """
    # A name nobody can type is nobody's; PostgreSQL would not take it as text.
    name = username.strip().lower() if username.isprintable() else ""
    settings, limits = work.runtime.settings, work.runtime.limits
    who = keyed_hash(settings.hash_key, "staff name", name)
    limits.check(settings.account_sign_in_limit, "sign-in to", who)
    account = work.session.scalar(sa.select(StaffAccount).where(StaffAccount.username == name))
    fits = is_right(account.password_hash if account else None, password)
    if account is None or not fits or not account.is_active:
        raise Forbidden("sign-in-failed")
    work.session.execute(sa.delete(StaffSession).where(StaffSession.expires_at <= work.now))
    token = work.runtime.ids.token()
    work.session.add(
        StaffSession(
            token_hash=hash_token(token),
            account_id=account.id,
            created_at=work.now,
            expires_at=work.now + SESSION_LENGTH,
        )
    )
    return token


def sign_out(work: UnitOfWork, token: str) -> None:
    """End the session; a token that is already dead is no error."""
    work.session.execute(
        sa.delete(StaffSession).where(StaffSession.token_hash == hash_token(token))
    )


def hash_token(token: str) -> str:
    """SHA-256 in hex: enough for a random 256-bit token, which no one can guess from its hash."""
    return hashlib.sha256(token.encode()).hexdigest()
