"""Fitting the reporting rates of the districts, and keeping the finding with what it rests on."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.models import ALL_SERVICES, AreaRate, RateRun
from backend.audits.observe import RequestLog, as_ticks, read_request_log
from backend.core.errors import Conflict
from backend.core.events import Event
from backend.core.jobs import PreparedJob
from backend.core.uow import UnitOfWork
from backend.places.models import BoundarySet
from backend.places.queries import census_of, current_boundary_set
from equity.errors import EquityError
from equity.events import ObservationRule, Observations, observe, reports_by_area
from equity.reporting_rate import AreaRate as FittedRate
from equity.reporting_rate import Turnout, reporting_rates, reporting_rates_by_group

JOB = "fit_rates"
_SILENCE_WINDOW_DAYS = 90.0


@dataclass(frozen=True, slots=True)
class FittedRates:
    """A fit that is not stored yet: its parameters and its rows, both without the run's id."""

    run: dict[str, Any]
    rows: tuple[dict[str, Any], ...]


def compute_rates(session: Session, now: datetime) -> FittedRates:
    """Fit all districts together and for each service; only reads.

    Raises `Conflict` when there is nothing to fit.
    """
    boundary_set = current_boundary_set(session)
    if boundary_set is None:
        raise Conflict("no-boundaries")
    log = read_request_log(session, boundary_set.id)
    if not log.size:
        raise Conflict("no-reports")
    rule = ObservationRule(end_at=as_ticks([now])[0])
    observations = observe(log.requests, rule)
    if (log.requests.area < 0).all():
        raise Conflict("no-reports-in-districts")
    turnout = _turnout(session, boundary_set, log, observations)
    together = reporting_rates(observations, turnout=turnout)
    reports = reports_by_area(log.requests, observations.end_at, np.inf)
    rows = [
        _row(ALL_SERVICES, rate, int(filed))
        for rate, filed in zip(together.areas, reports, strict=True)
    ]
    run = {
        "fitted_at": now,
        "boundary_set_id": boundary_set.id,
        "data_from": _as_moment(observations.first_at),
        "data_until": _as_moment(observations.end_at),
        "data_sha256": log.sha256,
        "parameters": {
            "model": together.vintage.model,
            "reference": together.vintage.reference,
            "limit_days": rule.limit_days,
            "blackout_days": rule.blackout_days,
            "incidents": together.vintage.incidents,
            "duplicates": together.vintage.duplicates,
        },
    }
    return FittedRates(run, (*rows, *_rows_by_service(observations)))


def store_rates(work: UnitOfWork, fitted: FittedRates) -> RateRun:
    """Keep a fit with what it rests on."""
    run = RateRun(id=work.runtime.ids.uuid(), **fitted.run)
    work.session.add(run)
    work.session.flush()
    work.session.execute(
        sa.insert(AreaRate), [{"rate_run_id": run.id, **row} for row in fitted.rows]
    )
    work.decide(
        "rates.fitted", f"rates:{run.id}", data_sha256=run.data_sha256, parameters=run.parameters
    )
    return run


def fit_rates(work: UnitOfWork) -> RateRun:
    """Both steps in one transaction, for callers that have the database to themselves."""
    return store_rates(work, compute_rates(work.session, work.now))


def _compute_if_possible(
    session: Session, now: datetime, _payload: dict[str, Any]
) -> FittedRates | None:
    try:
        return compute_rates(session, now)
    except Conflict:
        return None


def _store_if_computed(work: UnitOfWork, fitted: FittedRates | None) -> None:
    if fitted is not None:
        store_rates(work, fitted)


# The nightly fit, and the one after an import; without data there is nothing to do.
FIT_RATES_JOB = PreparedJob(_compute_if_possible, _store_if_computed)


def fit_rates_after_import(work: UnitOfWork, _event: Event) -> None:
    """Much has changed at once: the rates are fitted again in the background."""
    work.enqueue(JOB)


def _rows_by_service(observations: Observations) -> list[dict[str, Any]]:
    services = {code: code for code in observations.categories}
    rows: list[dict[str, Any]] = []
    try:
        fitted = reporting_rates_by_group(observations, services)
    except EquityError:
        # One service alone may hold too little to fit anything; the city's own fit stands.
        return rows
    for code, rates in fitted.items():
        rows += [_row(code, rate, 0) for rate in rates.areas if rate.incidents]
    return rows


def _row(service_code: str, rate: FittedRate, reports: int) -> dict[str, Any]:
    return {
        "district_id": int(rate.area),
        "service_code": service_code,
        "relative_rate": rate.relative_rate,
        "low": rate.low,
        "high": rate.high,
        "reports": reports,
        "incidents": rate.incidents,
        "duplicates": rate.duplicates,
        "exposure_days": rate.exposure_days,
        "grade": rate.grade.value,
    }


def _turnout(
    session: Session, boundary_set: BoundarySet, log: RequestLog, observations: Observations
) -> Turnout | None:
    """Reports against residents, where the census says how many residents there are."""
    census = census_of(session, boundary_set.id)
    population = [census.get(int(area), {}).get("population") for area in observations.areas]
    if any(value is None for value in population):
        return None
    reports = reports_by_area(log.requests, observations.end_at, _SILENCE_WINDOW_DAYS)
    return Turnout(reports, np.array(population, dtype=float))


def _as_moment(ticks: np.datetime64) -> datetime:
    return datetime.fromtimestamp(ticks.astype("datetime64[us]").astype(int) / 1e6, UTC)
