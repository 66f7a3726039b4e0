"""How often residents of an area report the same kind of problem, against the whole city.

Only relative rates are identified by repeated reports, never the level, so nothing here claims how
many problems go unreported (Liu, Bhandaram and Garg 2024; see `equity.events`). Nothing is shrunk:
an area with too few further reports has no figure at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from equity.events import Codes, Floats, ObservationRule, Observations

if TYPE_CHECKING:
    from equity.rate_model import ModelTerms, RateModel

MODEL = "poisson, constant rate after the blackout"
REFERENCE = "mean rate of the areas, weighted by their exposure days, at equal category"
INTERVAL = 0.9

_HALF_WIDTH = NormalDist().inv_cdf((1 + INTERVAL) / 2)
_PLENTY = 80
_ENOUGH = 17


class Grade(StrEnum):
    """How much the data of an area can say.

    A has 80 duplicates or more (a 90 % interval of about a fifth either way if nothing is
    overdispersed), B has 17 to 79, C fewer: cannot tell. S is silent: fewer reports per resident
    than the city's spread explains. S goes before the others, because where hardly anybody
    reports, a rate is the rate of a few and says nothing for the rest.
    """

    A = "A"
    B = "B"
    C = "C"
    S = "S"


@dataclass(frozen=True, slots=True)
class AreaRate:
    """An area's rate over `REFERENCE` with its 90 % interval; None where the data cannot tell.

    A silent area keeps its figures if it has the duplicates of grade B.
    """

    area: str
    grade: Grade
    duplicates: int
    incidents: int
    exposure_days: float
    relative_rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Vintage:
    """What the figures rest on: data window, rule of observation and model."""

    first_at: np.datetime64
    end_at: np.datetime64
    rule: ObservationRule
    model: str
    reference: str
    incidents: int
    duplicates: int


@dataclass(frozen=True, slots=True, eq=False)
class ReportingRates:
    """One entry for each area, in the order of `Observations.areas`; `model` is None where there
    is no duplicate at all."""

    areas: tuple[AreaRate, ...]
    vintage: Vintage
    model: "RateModel | None"


@dataclass(frozen=True, slots=True, eq=False)
class Turnout:
    """Reports and residents of every area, in the order of `Observations.areas`: what silence is
    judged by. `reports` counts the last 90 days (`equity.events.reports_by_area`)."""

    reports: Codes
    population: Floats


def reporting_rates(
    observations: Observations,
    *,
    terms: "ModelTerms | None" = None,
    turnout: Turnout | None = None,
) -> ReportingRates:
    """Relative reporting rate of every area, adjusted for category and covariates.

    The interval uses the wider of the model's and the sandwich standard error: reports come in
    bursts, which makes the model's alone up to twice too small. Without `turnout` no area is
    called silent. Raises what `fit_rate_model` refuses, but for `no-duplicates`: then every area
    is one about which nothing can be told.
    """
    # What fits is slow to import, and who reads a finished rate does not fit.
    from equity.rate_model import fit_rate_model
    from equity.silence import silent_areas

    size = len(observations.areas)
    duplicates = np.bincount(observations.area, observations.duplicates, size).astype(np.intp)
    incidents = np.bincount(observations.area, minlength=size)
    exposure = np.bincount(observations.area, observations.exposure_days, size).astype(float)
    model = fit_rate_model(observations, terms) if duplicates.any() else None
    is_silent = (
        silent_areas(turnout.reports, turnout.population) if turnout else np.zeros(size, bool)
    )
    log_rate, error = _log_relative(model, exposure) if model else (np.zeros(size),) * 2
    # With one area reporting there is nothing to compare it with.
    is_comparable = int(np.count_nonzero(duplicates)) > 1
    low, high = log_rate - _HALF_WIDTH * error, log_rate + _HALF_WIDTH * error

    def area_rate(a: int) -> AreaRate:
        is_told = is_comparable and int(duplicates[a]) >= _ENOUGH
        return AreaRate(
            area=observations.areas[a],
            grade=Grade.S if is_silent[a] else _grade(int(duplicates[a]), is_told),
            duplicates=int(duplicates[a]),
            incidents=int(incidents[a]),
            exposure_days=float(exposure[a]),
            relative_rate=float(np.exp(log_rate[a])) if is_told else None,
            low=float(np.exp(low[a])) if is_told else None,
            high=float(np.exp(high[a])) if is_told else None,
        )

    return ReportingRates(tuple(area_rate(a) for a in range(size)), _vintage(observations), model)


def reporting_rates_by_group(
    observations: Observations,
    group_of: Mapping[str, str],
    *,
    terms: "ModelTerms | None" = None,
) -> dict[str, ReportingRates]:
    """The same for each group of categories alone; a category without a group is left out."""
    group = np.array([group_of.get(name, "") for name in observations.categories])
    return {
        name: reporting_rates(observations.only(group[observations.category] == name), terms=terms)
        for name in sorted(set(group_of.values()))
    }


def _grade(duplicates: int, is_told: bool) -> Grade:
    if not is_told:
        return Grade.C
    return Grade.A if duplicates >= _PLENTY else Grade.B


def _log_relative(model: "RateModel", exposure: Floats) -> tuple[Floats, Floats]:
    """Log of each area's rate over the city's mean and its standard error, by the delta method.

    With effects u and exposure shares p the mean is R = sum p exp(u), and the gradient of
    u_a - log R in u_b is [a = b] - p_b exp(u_b) / R. An area set aside has the rate zero.
    """
    is_contrast = model.area_columns >= 0
    columns = model.area_columns[is_contrast]
    effect = np.zeros(exposure.size)
    effect[is_contrast] = model.fit.coefficients[columns]
    part = exposure / exposure.sum() * np.exp(effect) * model.has_rate
    gradient = (np.eye(exposure.size) - part / part.sum())[:, is_contrast]
    variance = [
        ((gradient @ covariance[np.ix_(columns, columns)]) * gradient).sum(axis=1)
        for covariance in (model.fit.covariance, model.fit.robust_covariance)
    ]
    return effect - np.log(part.sum()), np.sqrt(np.maximum(*variance))


def _vintage(observations: Observations) -> Vintage:
    return Vintage(
        observations.first_at,
        observations.end_at,
        observations.rule,
        MODEL,
        REFERENCE,
        observations.duplicates.size,
        int(observations.duplicates.sum()),
    )
