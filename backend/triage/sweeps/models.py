"""Sweep plans with their stops, and the sweeps walked with what they found."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, RowId


class SweepPlan(Base):
    """A plan computed once, put in force or dropped by a person, and never edited.

    `asked` is what it was computed from, `figures` what `equity.levers.sweep_plan` says of it
    besides the stops (backend/triage/sweeps/plan_figures.py).
    """

    __tablename__ = "sweep_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(10))
    boundary_set_id: Mapped[int] = mapped_column(sa.ForeignKey("boundary_set.id"))
    rate_run: Mapped[str | None] = mapped_column(sa.String(64))
    asked: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str] = mapped_column(sa.String(80))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(sa.String(80))
    reason: Mapped[str | None] = mapped_column(sa.String(1000))


class SweepStop(Base):
    """A stretch of street to walk: the `place`-th of a day; `shape` is WKB in WGS84.

    `stretch` names it in every plan by the middle of its course. `kind` is why it is there:
    "random" (drawn by lot: what the audit rests on), "visit" (no dead zone) or "hidden stock".
    """

    __tablename__ = "sweep_stop"
    __table_args__ = (sa.Index(None, "stretch"),)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("sweep_plan.id"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    district_id: Mapped[int] = mapped_column(sa.ForeignKey("district.id"))
    stretch: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(12))
    metres: Mapped[float]
    shape: Mapped[bytes] = mapped_column(sa.LargeBinary)


class SweepOuting(Base):
    """A crew walks this day of a plan on `walked_on`."""

    __tablename__ = "sweep_outing"
    __table_args__ = (sa.Index(None, "walked_on"),)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("sweep_plan.id"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    walked_on: Mapped[date]
    taken_at: Mapped[datetime]
    taken_by: Mapped[str] = mapped_column(sa.String(80))


class SweepNote(Base):
    """What a crew noted at a stop on its way, in the order it came in.

    `kind` is "walked" or "missed", of which a stop's newest holds, or "new", "known" or "late": a
    problem with the `number` of its report. A late one is no part of the record of the day.
    `entry_id` is made by the device, so that a note sent again is the same note.
    """

    __tablename__ = "sweep_note"
    __table_args__ = (
        sa.UniqueConstraint("entry_id"),
        sa.ForeignKeyConstraint(
            ["plan_id", "day", "place"],
            ["sweep_stop.plan_id", "sweep_stop.day", "sweep_stop.place"],
        ),
        sa.Index(None, "plan_id", "day"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    entry_id: Mapped[uuid.UUID]
    plan_id: Mapped[int]
    day: Mapped[int]
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(8))
    number: Mapped[str | None] = mapped_column(sa.String(8))
    noted_at: Mapped[datetime]
    noted_by: Mapped[str] = mapped_column(sa.String(80))


class Sweep(Base):
    """One day of a plan as it was walked; `entry_id` where a device said so on the way."""

    __tablename__ = "sweep"
    __table_args__ = (sa.UniqueConstraint("plan_id", "day"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("sweep_plan.id"))
    day: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    metres_walked: Mapped[float]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(sa.String(80))
    entry_id: Mapped[uuid.UUID | None]


class SweptStop(Base):
    """A stop somebody walked, and how many problems residents had `reported` there by then."""

    __tablename__ = "swept_stop"

    sweep_id: Mapped[int] = mapped_column(sa.ForeignKey("sweep.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reported: Mapped[int]


class SweepFind(Base):
    """A problem found on a sweep; `is_reported` where a resident had reported it before."""

    __tablename__ = "sweep_find"

    sweep_id: Mapped[int] = mapped_column(sa.ForeignKey("sweep.id"), primary_key=True)
    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incident.id"), primary_key=True)
    place: Mapped[int]
    is_reported: Mapped[bool]
