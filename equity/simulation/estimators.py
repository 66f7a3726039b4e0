"""The estimators that can be held against a simulated city, each from its event log alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from equity.errors import EquityError
from equity.rates.events import Codes, Floats, ObservationRule, observe
from equity.rates.rate_model import fit_rate_model
from equity.rates.reporting_rate import reporting_rates
from equity.simulation.event_log import EventLog
from equity.simulation.scenario import City

BEGAN_AT = np.datetime64("2025-01-01", "us")
"""When the window of a simulated city opens."""

COVARIATES = 2
"""How many of `City.covariates` are given to the models: seniors and log income. The third is
nearly made of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Recovered:
    """What an estimator makes of a log.

    `log_rate` (areas,), with the ends of its 90 % interval, is relative to the mean of the areas'
    rates weighted by `weight` (areas,), at equal category; NaN where it cannot tell.
    `coefficients` and `errors` (COVARIATES,) are the effects of a standard deviation over the
    areas. `level` is the mean rate a day of the incidents watched, over the days watched.
    """

    log_rate: Floats
    low: Floats
    high: Floats
    weight: Floats
    coefficients: Floats
    errors: Floats
    level: float


Estimator: TypeAlias = Callable[[EventLog, City, Codes], Recovered]


def poisson(log: EventLog, city: City, _neighbours: Codes) -> Recovered:
    """Poisson with free area effects and the sandwich, as the city's own nightly run fits it.

    The covariates' effects come from the same model without area effects.
    """
    seen = observe(log.requests(BEGAN_AT), ObservationRule())
    with_census = observe(
        log.requests(BEGAN_AT, city.covariates[:, :COVARIATES]), ObservationRule()
    )
    rates = reporting_rates(seen).areas
    model = fit_rate_model(with_census, by_area=False)
    deviations = model.covariate_deviations

    def logs(name: str) -> Floats:
        return np.log(
            [np.nan if (value := getattr(rate, name)) is None else value for rate in rates]
        )

    return Recovered(
        log_rate=logs("relative_rate"),
        low=logs("low"),
        high=logs("high"),
        weight=np.array([rate.exposure_days for rate in rates]),
        coefficients=model.fit.coefficients[-COVARIATES:] / deviations,
        errors=np.sqrt(model.fit.robust_variances[-COVARIATES:]) / deviations,
        level=float(seen.duplicates.sum() / seen.exposure_days.sum()),
    )


def bym2(log: EventLog, city: City, neighbours: Codes) -> Recovered:
    """Negative binomial with selection, areas smoothed over the map; every area has an estimate."""
    requests = log.requests(BEGAN_AT, city.covariates[:, :COVARIATES])
    seen = observe(requests, ObservationRule())
    rates = reporting_rates(seen, model="bym2", neighbours=neighbours)
    if rates.model is None or rates.log_rates is None:
        raise EquityError("no-duplicates", incidents=seen.duplicates.size)
    fit, deviations = rates.model.fit, rates.model.covariate_deviations
    effects = slice(len(log.categories), len(log.categories) + COVARIATES)
    return Recovered(
        log_rate=rates.log_rates.estimate,
        low=rates.log_rates.low,
        high=rates.log_rates.high,
        weight=np.array([rate.exposure_days for rate in rates.areas]),
        coefficients=fit.coefficients[effects] / deviations,
        errors=np.sqrt(np.maximum(fit.variances, fit.robust_variances)[effects]) / deviations,
        level=float(seen.duplicates.sum() / seen.exposure_days.sum()),
    )


ESTIMATORS: Mapping[str, Estimator] = {"poisson": poisson, "bym2": bym2}
"""By the name the command line knows them by; it takes the last unless told otherwise."""
