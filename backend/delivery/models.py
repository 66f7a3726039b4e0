"""Webhooks: which programs elsewhere are told of changes, and what is still to be told."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, RowId


class Webhook(Base):
    """An address that is told of some events; `sealed` holds the secret that signs.

    `failures` counts the tries in a row that nobody answered. `job_id` is the job that sends: at
    most one is at work or waits for each webhook.
    """

    __tablename__ = "webhook"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(sa.String(500))
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    events: Mapped[list[Any]]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(80))
    failures: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[uuid.UUID | None]


class WebhookDelivery(Base):
    """One event for one webhook: waiting, delivered or dead.

    It holds what happened, never the public document: that is read when it is sent, so that what
    was moderated or erased in the meantime does not go out. Within a `topic` the order of
    `sequence`, the number of the decision, is kept. `waits_since` starts anew when what was given
    up is sent again.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        sa.Index(None, "webhook_id", "state", "due_at"),
        sa.Index(None, "webhook_id", "topic", "sequence"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    webhook_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("webhook.id"))
    event: Mapped[str] = mapped_column(sa.String(40))
    topic: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str] = mapped_column(sa.String(40))
    sequence: Mapped[int] = mapped_column(RowId)
    facts: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    happened_at: Mapped[datetime]
    waits_since: Mapped[datetime]
    due_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(sa.String(40))
