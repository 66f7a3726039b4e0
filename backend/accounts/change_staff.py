"""An administrator takes an account back, opens it again or gives it another password.

Taking it back and another password sign the person out everywhere.
"""

import sqlalchemy as sa

from backend.accounts.models import StaffAccount, StaffSession
from backend.accounts.passwords import hash_password
from backend.core.errors import NotFound
from backend.core.uow import UnitOfWork


def disable_staff(work: UnitOfWork, username: str) -> StaffAccount:
    """Let somebody sign in no more; what they did stays theirs. Raises `NotFound`."""
    account = _account(work, username)
    if account.is_active:
        account.is_active = False
        _sign_out(work, account, "staff.disabled")
    return account


def enable_staff(work: UnitOfWork, username: str) -> StaffAccount:
    """Let somebody sign in again, with the password they had. Raises `NotFound`."""
    account = _account(work, username)
    if not account.is_active:
        account.is_active = True
        work.decide("staff.enabled", account.key)
    return account


def set_password(work: UnitOfWork, username: str, password: str) -> StaffAccount:
    """Replace somebody's password; raises `NotFound`, and `Invalid` on a weak one."""
    account = _account(work, username)
    account.password_hash = hash_password(password)
    _sign_out(work, account, "staff.password_set")
    return account


def _account(work: UnitOfWork, username: str) -> StaffAccount:
    name = username.strip().lower()
    account = work.session.scalar(
        sa.select(StaffAccount).where(StaffAccount.username == name).with_for_update()
    )
    if account is None:
        raise NotFound("staff-unknown", username=name)
    return account


def _sign_out(work: UnitOfWork, account: StaffAccount, action: str) -> None:
    work.session.execute(sa.delete(StaffSession).where(StaffSession.account_id == account.id))
    work.decide(action, account.key)
