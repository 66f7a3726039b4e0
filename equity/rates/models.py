"""The models of the reporting rate, behind one function."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equity.errors import EquityError
from equity.rates.area_model import Reach, pose, posterior
from equity.rates.baseline import Baseline, fall_a_day, fit_baseline
from equity.rates.events import Floats, Observations
from equity.rates.natural_life import NaturalLife, days_there, natural_life
from equity.rates.neighbourhood import Neighbourhood, neighbourhood
from equity.rates.rate_model import ModelTerms, RateModel, fit_rate_model, scales

MODELS: Mapping[str, str] = {
    "poisson": "poisson",
    "zip": "zero-inflated poisson",
    "negbin": "negative binomial, frailty shared within an incident",
    "bym2": "negative binomial of reported incidents, areas smoothed over neighbours (BYM2)",
}
"""What each is called in a vintage."""

SMOOTHED = "bym2"
_DAY = np.timedelta64(1, "D")
_KNOWN, _GUESSED = 1.0, 1.5
"""How far off the log of the reach may be, with and without inspections: standard deviations."""


def fit(
    observations: Observations,
    *,
    model: str = "poisson",
    neighbours: NDArray[Any] | None = None,
    terms: ModelTerms | None = None,
    in_pieces: bool | None = None,
    near: RateModel | None = None,
) -> RateModel:
    """Fit one of `MODELS` to all incidents observed.

    `neighbours` (pairs, 2) are positions in `observations.areas`; only `bym2` knows a map, and
    without one its areas are alike to their mean alone. With `in_pieces` the rate falls with the
    time since the first report, as all areas' reports together say; by default it does in `bym2`.
    `bym2` begins its search at `near`, a fit of nearly the same, with the same neighbours.

    Raises EquityError `unknown-model`, `no-duplicates`, `neighbours-impossible`,
    `covariate-constant`, `no-fit`, and what `fit_rate_model` refuses of the others.
    """
    if model not in MODELS:
        raise EquityError("unknown-model", model=model, models=list(MODELS))
    if not observations.duplicates.any():
        raise EquityError("no-duplicates", incidents=observations.duplicates.size)
    terms = terms or ModelTerms()
    life = natural_life(observations)
    pieces = None
    exposure = observations.exposure_days
    if model == SMOOTHED if in_pieces is None else in_pieces:
        days = days_there(observations, life)
        pieces = fit_baseline(observations, days)
        exposure = days @ pieces.relative_rate
    if model != SMOOTHED:
        watched = replace(observations, exposure_days=exposure)
        fitted = fit_rate_model(watched, terms, family=model)
    else:
        around = neighbourhood(len(observations.areas), neighbours)
        reach = _reach(observations, life, pieces)
        fitted = _smoothed(observations, exposure, around, terms, reach, near)
    return replace(fitted, pieces=pieces, life=life if pieces else None)


def _reach(observations: Observations, life: NaturalLife | None, pieces: Baseline | None) -> Reach:
    """For how long a problem can be reported: while it lasts, and within the time of the data.

    Of the time of the data a problem has half on average. Where no inspection tells how long
    problems last, the fall of further reports with time is the best hint: some of it is waning
    interest, but nobody reports what is gone.
    """
    window = max(float((observations.end_at - observations.first_at) / _DAY), 1.0)
    if life:
        return Reach(1 / (life.loss_rate + 2 / window), _KNOWN)
    fall = fall_a_day(pieces, observations.rule.blackout_days) if pieces else 0.0
    return Reach(1 / (fall + 2 / window), _GUESSED)


def _smoothed(
    observations: Observations,
    exposure: Floats,
    around: Neighbourhood,
    terms: ModelTerms,
    reach: Reach,
    near: RateModel | None,
) -> RateModel:
    means, deviations = scales(observations)
    covariates = (observations.covariates - means) / deviations
    names = (
        *(f"C({terms.category_label})[{name}]" for name in observations.categories),
        *observations.covariate_names,
        *(f"C({terms.area_label})[{name}]" for name in observations.areas),
    )
    begin = near.smoothed if near and near.names == names else None
    found = posterior(pose(observations, exposure, covariates, around, reach), begin)
    kinds, areas = len(observations.categories), len(observations.areas)
    first = kinds + len(observations.covariate_names)
    return RateModel(
        names=names,
        set_aside=(),
        reference_area=None,
        reference_category=None,
        fit=found.fit,
        area_columns=first + np.arange(areas),
        has_rate=np.ones(areas, bool),
        covariate_means=means,
        covariate_deviations=deviations,
        family=SMOOTHED,
        smoothed=found,
    )
