"""An administrator gives somebody an account."""

from dataclasses import dataclass

import sqlalchemy as sa

from backend.accounts.models import StaffAccount
from backend.accounts.passwords import hash_password
from backend.accounts.username import read_username
from backend.core.actors import STAFF, Role
from backend.core.errors import Conflict, Invalid
from backend.core.public_words import check_text
from backend.core.uow import UnitOfWork

_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class AddStaff:
    """A new account."""

    username: str
    display_name: str
    role: Role
    password: str


def add_staff(work: UnitOfWork, command: AddStaff) -> StaffAccount:
    """Add the account; raises `Invalid` on a weak password, `Conflict` on a taken name."""
    if command.role not in STAFF or not command.username.strip():
        raise Invalid("staff-account-not-valid", roles=sorted(STAFF))
    username = read_username(command.username)
    check_text(command.display_name, "/display_name", _LONGEST_NAME)
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
