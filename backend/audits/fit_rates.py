"""Fitting the reporting rates of the districts, and keeping the finding with what it rests on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.audits.already_shown import already_shown, as_if_reported
from backend.audits.few_people import HIDDEN
from backend.audits.findings.code_version import code_version
from backend.audits.hide_cells import hidden_cells, shown_counts
from backend.audits.models import ALL_SERVICES, AreaRate, RateRun
from backend.audits.observe import RequestLog, as_ticks, read_request_log
from backend.audits.rate_inputs import fitted_together, with_census, without_constants
from backend.core.errors import Conflict
from backend.core.events import Event
from backend.core.jobs import PreparedJob
from backend.core.uow import UnitOfWork
from backend.places.models import BoundarySet, District
from backend.places.queries import census_of, current_boundary_set, district_shapes, the_city
from backend.reports.models import Service
from equity.rates.events import (
    UNKNOWN,
    Codes,
    ObservationRule,
    Observations,
    Requests,
    observe,
    reports_by_area,
)
from equity.rates.reporting_rate import (
    SILENCE_WINDOW_DAYS,
    ReportingRates,
    Turnout,
    reporting_rates,
)
from equity.rates.reporting_rate import AreaRate as FittedRate
from geo.adjacency import neighbour_pairs

JOB = "fit_rates"
BLACKOUT_DAYS, LATER_BLACKOUT_DAYS = 1.0, 2.0
"""What is left out after the first report, and what is left out to see whether that matters."""

MODEL = "bym2"
"""Of `equity.rates.models`, which is slow to import; the web program never does."""


@dataclass(frozen=True, slots=True)
class FittedRates:
    """A fit that is not stored yet: its parameters and its rows, both without the run's id."""

    run: dict[str, Any]
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The districts in the order of `Observations.areas`: code by area, pairs of neighbours, and
    residents' reports in 90 days with the population, None where it is not known of all."""

    codes: Mapping[str, str]
    neighbours: NDArray[np.int64]
    recent: Codes
    turnout: Turnout | None


def compute_rates(session: Session, now: datetime, *, again: RateRun | None = None) -> FittedRates:
    """Fit all services together, with one day and with two left out, and each as far as it goes.

    Of `again`, an earlier fit made at `now`, what was known then is fitted once more. Only reads.
    Raises `Conflict` when there is nothing to fit.
    """
    boundary_set = _boundary_set(session, again)
    log = _log_to_fit(session, boundary_set.id, known_at=now if again else None)
    census = census_of(session, boundary_set.id)
    requests = with_census(log.requests, census)
    end_at = as_ticks([now])[0]
    rule = ObservationRule(blackout_days=BLACKOUT_DAYS, end_at=end_at)
    ground = ground_of(session, boundary_set.id, requests, end_at, census)
    observations = without_constants(observe(requests, rule))
    together = fit_on(observations, ground)
    later_rule = replace(rule, blackout_days=LATER_BLACKOUT_DAYS)
    later = fit_on(observe(requests, later_rule), ground, together)
    shown, if_reported = already_shown(session), together
    if shown.leavers:
        more = with_census(as_if_reported(log, shown.leavers), census)
        if_reported = fit_on(observe(more, rule), ground, together)
    groups = dict(session.execute(sa.select(Service.code, Service.group_name)).all())
    served = fitted_together(observations, groups)
    rows = (
        *_rows_of_all(together, later, ground, _filed(requests)),
        *_rows_by_service(requests, observations, ground, served, together),
    )
    hidden = hidden_cells(requests, served, shown_counts(rows, requests.areas, served))
    city = the_city(session).jurisdiction_id
    run = {
        "fitted_at": now,
        "boundary_set_id": boundary_set.id,
        "data_from": _as_moment(observations.first_at),
        "data_until": _as_moment(observations.end_at),
        "data_sha256": log.sha256,
        "parameters": {
            "city": city,
            "code_version": code_version(),
            **_parameters(observations, together, ground),
            "services": served,
            HIDDEN: {
                name: [ground.codes[area] for area in areas] for name, areas in hidden.items()
            },
            "already_shown": shown.counts,
            "otherwise_if_leavers_reported": _otherwise(
                session, together, if_reported, hidden[ALL_SERVICES]
            ),
        },
        "fitted": _fitted(observations, together, ground, city),
    }
    return FittedRates(run, rows)


def _boundary_set(session: Session, again: RateRun | None) -> BoundarySet:
    """Those in force, or those of an earlier fit."""
    if again is not None:
        return session.get_one(BoundarySet, again.boundary_set_id)
    found = current_boundary_set(session)
    if found is None:
        raise Conflict("no-boundaries")
    return found


def _log_to_fit(session: Session, boundary_set_id: int, *, known_at: datetime | None) -> RequestLog:
    log = read_request_log(session, boundary_set_id, known_at)
    if not log.size:
        raise Conflict("no-reports")
    if (log.requests.area < 0).all():
        raise Conflict("no-reports-in-districts")
    return log


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


def ground_of(
    session: Session,
    boundary_set_id: int,
    requests: Requests,
    end_at: np.datetime64,
    census: Mapping[int, Mapping[str, float]],
) -> Ground:
    """The districts as a fit needs them, in the order of `requests.areas`."""
    rows = {
        str(id_): (code, shape) for id_, code, shape in district_shapes(session, boundary_set_id)
    }
    shapes = shapely.from_wkb([rows[area][1] for area in requests.areas])
    recent = reports_by_area(requests, end_at, SILENCE_WINDOW_DAYS)
    population = [census.get(int(area), {}).get("population") for area in requests.areas]
    return Ground(
        codes={area: rows[area][0] for area in requests.areas},
        neighbours=neighbour_pairs(shapes),
        recent=recent,
        turnout=None if None in population else Turnout(recent, np.array(population, dtype=float)),
    )


def fit_on(
    observations: Observations,
    ground: Ground,
    near: ReportingRates | None = None,
    model: str = MODEL,
) -> ReportingRates:
    """The rates of the districts; `near` is a fit of nearly the same to begin at."""
    return reporting_rates(
        without_constants(observations),
        model=model,
        neighbours=ground.neighbours,
        turnout=ground.turnout,
        near=near.model if near else None,
    )


def _otherwise(
    session: Session, rates: ReportingRates, others: ReportingRates, hidden: Collection[str]
) -> list[str]:
    """Names of the districts that read otherwise in another fit, of those whose rate is shown."""
    areas = [
        int(rate.area)
        for rate, other in zip(rates.areas, others.areas, strict=True)
        if rate.area not in hidden and rate.reads_otherwise(other.grade, other.relative_rate)
    ]
    named = sa.select(District.name).where(District.id.in_(areas)).order_by(District.name)
    return list(session.scalars(named))


def _parameters(
    observations: Observations, rates: ReportingRates, ground: Ground
) -> dict[str, Any]:
    """By what model, and from how much; what is not known for sure is [figure, low, high]."""
    vintage, city, model = rates.vintage, rates.city, rates.model
    found: dict[str, Any] = {
        "model": vintage.model,
        "reference": vintage.reference,
        "limit_days": vintage.rule.limit_days,
        "blackout_days": vintage.rule.blackout_days,
        "later_blackout_days": LATER_BLACKOUT_DAYS,
        "incidents": vintage.incidents,
        "duplicates": vintage.duplicates,
        "census": list(observations.covariate_names),
        "neighbours": len(ground.neighbours),
        "is_pooled_only": rates.is_pooled_only,
        "city_rate": city and [city.per_day, city.low, city.high],
    }
    if model and model.smoothed:
        ends = (model.smoothed.hyper, model.smoothed.lowest, model.smoothed.highest)
        found["hyper"] = {
            field.name: [getattr(end, field.name) for end in ends] for field in fields(ends[0])
        }
    return found


def _fitted(
    observations: Observations, rates: ReportingRates, ground: Ground, city: str
) -> str | None:
    """What came out, areas by the codes of their districts, which last longer than row ids."""
    from equity.rates.fitted_parameters import parameters_of
    from equity.rates.rate_model import ModelTerms

    if rates.model is None:
        return None
    found = parameters_of(rates.model, observations, ModelTerms(), city)
    areas = {ground.codes[area]: effect for area, effect in found.areas.items()}
    return replace(found, areas=areas).to_json()


def _rows_of_all(
    together: ReportingRates, later: ReportingRates, ground: Ground, filed: Codes
) -> list[dict[str, Any]]:
    from equity.rates.silence import fewest_expected

    turnout = ground.turnout
    least = fewest_expected(turnout.reports, turnout.population).tolist() if turnout else None
    return [
        {
            **rate_row(ALL_SERVICES, rate),
            "reports": int(filed[place]),
            "recent_reports": int(ground.recent[place]),
            "least_expected": least and least[place],
            "later_rate": other.relative_rate,
            "later_low": other.low,
            "later_high": other.high,
            "later_grade": other.grade.value,
        }
        for place, (rate, other) in enumerate(zip(together.areas, later.areas, strict=True))
    ]


def _rows_by_service(
    requests: Requests,
    observations: Observations,
    ground: Ground,
    served: Mapping[str, tuple[str, ...]],
    together: ReportingRates,
) -> list[dict[str, Any]]:
    """Nobody is silent about one service alone: most people never need it."""
    quiet = replace(ground, turnout=None)
    rows: list[dict[str, Any]] = []
    for members in served.values():
        kinds = [requests.categories.index(service) for service in members]
        chosen = np.isin(observations.category, kinds)
        rates = fit_on(observations.only(chosen), quiet, together)
        filed = _filed(requests, kinds)
        rows += [
            {**rate_row(service, rate), "reports": int(filed[place])}
            for service in members
            for place, rate in enumerate(rates.areas)
        ]
    return rows


def _filed(requests: Requests, kinds: list[int] | None = None) -> Codes:
    """Residents' reports of these kinds in each area, of all kinds by default."""
    is_asked = True if kinds is None else np.isin(requests.category, kinds)
    asked = replace(requests, area=np.where(is_asked, requests.area, UNKNOWN))
    return reports_by_area(asked, requests.at.max(), np.inf)


def rate_row(service_code: str, rate: FittedRate) -> dict[str, Any]:
    """The columns of a stored rate that every fit has."""
    return {
        "district_id": int(rate.area),
        "service_code": service_code,
        "relative_rate": rate.relative_rate,
        "low": rate.low,
        "high": rate.high,
        "incidents": rate.incidents,
        "duplicates": rate.duplicates,
        "exposure_days": rate.exposure_days,
        "grade": rate.grade.value,
        "effective_duplicates": rate.effective_duplicates,
    }


def _as_moment(ticks: np.datetime64) -> datetime:
    return datetime.fromtimestamp(ticks.astype("datetime64[us]").astype(int) / 1e6, UTC)
