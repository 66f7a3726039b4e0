"""Findings: fitted rates and audits, with everything needed to compute them again."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base
from equity.rates.reporting_rate import likely_rate

ALL_SERVICES = ""


class RateRun(Base):
    """One fit: when, on what data, by which rule and model (`parameters`).

    `fitted` is what came out, for whoever wants to use or check it: the JSON of
    `equity.rates.fitted_parameters`, None where nothing could be fitted.
    """

    __tablename__ = "rate_run"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    fitted_at: Mapped[datetime]
    boundary_set_id: Mapped[int] = mapped_column(sa.ForeignKey("boundary_set.id"))
    data_from: Mapped[datetime]
    data_until: Mapped[datetime]
    data_sha256: Mapped[str] = mapped_column(sa.String(64))
    parameters: Mapped[dict[str, Any]]
    fitted: Mapped[str | None] = mapped_column(sa.Text, deferred=True)


class AreaRate(Base):
    """The reporting rate of one district relative to the city; None where we cannot tell.

    `service_code` is `ALL_SERVICES` for all of them together; the rows of a service are those of
    its group, as one alone says too little (`RateRun.parameters` names the groups).
    For all services together: `recent_reports` of 90 days, the `least_expected` of as many
    residents, and as `later_...` the same rate with more than the first day left out.
    `relative_rate` is for setting districts against each other, `likely` for one by itself.
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
    effective_duplicates: Mapped[float | None]
    recent_reports: Mapped[int | None]
    least_expected: Mapped[int | None]
    later_rate: Mapped[float | None]
    later_low: Mapped[float | None]
    later_high: Mapped[float | None]
    later_grade: Mapped[str | None] = mapped_column(sa.String(1))

    @property
    def likely(self) -> float | None:
        """See `equity.rates.reporting_rate.likely_rate`."""
        return likely_rate(self.low, self.high)


class Preregistration(Base):
    """What an audit of a quarter will show, signed before the quarter began.

    `document` is canonical JSON (`equity.measures.preregistration`), so that its bytes are what was
    hashed. The database refuses to change or delete a row.
    """

    __tablename__ = "preregistration"

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    document: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    signed_at: Mapped[datetime]
    signed_by: Mapped[str] = mapped_column(sa.String(80))


class Finding(Base):
    """What an audit found, with everything that is needed to find it again.

    `parameters` and `result` are canonical JSON, `data` the columns it was computed from
    (`backend.audits.findings.columns`); `data_sha256` is that of the columns before they were
    compressed. The database refuses to change or delete a row.
    """

    __tablename__ = "finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(sa.String(80))
    preregistration_id: Mapped[int | None] = mapped_column(sa.ForeignKey("preregistration.id"))
    parameters: Mapped[str] = mapped_column(sa.Text)
    code_version: Mapped[str] = mapped_column(sa.String(100))
    data: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    data_sha256: Mapped[str] = mapped_column(sa.String(64))
    result: Mapped[str] = mapped_column(sa.Text, deferred=True)
    result_sha256: Mapped[str] = mapped_column(sa.String(64))
