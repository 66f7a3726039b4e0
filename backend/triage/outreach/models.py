"""Visits to districts from which little is heard."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, RowId


class OutreachVisit(Base):
    """Somebody from the city was in a district and spoke with people there.

    `channel` is what was shown or offered, or "visit"; `words` are public.
    """

    __tablename__ = "outreach_visit"
    __table_args__ = (sa.Index(None, "district_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    district_id: Mapped[int] = mapped_column(sa.ForeignKey("district.id"))
    visited_on: Mapped[date]
    channel: Mapped[str] = mapped_column(sa.String(20))
    people: Mapped[int]
    words: Mapped[str] = mapped_column(sa.String(1000))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(80))
