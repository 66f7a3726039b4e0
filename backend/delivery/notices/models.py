"""Notices to residents: where they are told, what they wish to be told, and what is to be told."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.accounts.models import SentCode
from backend.core.db import Base


class NoticeResident(Base):
    """What one person wishes: the ways of each topic, quiet hours and the most in a week.

    Quiet hours are `HH:MM` in the city's time zone, both None without any.
    """

    __tablename__ = "notice_resident"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    wishes: Mapped[dict[str, Any]]
    quiet_from: Mapped[str | None] = mapped_column(sa.String(5))
    quiet_until: Mapped[str | None] = mapped_column(sa.String(5))
    weekly_cap: Mapped[int]
    created_at: Mapped[datetime]


class NoticeName(Base):
    """A salted hash the person is known by: of a device, of an account, of each of its devices."""

    __tablename__ = "notice_name"

    person_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    resident_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("notice_resident.id", ondelete="CASCADE"), index=True
    )


class NoticeRegistration(Base):
    """One address of a resident; its `id` comes from the phone, so a retry is the same row.

    `sealed` holds the address and `address_hash` finds it. Nothing goes to an address that is not
    confirmed; whoever has a push address has proved it by having it. `token_hash` is of the token
    it was last sent with, None where that is not one of the city's.
    """

    __tablename__ = "notice_registration"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    resident_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("notice_resident.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(sa.String(10))
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    address_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    language: Mapped[str] = mapped_column(sa.String(10))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime]


class NoticeCode(SentCode):
    """The one living code that confirms a mail address."""

    __tablename__ = "notice_code"

    registration_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("notice_registration.id", ondelete="CASCADE"), unique=True
    )


class NoticeCarrier(Base):
    """A service that carries notices: web push, FCM or mail.

    `job_id` is the job that sends: at most one is at work or waits for each carrier. `sealed` holds
    the city's private key for web push.
    """

    __tablename__ = "notice_carrier"

    name: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    job_id: Mapped[uuid.UUID | None]


class Notice(Base):
    """One thing for one address: waiting, delivered, dropped with its reason, or dead.

    It holds what happened, never the public words: those are read when it is sent, so that what was
    moderated or erased in the meantime does not go out. What happens to the same `subject` while it
    waits takes its place; `revision` counts that.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.Index(None, "state", "due_at"),
        sa.Index(None, "registration_id", "subject"),
        sa.Index(None, "subject"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registration_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("notice_registration.id", ondelete="CASCADE")
    )
    topic: Mapped[str] = mapped_column(sa.String(20))
    subject: Mapped[str] = mapped_column(sa.String(140))
    facts: Mapped[dict[str, Any]]
    is_important: Mapped[bool]
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    reason: Mapped[str | None] = mapped_column(sa.String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    happened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    last_status: Mapped[str | None] = mapped_column(sa.String(40))
