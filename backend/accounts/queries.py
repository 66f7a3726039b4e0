"""Which accounts: what a resident may read of their own, and who works for the city."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.models import AccountDevice, ResidentAccount, StaffAccount, StaffSession
from backend.core.errors import NotFound
from backend.core.keys import KeyRing


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account as its owner sees it.

    `address` is None where it cannot be opened.
    """

    kind: str
    address: str | None
    created_at: datetime
    devices: int


def own_account(session: Session, keyring: KeyRing, account_id: uuid.UUID) -> OwnAccount:
    """The account with its address opened; it must exist."""
    account = session.get_one(ResidentAccount, account_id)
    devices = session.scalar(
        sa.select(sa.func.count()).where(AccountDevice.account_id == account_id)
    )
    opened = keyring.open_if_possible(account.sealed, account.id.bytes)
    address = opened["address"] if opened else None
    return OwnAccount(account.kind, address, account.created_at, devices or 0)


def staff_accounts(session: Session) -> list[StaffAccount]:
    """Everybody who works or worked for the city, by username."""
    return list(session.scalars(sa.select(StaffAccount).order_by(StaffAccount.username)))


def staff_account(session: Session, account_id: uuid.UUID) -> StaffAccount:
    """The account; raises `NotFound`."""
    account = session.get(StaffAccount, account_id)
    if account is None:
        raise NotFound("staff-unknown", username=str(account_id))
    return account


def staff_named(session: Session, username: str) -> StaffAccount:
    """The account of this username; raises `NotFound`."""
    name = username.strip().lower()
    account = session.scalar(sa.select(StaffAccount).where(StaffAccount.username == name))
    if account is None:
        raise NotFound("staff-unknown", username=name)
    return account


def open_sessions(session: Session, now: datetime) -> dict[uuid.UUID, int]:
    """In how many places each account is signed in; none where it is nowhere."""
    counted = sa.select(StaffSession.account_id, sa.func.count())
    living = counted.where(StaffSession.expires_at > now).group_by(StaffSession.account_id)
    return {row[0]: row[1] for row in session.execute(living)}
