"""Staff come and go: a sign-in makes a session whose token only the one who signed in holds."""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from backend.accounts.known_browser import known_browser
from backend.accounts.models import StaffAccount, StaffSession
from backend.accounts.passwords import is_right
from backend.core.errors import Forbidden, TooManyRequests
from backend.core.keys import keyed_hash
from backend.core.uow import UnitOfWork

SESSION_LENGTH = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session's token, shown once."""

    token: str
    expires_at: datetime


def sign_in(
    work: UnitOfWork, username: str, password: str, sender: str, mark: str = ""
) -> NewSession:
    """A new session for whoever comes from the network `sender`.

    Raises `Forbidden` without saying which of the two was wrong, and `TooManyRequests` when too
    many passwords from there were wrong, or too many have tried this name, from wherever, whether
    or not there is such an account. A browser with a `mark` of that account has tries of its own.
    """
    name = plain_name(username)
    settings, limits = work.runtime.settings, work.runtime.limits
    if seconds := limits.room_in(settings.sign_in_limit, "sign-in", sender):
        raise TooManyRequests("too-many-requests", seconds=seconds)
    tried = limits.use(
        settings.account_sign_in_limit,
        "sign-in to",
        keyed_hash(settings.hash_key, "staff name", name),
        known_browser(work.runtime, name, mark),
    )
    if tried:
        minutes = math.ceil(tried / 60)
        raise TooManyRequests("sign-in-paused", seconds=tried, minutes=minutes)
    # A password that is being replaced opens nothing in the meantime.
    account = work.session.scalar(
        sa.select(StaffAccount).where(StaffAccount.username == name).with_for_update(read=True)
    )
    fits = is_right(account.password_hash if account else None, password)
    if account is None or not fits or not account.is_active:
        # Behind the address of a city hall many sign in, and few of them wrongly.
        limits.use(settings.sign_in_limit, "sign-in", sender)
        raise Forbidden("sign-in-failed")
    work.session.execute(sa.delete(StaffSession).where(StaffSession.expires_at <= work.now))
    token = work.runtime.ids.token()
    session = StaffSession(
        token_hash=hash_token(token),
        account_id=account.id,
        created_at=work.now,
        expires_at=work.now + SESSION_LENGTH,
    )
    work.session.add(session)
    return NewSession(token, session.expires_at)


def plain_name(username: str) -> str:
    """A typed name as accounts have it, empty for what nobody can type."""
    # PostgreSQL would not take it as text.
    return username.strip().lower() if username.isprintable() else ""


def sign_out(work: UnitOfWork, token: str) -> None:
    """End the session; a token that is already dead is no error."""
    work.session.execute(
        sa.delete(StaffSession).where(StaffSession.token_hash == hash_token(token))
    )


def hash_token(token: str) -> str:
    """SHA-256 in hex: enough for a random 256-bit token, which no one can guess from its hash."""
    return hashlib.sha256(token.encode()).hexdigest()
