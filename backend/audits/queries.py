"""Which findings: every read of the audits slice, always ordered."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.models import ALL_SERVICES, AreaRate, RateRun
from equity.reporting_rate import AreaRate as FittedRate
from equity.reporting_rate import Grade


def latest_run(session: Session) -> RateRun | None:
    """The newest fit, None before the first."""
    return session.scalar(
        sa.select(RateRun).order_by(RateRun.fitted_at.desc(), RateRun.id).limit(1)
    )


def rates_of(session: Session, run: RateRun) -> list[AreaRate]:
    """The rates of all services together, by district."""
    return list(
        session.scalars(
            sa.select(AreaRate)
            .where(AreaRate.rate_run_id == run.id, AreaRate.service_code == ALL_SERVICES)
            .order_by(AreaRate.district_id)
        )
    )


def fitted_rate(row: AreaRate) -> FittedRate:
    """A stored rate as the value the estimator gave."""
    return FittedRate(
        area=str(row.district_id),
        grade=Grade(row.grade),
        duplicates=row.duplicates,
        incidents=row.incidents,
        exposure_days=row.exposure_days,
        relative_rate=row.relative_rate,
        low=row.low,
        high=row.high,
    )
