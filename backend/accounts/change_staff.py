"""An administrator takes an account back, opens it again, gives it another role or password.

Taking it back and another password sign the person out everywhere. There is always somebody who
can administer the city, and nobody takes that from themselves by mistake.
"""

import sqlalchemy as sa

from backend.accounts.models import StaffAccount, StaffSession
from backend.accounts.passwords import hash_password
from backend.core.actors import STAFF, Role
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.uow import UnitOfWork


def disable_staff(work: UnitOfWork, username: str) -> StaffAccount:
    """Let somebody sign in no more; what they did stays theirs.

    Raises `NotFound`, and `Conflict` for oneself and for the last administrator.
    """
    account = _not_the_last(work, username)
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


def change_role(
    work: UnitOfWork, username: str, role: Role, seen: str | None = None
) -> StaffAccount:
    """Let somebody do other things from the next page on; raises as `disable_staff` does.

    `seen` is the role they had when whoever changes it looked; `Conflict` where it is another now.
    """
    if role not in STAFF:
        raise Invalid("staff-account-not-valid", roles=sorted(STAFF))
    account = _account(work, username) if role is Role.ADMIN else _not_the_last(work, username)
    if seen is not None and account.role != seen:
        raise Conflict("role-changed-meanwhile", username=account.username)
    if account.role != role:
        before, account.role = account.role, role.value
        work.decide("staff.role_changed", account.key, was=before, became=account.role)
    return account


def set_password(work: UnitOfWork, username: str, password: str) -> StaffAccount:
    """Replace somebody's password; raises `NotFound`, and `Invalid` on a weak one."""
    account = _account(work, username)
    account.password_hash = hash_password(password)
    _sign_out(work, account, "staff.password_set")
    return account


def end_sessions(work: UnitOfWork, username: str) -> StaffAccount:
    """Sign somebody out everywhere, as after a lost phone. Raises `NotFound`."""
    account = _account(work, username)
    _sign_out(work, account, "staff.signed_out")
    return account


def _not_the_last(work: UnitOfWork, username: str) -> StaffAccount:
    """The account, unless it is one's own or the last administrator's."""
    # All at once and in one order, so that no two take each other's role at the same time.
    admins = sa.select(StaffAccount.id).where(
        StaffAccount.role == Role.ADMIN.value, StaffAccount.is_active
    )
    left = set(work.session.scalars(admins.order_by(StaffAccount.id).with_for_update()))
    account = _account(work, username)
    if account.key == work.actor.key:
        raise Conflict("own-account")
    if left == {account.id}:
        raise Conflict("last-admin")
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
