"""How often residents of an area report the same kind of problem, against the whole city.

Only relative rates are identified by repeated reports, never the level, so nothing here claims how
many problems go unreported (Liu, Bhandaram and Garg 2024; see `equity.rates.events`): that takes
sweeps (`equity.rates.capture_recapture`). An area with too few further reports has no figure at
all.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from equity.rates.events import Codes, Floats, Mask, ObservationRule, Observations

if TYPE_CHECKING:
    from equity.rates.rate_model import ModelTerms, RateModel
    from equity.rates.relative_rates import LogRates

REFERENCE = "mean rate of the areas, weighted by their exposure days, at equal category"
PLENTY = 80
ENOUGH = 17
SILENCE_WINDOW_DAYS = 90.0
_LEAST_ERROR = 1e-6


class Grade(StrEnum):
    """How much the data of an area can say.

    A has 80 duplicates or more, and an interval as narrow as 80 independent ones give, about a
    fifth either way; B has 17 and an interval within about a half; C fewer: cannot tell. Duplicates
    that come in heaps are worth fewer than their number. S is silent: fewer reports per resident
    than the city's spread explains. S goes before the others, because where hardly anybody
    reports, a rate is the rate of a few and says nothing for the rest.
    """

    A = "A"
    B = "B"
    C = "C"
    S = "S"


def likely_rate(low: float | None, high: float | None) -> float | None:
    """The middle of the interval of a rate on the scale of logarithms, on which rates err as far to
    either side; None without an interval."""
    return None if low is None or high is None else sqrt(low * high)


@dataclass(frozen=True, slots=True)
class AreaRate:
    """An area's rate over `REFERENCE` with its 90 % interval; None where the data cannot tell.

    `relative_rate` may lie on the very end of the interval: it is drawn away from the others, so
    that areas together differ as much as they do (`equity.rates.relative_rates.unflattened`). Of
    one area by itself `likely` is said. A silent area keeps its figures if it has the data of grade
    B. `effective_duplicates` is how many independent duplicates would tell as much, None where
    there is no fit.
    """

    area: str
    grade: Grade
    duplicates: int
    incidents: int
    exposure_days: float
    relative_rate: float | None
    low: float | None
    high: float | None
    effective_duplicates: float | None = None

    @property
    def likely(self) -> float | None:
        """What is said of the area by itself, see `likely_rate`."""
        return likely_rate(self.low, self.high)

    def reads_otherwise(self, grade: str, relative_rate: float | None) -> bool:
        """Whether another fit has another grade, or a figure beyond this one's interval."""
        if grade != self.grade or self.low is None or self.high is None or relative_rate is None:
            return grade != self.grade
        return not self.low <= relative_rate <= self.high


@dataclass(frozen=True, slots=True)
class CityRate:
    """Further reports a day of a watched incident in the whole city, with a 90 % interval that
    lets for their coming in heaps."""

    per_day: float
    low: float
    high: float


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
    is no duplicate at all, and `city` where nothing was watched.

    `log_rates` are there for all areas, also for those about which the grade says not to tell: for
    checks of the method, not for showing. `is_pooled_only` says that fewer than two areas have a
    figure, so that all there is to say is said of the city as a whole.
    """

    areas: tuple[AreaRate, ...]
    vintage: Vintage
    model: "RateModel | None"
    log_rates: "LogRates | None"
    city: CityRate | None

    @property
    def is_pooled_only(self) -> bool:
        """Whether the city is too small for rates of areas."""
        return sum(area.relative_rate is not None for area in self.areas) < 2


@dataclass(frozen=True, slots=True, eq=False)
class Turnout:
    """Reports and residents of every area, in the order of `Observations.areas`: what silence is
    judged by. `reports` counts the last `SILENCE_WINDOW_DAYS` (`reports_by_area` of
    `equity.rates.events`)."""

    reports: Codes
    population: Floats


def reporting_rates(
    observations: Observations,
    *,
    model: str = "poisson",
    neighbours: NDArray[Any] | None = None,
    terms: "ModelTerms | None" = None,
    turnout: Turnout | None = None,
    in_pieces: bool | None = None,
    near: "RateModel | None" = None,
) -> ReportingRates:
    """Relative reporting rate of every area, adjusted for category and covariates.

    The interval uses the wider of the model's and the sandwich standard error: reports come in
    bursts, which makes the model's alone up to twice too small. Without `turnout` no area is
    called silent. The other arguments and refusals are those of `equity.rates.models.fit`, but for
    `no-duplicates`: then every area is one about which nothing can be told.
    """
    # What fits is slow to import, and who reads a finished rate does not fit.
    from equity.rates.models import MODELS, fit
    from equity.rates.silence import silent_areas

    size = len(observations.areas)
    duplicates = np.bincount(observations.area, observations.duplicates, size).astype(np.intp)
    fitted, log_rates, effective = None, None, duplicates.astype(float)
    if duplicates.any():
        fitted = fit(
            observations,
            model=model,
            neighbours=neighbours,
            terms=terms,
            in_pieces=in_pieces,
            near=near,
        )
        log_rates = _log_rates(fitted, observations)
        effective = np.minimum(duplicates, _effective(fitted, log_rates))
    is_silent = (
        silent_areas(turnout.reports, turnout.population) if turnout else np.zeros(size, bool)
    )
    return ReportingRates(
        _areas(observations, duplicates, effective, log_rates, is_silent),
        _vintage(observations, MODELS[model], fitted),
        fitted,
        log_rates,
        _city(observations),
    )


def _areas(
    observations: Observations,
    duplicates: Codes,
    effective: Floats,
    log_rates: "LogRates | None",
    is_silent: Mask,
) -> tuple[AreaRate, ...]:
    size = len(observations.areas)
    incidents = np.bincount(observations.area, minlength=size)
    exposure = np.bincount(observations.area, observations.exposure_days, size)
    # With one area reporting there is nothing to compare it with.
    is_comparable = int(np.count_nonzero(duplicates)) > 1

    def area_rate(a: int) -> AreaRate:
        is_told = is_comparable and min(duplicates[a], effective[a]) >= ENOUGH
        told = log_rates if is_told else None
        return AreaRate(
            area=observations.areas[a],
            grade=Grade.S if is_silent[a] else _grade(effective[a], is_told),
            duplicates=int(duplicates[a]),
            incidents=int(incidents[a]),
            exposure_days=float(exposure[a]),
            relative_rate=float(np.exp(told.estimate[a])) if told else None,
            low=float(np.exp(told.low[a])) if told else None,
            high=float(np.exp(told.high[a])) if told else None,
            effective_duplicates=float(effective[a]) if log_rates else None,
        )

    return tuple(area_rate(a) for a in range(size))


def _grade(effective: float, is_told: bool) -> Grade:
    if not is_told:
        return Grade.C
    return Grade.A if effective >= PLENTY else Grade.B


def _log_rates(model: "RateModel", observations: Observations) -> "LogRates":
    """By the delta method; an area set aside has the rate zero."""
    from equity.rates.relative_rates import log_relative, normal

    if model.smoothed:
        return model.smoothed.log_rates
    size = len(observations.areas)
    is_contrast = model.area_columns >= 0
    rows = np.zeros((size, len(model.names)))
    rows[is_contrast, model.area_columns[is_contrast]] = 1.0
    days = np.bincount(observations.area, observations.exposure_days, size) * model.has_rate
    shift = np.log(days.sum() / observations.exposure_days.sum())
    estimate, gradient = log_relative(model.fit.coefficients, rows, days / days.sum())
    return normal(estimate - shift, np.sqrt(model.fit.wider_variances(gradient)))


def _effective(model: "RateModel", log_rates: "LogRates") -> Floats:
    """(areas,) independent duplicates of the same weight, for which variance is one over n."""
    if model.smoothed:
        return model.smoothed.effective_duplicates
    return 1 / np.maximum(log_rates.error, _LEAST_ERROR) ** 2


def _city(observations: Observations) -> CityRate | None:
    days = float(observations.exposure_days.sum())
    if not days:
        return None
    found = int(observations.duplicates.sum())
    per_day = found / days
    spread = ((observations.duplicates - per_day * observations.exposure_days) ** 2).sum()
    # Nothing found in so many days is less than three, with 95 %.
    half = 1.645 * float(np.sqrt(spread)) / max(found, 1)
    high = per_day * np.exp(half) if found else 3 / days
    return CityRate(per_day, per_day * float(np.exp(-half)), float(high))


def _vintage(observations: Observations, name: str, model: "RateModel | None") -> Vintage:
    shape = "rate falling with time" if model and model.pieces else "constant rate"
    return Vintage(
        observations.first_at,
        observations.end_at,
        observations.rule,
        f"{name}, {shape} after the blackout",
        REFERENCE,
        observations.duplicates.size,
        int(observations.duplicates.sum()),
    )
