"""Visits to districts from which little is heard, and which are meant for a day."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, RowId


class OutreachVisit(Base):
    """Somebody from the city was in a district and spoke with people there.

    `channel` is what was shown or offered, or "visit"; `words` are public. The form, or the device
    on which it was noted, makes the `entry_id`, so that a visit sent again is the same visit. One
    that was taken back was none, and its form is still known.
    """

    __tablename__ = "outreach_visit"
    __table_args__ = (sa.Index(None, "district_id"), sa.Index(None, "entry_id", unique=True))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    district_id: Mapped[int] = mapped_column(sa.ForeignKey("district.id"))
    visited_on: Mapped[date]
    channel: Mapped[str] = mapped_column(sa.String(20))
    people: Mapped[int]
    words: Mapped[str] = mapped_column(sa.String(1000))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(80))
    entry_id: Mapped[uuid.UUID | None]
    taken_back_at: Mapped[datetime | None]


class OutreachOuting(Base):
    """Somebody means to visit this district on `visit_on`."""

    __tablename__ = "outreach_outing"

    visit_on: Mapped[date] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(sa.ForeignKey("district.id"), primary_key=True)
    taken_at: Mapped[datetime]
    taken_by: Mapped[str] = mapped_column(sa.String(80))
