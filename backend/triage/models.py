"""The work queue and the weights that may order it inside a severity band."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base


class QueueEntry(Base):
    """One open incident in the queue; seconds are numbers so that both databases can order."""

    __tablename__ = "queue_entry"
    # Both databases read the list in order of severity and sort only the bands a page needs.
    __table_args__ = (sa.Index(None, "is_outside", "severity_band"),)

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
