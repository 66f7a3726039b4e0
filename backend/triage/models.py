"""The work queue and the weights that may order it inside a severity band."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, RowId

_ORDER = (
    *("severity_band", "opened_epoch", "target_seconds", "weight", "raised"),
    *("paused_epoch", "placed_sequence", "incident_id"),
)


class QueueEntry(Base):
    """One open incident in the queue; seconds are numbers so that both databases can order.

    The columns from `service_code` on are those of the incident, and what is to be said of
    all its reports (`copied_reports`): copied, so that a filter finds
    what it wants without looking into each (backend/triage/keep_queue.py keeps them).
    """

    __tablename__ = "queue_entry"
    # Both databases read the list in order of severity and sort only the bands a page needs; what
    # the order follows from stands in each index, so that no entry itself is looked at for that.
    # What took its place lately is asked for every half minute.
    __table_args__ = (
        sa.Index(
            "ix_queue_entry_order",
            *("is_outside", *_ORDER),
            *("state", "team_code", "channels", "has_photo"),
        ),
        sa.Index(
            "ix_queue_entry_service",
            *("is_outside", "service_code", "district_id", "late_at"),
            *_ORDER,
        ),
        sa.Index("ix_queue_entry_district", "is_outside", "district_id", "late_at", *_ORDER),
        sa.Index(None, "is_outside", "placed_sequence"),
    )

    incident_id: Mapped[int] = mapped_column(
        sa.ForeignKey("incident.id"), primary_key=True, autoincrement=False
    )
    is_outside: Mapped[bool]
    severity_band: Mapped[int]
    # Shifted by the time others were awaited.
    opened_epoch: Mapped[float]
    # When the clock stopped, while others are awaited.
    paused_epoch: Mapped[float | None]
    target_seconds: Mapped[float]
    weight: Mapped[float] = mapped_column(default=1.0)
    # The report whose target its district's weight fell back to 1 for.
    held_for: Mapped[str | None] = mapped_column(sa.String(8))
    # 1 first and -1 last of its band by hand (`QueueOverride`).
    raised: Mapped[int] = mapped_column(default=0, server_default="0")
    # The end of the log of decisions when it was given this place: rises in the order of commits.
    placed_sequence: Mapped[int] = mapped_column(RowId, default=0, server_default="0")
    service_code: Mapped[str] = mapped_column(sa.String(60), server_default=sa.text("''"))
    state: Mapped[str] = mapped_column(sa.String(20), server_default=sa.text("''"))
    district_id: Mapped[int | None]
    team_code: Mapped[str | None] = mapped_column(sa.String(60))
    opened_at: Mapped[datetime | None]
    # From when on it is overdue; None where its clock stopped before its date.
    late_at: Mapped[datetime | None]
    channels: Mapped[int] = mapped_column(default=0, server_default="0")
    has_photo: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class QueueOverride(Base):
    """A place in the queue that somebody gave by hand: first in its band (1) or last (-1).

    Its reason is for staff; the log says that there is one.
    """

    __tablename__ = "queue_override"
    __table_args__ = (sa.CheckConstraint("raised IN (-1, 1)", name="raised"),)

    incident_id: Mapped[int] = mapped_column(
        sa.ForeignKey("incident.id"), primary_key=True, autoincrement=False
    )
    raised: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(1000))
    actor: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime]


class SavedView(Base):
    """Filters of the queue under a short name, for one of the staff or for all of them.

    `query` is the part of the address that says them; `is_first` opens the queue with it.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        sa.UniqueConstraint("owner", "name"),
        sa.Index(
            "ix_saved_view_shared",
            "name",
            unique=True,
            sqlite_where=sa.text("is_shared"),
            postgresql_where=sa.text("is_shared"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    owner: Mapped[str] = mapped_column(sa.String(80))
    name: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.String(4000))
    is_shared: Mapped[bool]
    is_first: Mapped[bool]
    saved_at: Mapped[datetime]


class WeightSet(Base):
    """Weights proposed by code from one fit, approved or retired by a person; never edited.

    `preview` is what the set would have done to the queue when it was proposed, None where nothing
    was finished lately and nobody could tell (backend/triage/preview_weights.py).
    """

    __tablename__ = "weight_set"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(sa.String(10))
    strength: Mapped[float]
    rate_run: Mapped[str] = mapped_column(sa.String(64))
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str] = mapped_column(sa.String(80))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(sa.String(80))
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
    preview: Mapped[dict[str, Any] | None]


class DistrictWeight(Base):
    """A district's weight within one set, with the two figures it follows from."""

    __tablename__ = "district_weight"

    weight_set_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("weight_set.id"), primary_key=True
    )
    district_id: Mapped[int] = mapped_column(sa.ForeignKey("district.id"), primary_key=True)
    weight: Mapped[float]
    median_rate: Mapped[float | None]
    upper_rate: Mapped[float | None]
