"""Which findings: every read of the audits slice, always ordered."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.fit_rates import ALL_SERVICES
from backend.audits.models import AreaRate, RateRun


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
