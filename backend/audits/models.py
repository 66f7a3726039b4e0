"""Findings: fitted reporting rates with everything needed to fit them again."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base

ALL_SERVICES = ""


class RateRun(Base):
    """One fit: when, on what data, with which parameters."""

    __tablename__ = "rate_run"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    fitted_at: Mapped[datetime]
    boundary_set_id: Mapped[int] = mapped_column(sa.ForeignKey("boundary_set.id"))
    data_from: Mapped[datetime]
    data_until: Mapped[datetime]
    data_sha256: Mapped[str] = mapped_column(sa.String(64))
    parameters: Mapped[dict[str, Any]]


class AreaRate(Base):
    """The reporting rate of one district relative to the city; None where we cannot tell.

    `service_code` is `ALL_SERVICES` for all of them together.
    """

    __tablename__ = "area_rate"

    rate_run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("rate_run.id"), primary_key=True)
    district_id: Mapped[int] = mapped_column(sa.ForeignKey("district.id"), primary_key=True)
    service_code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    relative_rate: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    reports: Mapped[int]
    incidents: Mapped[int]
    duplicates: Mapped[int]
    exposure_days: Mapped[float]
    grade: Mapped[str] = mapped_column(sa.String(1))
