"""What was fitted, tagged with the city and the time it was fitted on.

Reporting rates, their fall with time and the frailty of incidents are facts of one city: its app,
its call centre, its habits. Borrowed parameters would give figures that look like an estimate and
are none, so they say what they were fitted on and refuse any other city's data until that city has
a fit of its own.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import exp

import numpy as np

from equity.errors import EquityError
from equity.rates.events import PIECES_DAYS, Codes, Floats, Observations
from equity.rates.natural_life import NaturalLife, days_there
from equity.rates.rate_model import ModelTerms, RateModel
from equity.rates.repeats import frailty_of_reported

FORMAT = "evenward-equity-parameters-1"


@dataclass(frozen=True, slots=True)
class FittedParameters:
    """Moments are ISO 8601 in UTC. `categories`, `areas` and `covariates` are effects on the log
    rate a day, the latter of a standard deviation around the mean in `scales`; a level without a
    further report has none. `pieces` are rates over the mean by piece of time, `loss_rate` the
    chance a day that a problem vanishes, where that was known; `shape` what the model has besides:
    `inflation`, or `frailty` and `reach_days`.
    """

    city: str
    first_at: str
    end_at: str
    model: str
    intercept: float
    categories: Mapping[str, float]
    areas: Mapping[str, float]
    covariates: Mapping[str, float]
    scales: Mapping[str, tuple[float, float]]
    pieces: tuple[float, ...]
    loss_rate: float | None
    shape: Mapping[str, float]

    def to_json(self) -> str:
        """Everything, to be read by `from_json`."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str | bytes) -> "FittedParameters":
        """Raises EquityError `parameters-unreadable`."""
        try:
            found = json.loads(text)
            if found.pop("format") != FORMAT:
                raise EquityError("parameters-unreadable")
            found["pieces"] = tuple(map(float, found["pieces"]))
            for effects in ("categories", "areas", "covariates", "shape"):
                found[effects] = {name: float(one) for name, one in found[effects].items()}
            for moment in ("first_at", "end_at"):
                _moment(found[moment])
            found["scales"] = {name: (mean, sd) for name, (mean, sd) in found["scales"].items()}
            return cls(**found)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EquityError("parameters-unreadable") from error

    def expected_duplicates(self, observations: Observations, city: str) -> Floats:
        """(m,) further reports these parameters lead one to expect of each incident of `city`.

        Raises EquityError `parameters-of-another-city`, `parameters-of-another-period` where the
        data do not lie within the days they were fitted on, and `parameters-lack-level` for a
        category, an area or a covariate that was not there then.
        """
        if city != self.city:
            raise EquityError("parameters-of-another-city", city=city, fitted_on=self.city)
        self._refuse_another_period(observations)
        kind = _effects(observations.categories, self.categories, observations.category)
        area = _effects(observations.areas, self.areas, observations.area)
        log_rate = self.intercept + kind + area
        for name, values in zip(
            observations.covariate_names, observations.covariates.T, strict=True
        ):
            if name not in self.covariates:
                raise EquityError("parameters-lack-level", level=name)
            mean, deviation = self.scales[name]
            log_rate += self.covariates[name] * (values - mean) / deviation
        rate = np.exp(log_rate)
        life = None if self.loss_rate is None else NaturalLife(self.loss_rate, 0, 0)
        expected = rate * (days_there(observations, life) @ np.array(self.pieces))
        if "inflation" in self.shape:
            return np.asarray(expected * (1 - self.shape["inflation"]))
        if "reach_days" in self.shape:
            expected *= frailty_of_reported(rate, self.shape["frailty"], self.shape["reach_days"])
        return np.asarray(expected)

    def _refuse_another_period(self, observations: Observations) -> None:
        fitted, data = (self.first_at, self.end_at), (observations.first_at, observations.end_at)
        if _moment(fitted[0]) <= data[0] and data[1] <= _moment(fitted[1]):
            return
        raise EquityError(
            "parameters-of-another-period",
            fitted_from=fitted[0],
            fitted_until=fitted[1],
            first_at=f"{data[0]}Z",
            end_at=f"{data[1]}Z",
        )


def parameters_of(
    model: RateModel, observations: Observations, terms: ModelTerms, city: str
) -> FittedParameters:
    """Of a model fitted to `observations` with `terms`."""
    coefficients = model.smoothed.at_mode if model.smoothed else model.fit.coefficients
    found = dict(zip(model.names, coefficients.tolist(), strict=True))
    pieces = model.pieces.relative_rate.tolist() if model.pieces else [1.0] * len(PIECES_DAYS)
    shape: dict[str, float] = {}
    if model.smoothed:
        hyper = model.smoothed.hyper
        shape = {"frailty": hyper.frailty, "reach_days": hyper.reach_days}
    elif model.fit.shape:
        value = exp(model.fit.shape.value)
        shape = (
            {"frailty": value} if model.family == "negbin" else {"inflation": value / (1 + value)}
        )

    def effects(label: str, levels: tuple[str, ...], reference: str | None) -> dict[str, float]:
        named = {
            level: found[name]
            for level in levels
            for name in (f"C({label})[T.{level}]", f"C({label})[{level}]")
            if name in found
        }
        return named if reference is None else {reference: 0.0, **named}

    scales = zip(model.covariate_means.tolist(), model.covariate_deviations.tolist(), strict=True)
    return FittedParameters(
        city=city,
        first_at=f"{observations.first_at}Z",
        end_at=f"{observations.end_at}Z",
        model=model.family,
        intercept=found.get("Intercept", 0.0),
        categories=effects(terms.category_label, observations.categories, model.reference_category),
        areas=effects(terms.area_label, observations.areas, model.reference_area),
        covariates={name: found[name] for name in observations.covariate_names},
        scales=dict(zip(observations.covariate_names, scales, strict=True)),
        pieces=tuple(pieces),
        loss_rate=model.life.loss_rate if model.life else None,
        shape=shape,
    )


def _moment(text: str) -> np.datetime64:
    return np.datetime64(text.removesuffix("Z"))


def _effects(levels: tuple[str, ...], effects: Mapping[str, float], codes: Codes) -> Floats:
    """(m,) of the levels that occur."""
    for code in np.unique(codes):
        if levels[code] not in effects:
            raise EquityError("parameters-lack-level", level=levels[code])
    return np.asarray(np.array([effects.get(level, -np.inf) for level in levels])[codes])
