"""What the desk did, and where each report stood before it."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base


class DeskAct(Base):
    """One step, or many at once; `after` is the state, None where they were given to somebody."""

    __tablename__ = "desk_act"
    __table_args__ = (sa.Index(None, "is_bulk", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    is_bulk: Mapped[bool]
    after: Mapped[str | None] = mapped_column(sa.String(20))
    note: Mapped[str | None] = mapped_column(sa.String(1000))
    actor: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(sa.String(80))


class DeskActItem(Base):
    """One report of an act: its version after it, and what of it `stood` otherwise before."""

    __tablename__ = "desk_act_item"

    act_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("desk_act.id"), primary_key=True)
    incident_id: Mapped[int] = mapped_column(
        sa.ForeignKey("incident.id"), primary_key=True, autoincrement=False, index=True
    )
    version: Mapped[int]
    stood: Mapped[dict[str, Any]]
    is_undone: Mapped[bool] = mapped_column(default=False)
