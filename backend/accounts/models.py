"""Staff accounts and their sessions; residents' devices, accounts, codes and sessions; keys of
other programs."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.db import Base


class StaffAccount(Base):
    """A person who works for the city."""

    __tablename__ = "staff_account"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(60), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[str] = mapped_column(sa.String(20))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    @property
    def key(self) -> str:
        """What history and the decision log call them."""
        return f"staff:{self.id}"


class StaffSession(Base):
    """One sign-in; the token itself is only in the browser or program that signed in."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff_account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    account: Mapped[StaffAccount] = relationship(lazy="raise")


class Device(Base):
    """A phone that may follow its own reports; it has a token and no name."""

    __tablename__ = "device"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]


class ResidentAccount(Base):
    """A resident who signs in by codes sent to one address.

    New reports carry `reporter_hash`: that of the device the account was made on, where there was
    one, so that signing in does not make two reporters out of one person.
    """

    __tablename__ = "resident_account"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    address_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    reporter_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]


class AccountDevice(Base):
    """A device whose reports came into an account; its own token has ended with that."""

    __tablename__ = "account_device"

    device_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("device.id"), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("resident_account.id"), index=True)
    linked_at: Mapped[datetime]


class SentCode(Base):
    """A code that is sent to somebody: what it is follows from `id` and the city's key.

    `sealed` holds the address until the code is sent.
    """

    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]


class SignInCode(SentCode):
    """The one living code of an address."""

    __tablename__ = "sign_in_code"

    address_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class ResidentSession(Base):
    """One sign-in of a resident; the token itself is only on the device."""

    __tablename__ = "resident_session"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("resident_account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiKey(Base):
    """A key staff gave to another program; the key itself is shown once and only hashed here."""

    __tablename__ = "api_key"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    # The key's first characters: how people and the decision log name it.
    prefix: Mapped[str] = mapped_column(sa.String(12), unique=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    holder: Mapped[str] = mapped_column(sa.String(120))
    channel: Mapped[str] = mapped_column(sa.String(20))
    role: Mapped[str] = mapped_column(sa.String(20))
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(sa.String(80))
    revoked_at: Mapped[datetime | None]
    # Noted about once an hour.
    last_used_at: Mapped[datetime | None]
