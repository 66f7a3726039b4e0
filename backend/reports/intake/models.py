"""Who typed a resident's report, and the messages that may become one."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base


class EnteredReport(Base):
    """Which member of staff typed a report for somebody, and from which sheet of paper.

    `may_tell` is whether whoever reported it agreed to be told what becomes of it: by mail, or by
    somebody of the city, who has told them of all that happened until `told_until`.
    """

    __tablename__ = "entered_report"
    __table_args__ = (
        # A sheet is typed once.
        sa.UniqueConstraint("batch", "sheet"),
        sa.Index(None, "may_tell", "is_told_by_mail"),
    )

    service_request_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("service_request.id"), primary_key=True
    )
    entered_by: Mapped[str] = mapped_column(sa.String(80))
    may_tell: Mapped[bool]
    is_told_by_mail: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    told_until: Mapped[datetime | None]
    told_by: Mapped[str | None] = mapped_column(sa.String(80))
    batch: Mapped[str | None] = mapped_column(sa.String(40))
    sheet: Mapped[int | None]


class Lead(Base):
    """A message that waits for somebody to say whether it is a report; `id` is that report's then.

    Of the sender's and the carrier's names for it only hashes are kept; what it says is sealed, and
    gone as soon as nobody needs it.
    """

    __tablename__ = "lead"
    __table_args__ = (
        sa.UniqueConstraint("channel", "external_hash"),
        sa.Index(None, "state", "is_danger", "received_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(20))
    external_hash: Mapped[str] = mapped_column(sa.String(64))
    sender_hash: Mapped[str | None] = mapped_column(sa.String(64))
    received_at: Mapped[datetime]
    sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    # Its words mean danger: it is read before the others.
    is_danger: Mapped[bool]
    state: Mapped[str] = mapped_column(sa.String(12))
    # Of the report it became.
    number: Mapped[str | None] = mapped_column(sa.String(8))
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(sa.String(80))


class LeadPicture(Base):
    """A picture of a text message that its provider still holds; the row goes once it is here.

    `sealed` is its address there, None where it was not to be had: it is counted as left out.
    """

    __tablename__ = "lead_picture"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("lead.id"), index=True)
    sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
