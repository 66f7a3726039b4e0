"""Which findings: every read of the audits slice, always ordered."""

import uuid
from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from backend.audits.models import ALL_SERVICES, AreaRate, Finding, Preregistration, RateRun
from backend.core.errors import NotFound
from backend.places.queries import the_city
from equity.rates.reporting_rate import AreaRate as FittedRate
from equity.rates.reporting_rate import Grade

GREATEST_ID = 2**31 - 1
"""A greater number is no row's, and some databases know none."""

VARIANT_OF = "variant_of"
"""Among the parameters of a fit that tries another choice: the fit it is held against."""

_IS_NO_VARIANT = RateRun.parameters[VARIANT_OF].as_string().is_(None)


def latest_run(session: Session) -> RateRun | None:
    """The newest fit, None before the first.

    None also where it was fitted on another city, as in a copied database: its rates say nothing
    of this one. A fit that only tries what else one could have chosen is none.
    """
    run = next(iter(newest_runs(session, 1)), None)
    city = the_city(session).jurisdiction_id
    return run if run is None or run.parameters.get("city", city) == city else None


def variants_of(session: Session, run: RateRun) -> list[RateRun]:
    """What was tried otherwise on the very same reports, newest first."""
    return list(
        session.scalars(
            sa.select(RateRun)
            .where(RateRun.parameters[VARIANT_OF].as_string() == str(run.id))
            .order_by(RateRun.fitted_at.desc(), RateRun.id)
        )
    )


def find_run(session: Session, name: str) -> RateRun | None:
    """The fit of this id in text, where it is one and there."""
    try:
        return session.get(RateRun, uuid.UUID(name))
    except ValueError:
        return None


def newest_runs(session: Session, most: int) -> list[RateRun]:
    """The fits of the city, newest first."""
    newest = sa.select(RateRun).where(_IS_NO_VARIANT).order_by(RateRun.fitted_at.desc(), RateRun.id)
    return list(session.scalars(newest.limit(most)))


def rates_of(session: Session, run: RateRun, service: str = ALL_SERVICES) -> list[AreaRate]:
    """The rates of a service, or of all together, by district."""
    return list(
        session.scalars(
            sa.select(AreaRate)
            .where(AreaRate.rate_run_id == run.id, AreaRate.service_code == service)
            .order_by(AreaRate.district_id)
        )
    )


def districts_graded(session: Session, grades: Collection[str]) -> tuple[int, ...]:
    """The districts with one of these grades in the newest fit; none before the first."""
    run = latest_run(session)
    rates = rates_of(session, run) if run else []
    return tuple(rate.district_id for rate in rates if rate.grade in grades)


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
        effective_duplicates=row.effective_duplicates,
    )


def findings(session: Session) -> list[Finding]:
    """Every audit, newest first, with its result."""
    newest_first = sa.select(Finding).order_by(Finding.id.desc())
    return list(session.scalars(newest_first.options(undefer(Finding.result))))


def find_finding(session: Session, id_: int) -> Finding:
    """One audit with its result; raises `NotFound`."""
    found = None
    if id_ <= GREATEST_ID:
        found = session.get(Finding, id_, options=[undefer(Finding.result)])
    if found is None:
        raise NotFound("finding-not-found", id=id_)
    return found


def preregistrations(session: Session) -> list[Preregistration]:
    """Every plan ever signed, newest first."""
    return list(session.scalars(sa.select(Preregistration).order_by(Preregistration.id.desc())))


def find_preregistration(session: Session, id_: int) -> Preregistration:
    """One plan; raises `NotFound`."""
    found = session.get(Preregistration, id_) if id_ <= GREATEST_ID else None
    if found is None:
        raise NotFound("preregistration-not-found", id=id_)
    return found


def newest_plan_for(session: Session, starts_on: date, ends_on: date) -> Preregistration | None:
    """What was promised for exactly this period: the newest plan has all that came before it."""
    return session.scalar(
        sa.select(Preregistration)
        .where(Preregistration.starts_on == starts_on, Preregistration.ends_on == ends_on)
        .order_by(Preregistration.id.desc())
        .limit(1)
    )


def findings_of_plan(session: Session, plan: Preregistration) -> list[Finding]:
    """The audits of the period of a plan that were made after it, oldest first."""
    wanted = sa.select(Finding).where(
        Finding.starts_on == plan.starts_on, Finding.ends_on == plan.ends_on
    )
    return list(session.scalars(wanted.order_by(Finding.id)))
