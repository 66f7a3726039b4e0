"""A link by which somebody chooses their own password once: nobody else ever knows it.

The link carries the account, the moment it ends and a mark made with the city's key from both and
from the password it replaces: choosing one ends the link, and so does a newer link.
"""

import hmac
import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from backend.accounts.change_staff import set_password
from backend.accounts.models import StaffAccount
from backend.core.errors import Gone
from backend.core.keys import keyed_hash
from backend.core.uow import UnitOfWork

LIFE = timedelta(days=3)


def make_start_link(work: UnitOfWork, username: str) -> str:
    """The link's token, shown once; whatever password there was opens nothing any more.

    Raises `NotFound`.
    """
    account = set_password(work, username, work.runtime.ids.token())
    ends = int((work.now + LIFE).timestamp())
    return f"{account.id.hex}-{ends}-{_mark(work.runtime.settings.hash_key, account, ends)}"


def account_of_link(session: Session, key: str, token: str, now: datetime) -> StaffAccount:
    """Whose link it is; raises `Gone` for one that was used, replaced or made up, or is over."""
    try:
        account_id, ends_at, mark = token.split("-")
        ends = int(ends_at)
        account = session.get(StaffAccount, uuid.UUID(account_id))
        is_over = datetime.fromtimestamp(ends, UTC) <= now
    except (ValueError, OverflowError, OSError) as error:
        raise Gone("start-link-over") from error
    is_known = account is not None and account.is_active and not is_over
    if account is None or not is_known or not hmac.compare_digest(mark, _mark(key, account, ends)):
        raise Gone("start-link-over")
    return account


def choose_password(work: UnitOfWork, token: str, password: str) -> StaffAccount:
    """Let somebody sign in with a password of their own; raises `Gone`, `Invalid` on a weak one."""
    key = work.runtime.settings.hash_key
    account = account_of_link(work.session, key, token, work.now)
    work.session.refresh(account, with_for_update=True)
    # Somebody else may have used it in the meantime.
    account_of_link(work.session, key, token, work.now)
    return set_password(work, account.username, password)


def _mark(key: str, account: StaffAccount, ends: int) -> str:
    return keyed_hash(key, "start link", f"{account.id}:{ends}:{account.password_hash}")
