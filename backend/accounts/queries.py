"""Which accounts: what a resident may read of their own, and who works for the city."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.models import AccountDevice, ResidentAccount, StaffAccount
from backend.core.keys import KeyRing


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account as its owner sees it."""

    kind: str
    address: str
    created_at: datetime
    devices: int


def own_account(session: Session, keyring: KeyRing, account_id: uuid.UUID) -> OwnAccount:
    """The account with its address opened; it must exist."""
    account = session.get_one(ResidentAccount, account_id)
    devices = session.scalar(
        sa.select(sa.func.count()).where(AccountDevice.account_id == account_id)
    )
    address = keyring.open(account.sealed, account.id.bytes)["address"]
    return OwnAccount(account.kind, address, account.created_at, devices or 0)


def staff_accounts(session: Session) -> list[StaffAccount]:
    """Everybody who works or worked for the city, by username."""
    return list(session.scalars(sa.select(StaffAccount).order_by(StaffAccount.username)))
