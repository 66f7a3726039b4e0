"""What came in through the keys that other programs write with."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, table_of
from backend.reports.models import Comment, Incident, IncidentChange, ServiceRequest

# What this face is asked for most: the newest requests, what has changed, and what happened lately.
_REQUEST = table_of(ServiceRequest)
sa.Index("ix_service_request_requested_at_id", _REQUEST.c.requested_at, _REQUEST.c.id)
sa.Index("ix_incident_changed_at", table_of(Incident).c.changed_at)
sa.Index("ix_incident_change_at", table_of(IncidentChange).c.at)
sa.Index("ix_comment_at", table_of(Comment).c.at)


class PushTarget(Base):
    """Where a key's holder wants to be told of updates, and the key we must show there, sealed."""

    __tablename__ = "push_target"

    api_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("api_key.id"), primary_key=True)
    url: Mapped[str] = mapped_column(sa.String(300))
    jurisdiction_id: Mapped[str] = mapped_column(sa.String(120))
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)


class KeyedRequest(Base):
    """Which key a request came in with, and the addresses of pictures it named."""

    __tablename__ = "keyed_request"

    service_request_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("service_request.id"), primary_key=True
    )
    api_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("api_key.id"))
    media_urls: Mapped[list[Any]]


class ReceivedUpdate(Base):
    """An update a client sent, by its own id, and the id it has here."""

    __tablename__ = "received_update"

    api_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("api_key.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    update_id: Mapped[str] = mapped_column(sa.String(60))
    received_at: Mapped[datetime]


class UpdatePicture(Base):
    """The address of a picture that came with an update; `act_id` is the comment's or the step's.

    Photos that came as files are rows of `photo` with the same `act_id`.
    """

    __tablename__ = "update_picture"

    act_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    service_request_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("service_request.id"))
    url: Mapped[str] = mapped_column(sa.String(500))
    reporter_hash: Mapped[str | None] = mapped_column(sa.String(64))


class UnplacedReport(Base):
    """A report with an address and no coordinates; `id` is its token.

    What it says is sealed until somebody from the city has found the place, and gone afterwards.
    """

    __tablename__ = "unplaced_report"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    api_key_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("api_key.id"))
    received_at: Mapped[datetime]
    sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    number: Mapped[str | None] = mapped_column(sa.String(8))
