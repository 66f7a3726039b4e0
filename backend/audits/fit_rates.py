"""Fitting the reporting rates of the districts, and keeping the finding with what it rests on."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa

from backend.audits.models import ALL_SERVICES, AreaRate, RateRun
from backend.audits.observe import RequestLog, read_request_log
from backend.core.errors import Conflict
from backend.core.events import Event
from backend.core.uow import UnitOfWork
from backend.places.models import BoundarySet
from backend.places.queries import census_of, current_boundary_set
from equity.errors import EquityError
from equity.events import ObservationRule, Observations, observe, reports_by_area
from equity.reporting_rate import AreaRate as FittedRate
from equity.reporting_rate import Turnout, reporting_rates, reporting_rates_by_group

JOB = "fit_rates"
_SILENCE_WINDOW_DAYS = 90.0


def fit_rates(work: UnitOfWork) -> RateRun:
    """Fit all districts together and for each service; raises `Conflict` when there is no data."""
    boundary_set = current_boundary_set(work.session)
    if boundary_set is None:
        raise Conflict("no-boundaries")
    log = read_request_log(work.session, boundary_set.id)
    if not log.size:
        raise Conflict("no-reports")
    rule = ObservationRule(end_at=_as_ticks(work.now))
    observations = observe(log.requests, rule)
    turnout = _turnout(work, boundary_set, log, observations)
    together = reporting_rates(observations, turnout=turnout)
    run = RateRun(
        id=work.runtime.ids.uuid(),
        fitted_at=work.now,
        boundary_set_id=boundary_set.id,
        data_from=_as_moment(observations.first_at),
        data_until=_as_moment(observations.end_at),
        data_sha256=log.sha256,
        parameters={
            "model": together.vintage.model,
            "reference": together.vintage.reference,
            "limit_days": rule.limit_days,
            "blackout_days": rule.blackout_days,
            "incidents": together.vintage.incidents,
            "duplicates": together.vintage.duplicates,
        },
    )
    work.session.add(run)
    work.session.flush()
    reports = reports_by_area(log.requests, observations.end_at, np.inf)
    rows = [
        _row(run, ALL_SERVICES, rate, int(n))
        for rate, n in zip(together.areas, reports, strict=True)
    ]
    rows += _rows_by_service(run, observations)
    work.session.execute(sa.insert(AreaRate), rows)
    work.decide(
        "rates.fitted", f"rates:{run.id}", data_sha256=log.sha256, parameters=run.parameters
    )
    return run


def fit_rates_job(work: UnitOfWork, _payload: dict[str, Any]) -> None:
    """The nightly fit, and the one after an import; without data there is nothing to do."""
    try:
        fit_rates(work)
    except Conflict:
        return


def fit_rates_after_import(work: UnitOfWork, _event: Event) -> None:
    """Much has changed at once: the rates are fitted again in the background."""
    work.enqueue(JOB)


def _rows_by_service(run: RateRun, observations: Observations) -> list[dict[str, Any]]:
    services = {code: code for code in observations.categories}
    rows: list[dict[str, Any]] = []
    try:
        fitted = reporting_rates_by_group(observations, services)
    except EquityError:
        # One service alone may hold too little to fit anything; the city's own fit stands.
        return rows
    for code, rates in fitted.items():
        rows += [_row(run, code, rate, 0) for rate in rates.areas if rate.incidents]
    return rows


def _row(run: RateRun, service_code: str, rate: FittedRate, reports: int) -> dict[str, Any]:
    return {
        "rate_run_id": run.id,
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
    work: UnitOfWork, boundary_set: BoundarySet, log: RequestLog, observations: Observations
) -> Turnout | None:
    """Reports against residents, where the census says how many residents there are."""
    census = census_of(work.session, boundary_set.id)
    population = [census.get(int(area), {}).get("population") for area in observations.areas]
    if any(value is None for value in population):
        return None
    reports = reports_by_area(log.requests, observations.end_at, _SILENCE_WINDOW_DAYS)
    return Turnout(reports, np.array(population, dtype=float))


def _as_ticks(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


def _as_moment(ticks: np.datetime64) -> datetime:
    return datetime.fromtimestamp(ticks.astype("datetime64[us]").astype(int) / 1e6, UTC)
