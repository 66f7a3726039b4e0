"""What was joined and what it was before, and who was shown what may be the same."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column

from backend.core.db import Base, RowId
from backend.reports.duplicates.standing import Standing


class Exposure(Base):
    """Somebody about to report was shown an open incident as perhaps the same thing.

    Whether they then added themselves to it, reported anew or went away tells how much of a silence
    is that people saw it was known.
    """

    __tablename__ = "exposure"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime]
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    # What they were about to report.
    service_code: Mapped[str] = mapped_column(sa.ForeignKey("service.code"))
    channel: Mapped[str] = mapped_column(sa.String(20))
    reporter_hash: Mapped[str | None] = mapped_column(sa.String(64))


class IncidentMerge(Base):
    """One incident joined to another, with all that a merge changes as it was before.

    Plain columns are the joined incident's, `target_` the other's before, `joint_` the other's
    after. Where others were joined later or taken out, `before` and `after` are as if in order.
    """

    __tablename__ = "incident_merge"
    __table_args__ = (
        # An incident lies under one other at a time.
        sa.Index(
            "ix_incident_merge_standing",
            "incident_id",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"))
    target_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    merged_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(sa.String(80))
    undone_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(sa.String(20))
    paused_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    appealed_against: Mapped[str | None] = mapped_column(sa.String(80))
    target_appealed_against: Mapped[str | None] = mapped_column(sa.String(80))
    target_opened_at: Mapped[datetime]
    target_due_at: Mapped[datetime | None]
    target_own_severity_band: Mapped[int | None]
    joint_opened_at: Mapped[datetime]
    joint_due_at: Mapped[datetime | None]
    joint_own_severity_band: Mapped[int | None]
    before: Mapped[Standing] = composite(
        "target_opened_at", "target_due_at", "target_own_severity_band"
    )
    after: Mapped[Standing] = composite(
        "joint_opened_at", "joint_due_at", "joint_own_severity_band"
    )


class MergedRequest(Base):
    """A request that a merge moved."""

    __tablename__ = "merged_request"

    merge_id: Mapped[int] = mapped_column(sa.ForeignKey("incident_merge.id"), primary_key=True)
    service_request_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("service_request.id"), primary_key=True, index=True
    )
