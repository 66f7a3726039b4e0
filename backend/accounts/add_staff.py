"""An administrator gives somebody an account."""

from dataclasses import dataclass

import sqlalchemy as sa

from backend.accounts.models import StaffAccount
from backend.accounts.passwords import hash_password
from backend.core.actors import STAFF, Role
from backend.core.errors import Conflict, Invalid
from backend.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class AddStaff:
    """A new account."""

    username: str
    display_name: str
    role: Role
    password: str


def add_staff(work: UnitOfWork, command: AddStaff) -> StaffAccount:
    """Add the account; raises `Invalid` on a weak password, `Conflict` on a taken name."""
    username = command.username.strip().lower()
    if command.role not in STAFF or not username:
        raise Invalid("staff-account-not-valid", roles=sorted(STAFF))
    if work.session.scalar(sa.select(StaffAccount.id).where(StaffAccount.username == username)):
        raise Conflict("username-taken", username=username)
    account = StaffAccount(
        id=work.runtime.ids.uuid(),
        username=username,
        display_name=command.display_name.strip() or username,
        role=command.role.value,
        password_hash=hash_password(command.password),
        created_at=work.now,
    )
    work.session.add(account)
    work.decide("staff.added", account.key, role=account.role)
    return account
