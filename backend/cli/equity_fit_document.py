"""What `equity fit` says, as a document for programs and as lines for people."""

from collections.abc import Mapping
from math import exp
from typing import Any, TypeAlias

import numpy as np
from scipy.special import expit

from backend.cli.request_log import RequestLog
from equity.rates.area_model import Hyper
from equity.rates.events import PIECES_DAYS, Floats, Observations
from equity.rates.explain_rate import RATE_ENGLISH, explain_rate
from equity.rates.rate_model import RateModel
from equity.rates.reporting_rate import AreaRate, ReportingRates
from equity.sentences import in_words, lower_limit, upper_limit

TOO_SMALL = (
    "This is too little for rates of single areas: only the city as a whole can be described, and "
    "what its areas leave unreported takes sweeps to find."
)

NEVER_REPEATED = "no further report: the rate is zero, its logarithm has no number"
TOO_FEW = "no clustered error: so few incidents fit exactly, which says nothing of their spread"
_ROUNDING = 1e-12

Document: TypeAlias = dict[str, Any]


def document(
    log: RequestLog,
    observations: Observations,
    rates: ReportingRates,
    city: str | None,
    sensitivity: Mapping[float, ReportingRates | str],
    by_category: Mapping[str, ReportingRates | str],
) -> Document:
    """Everything; the last two hold the same fit at other blackouts and of each kind of problem
    alone, or why there is none."""
    model, rule, left_out = rates.model, observations.rule, observations.left_out
    return {
        "incidents": rates.vintage.incidents,
        "duplicates": rates.vintage.duplicates,
        "exposure_days": float(observations.exposure_days.sum()),
        "log_likelihood": model.fit.log_likelihood if model else None,
        **_estimates(model),
        **_shape(model),
        "areas": [_area(rate, rates) for rate in rates.areas],
        "city": _city(rates),
        "sensitivity": [
            {"blackout_days": days, **_brief(other)} for days, other in sensitivity.items()
        ],
        "by_category": [{"category": kind, **_brief(one)} for kind, one in by_category.items()],
        "parameters": {
            "city": city,
            "model": rates.vintage.model,
            "relative_to": rates.vintage.reference,
            "first_at": f"{rates.vintage.first_at}Z",
            "end_at": f"{rates.vintage.end_at}Z",
            "limit_days": rule.limit_days,
            "blackout_days": rule.blackout_days,
            "keep_repeated_rows": not rule.is_one_row_per_request,
            "reference_area": model.reference_area if model else None,
            "reference_category": model.reference_category if model else None,
            "covariates": _scales(observations, model),
        },
        "rows": {
            "read": log.rows,
            "unreadable": len(log.unreadable),
            "stray": len(log.stray),
            "missing_cells": [
                {"column": column, "word": word, "cells": count}
                for (column, word), count in sorted(log.missing.items())
            ],
        },
        "incidents_left_out": {
            "without_report": left_out.without_report,
            "ended_before_reported": left_out.ended_before_reported,
            "too_short": left_out.too_short,
            "without_area_or_category": left_out.without_area_or_category,
            "without_covariate": left_out.without_covariate,
        },
    }


def _estimates(model: RateModel | None) -> Document:
    """Null where there is nothing to tell, `untold` says why."""
    if model is None:
        return {
            "coefficients": {}, "standard_errors": {}, "cluster_standard_errors": {}, "untold": {},
        }  # fmt: skip

    def named(values: Floats) -> dict[str, float | None]:
        fitted: dict[str, float | None] = dict(zip(model.names, values.tolist(), strict=True))
        return fitted | dict.fromkeys(model.set_aside)

    fit = model.fit
    # What is left of an exact fit is rounding, on either side of zero.
    is_exact = fit.robust_variances <= _ROUNDING * fit.variances
    exact = [name for name, one in zip(model.names, is_exact, strict=True) if one]
    return {
        "coefficients": named(fit.coefficients),
        "standard_errors": named(np.sqrt(fit.variances)),
        "cluster_standard_errors": named(np.sqrt(np.where(is_exact, 0.0, fit.robust_variances)))
        | dict.fromkeys(exact),
        "untold": dict.fromkeys(model.set_aside, NEVER_REPEATED) | dict.fromkeys(exact, TOO_FEW),
    }


def _shape(model: RateModel | None) -> Document:
    """What a model has beside its rates; null where it has no such thing."""
    found: Document = dict.fromkeys(("inflation", "dispersion", "hyperparameters", "pieces"))
    if model is None:
        return found
    shape = model.fit.shape
    if shape and model.family == "zip":
        found["inflation"] = {
            "logit": shape.value,
            "standard_error": shape.error,
            # The published tables give this one: as if the rates were known.
            "standard_error_at_these_rates": shape.error_alone,
            "part_never_repeated": float(expit(shape.value)),
        }
    if shape and model.family == "negbin":
        alpha = exp(-shape.value)
        found["dispersion"] = {
            "alpha": alpha,
            "standard_error": alpha * shape.error,
            "k": 1 / alpha,
        }
    if model.smoothed:
        ends = zip(
            *map(_hyper, (model.smoothed.hyper, model.smoothed.lowest, model.smoothed.highest)),
            strict=True,
        )
        found["hyperparameters"] = {
            name: {"mode": mode, "low": low, "high": high}
            for name, (mode, low, high) in zip(_HYPER, ends, strict=True)
            if high > 0  # without a map nothing is shared with neighbours
        }
        found["dispersion"] = {
            "alpha": 1 / model.smoothed.hyper.frailty,
            "k": model.smoothed.hyper.frailty,
        }
    if model.pieces:
        columns = (model.pieces.exposure_days, model.pieces.duplicates, model.pieces.relative_rate)
        rows = zip(PIECES_DAYS, *(column.tolist() for column in columns), strict=True)
        found["pieces"] = [
            {"from_day": day, "exposure_days": days, "duplicates": count, "relative_rate": rate}
            for day, days, count, rate in rows
            if days > 0
        ]
    return found


_HYPER = ("area_deviation", "part_shared_with_neighbours", "frailty_k", "reach_days")


def _hyper(hyper: Hyper) -> tuple[float, float, float, float]:
    return (hyper.deviation, hyper.structured_part, hyper.frailty, hyper.reach_days)


def _area(rate: AreaRate, rates: ReportingRates) -> Document:
    duplicates = [one.duplicates for one in rates.areas]
    return {
        "area": rate.area,
        "relative_rate": rate.relative_rate,
        "low": rate.low,
        "high": rate.high,
        "least_error_rate": _least_error(rate, rates),
        "duplicates": rate.duplicates,
        "effective_duplicates": rate.effective_duplicates,
        "incidents": rate.incidents,
        "exposure_days": rate.exposure_days,
        "grade": rate.grade.value,
        "sentence": in_words([explain_rate(rate, duplicates)], RATE_ENGLISH),
    }


def _least_error(rate: AreaRate, rates: ReportingRates) -> float | None:
    """The mean of what is believed, which lies nearer to the city's rate."""
    if rate.relative_rate is None or rates.log_rates is None:
        return None
    position = [one.area for one in rates.areas].index(rate.area)
    return float(np.exp(rates.log_rates.mean[position]))


def _city(rates: ReportingRates) -> Document:
    city = rates.city
    return {
        "further_reports_per_day": city.per_day if city else None,
        "low": city.low if city else None,
        "high": city.high if city else None,
        "is_all_that_can_be_told": rates.is_pooled_only,
        "sentence": TOO_SMALL if rates.is_pooled_only else None,
    }


def _brief(rates: ReportingRates | str) -> Document:
    if isinstance(rates, str):
        return {"refused": rates, "areas": []}
    return {
        "duplicates": rates.vintage.duplicates,
        "areas": [
            {
                "area": rate.area,
                "relative_rate": rate.relative_rate,
                "low": rate.low,
                "high": rate.high,
                "grade": rate.grade.value,
            }
            for rate in rates.areas
        ],
    }


def _scales(observations: Observations, model: RateModel | None) -> Document:
    """The mean and standard deviation by which each covariate was put on its scale."""
    if model is None:
        return {}
    pairs = zip(model.covariate_means.tolist(), model.covariate_deviations.tolist(), strict=True)
    return {
        name: {"mean": mean, "standard_deviation": deviation}
        for name, (mean, deviation) in zip(observations.covariate_names, pairs, strict=True)
    }


def lines(document: Document) -> list[str]:
    """The document for people."""
    likelihood = document["log_likelihood"]
    return [
        f"{document['incidents']} incidents, {document['duplicates']} further reports, "
        f"{document['exposure_days']:.1f} days watched"
        + ("" if likelihood is None else f", log-likelihood {likelihood:.3f}"),
        f"Data from {document['parameters']['first_at']} to {document['parameters']['end_at']}",
        f"Model: {document['parameters']['model']}",
        "Left out: "
        + ", ".join(
            f"{count} {reason.replace('_', ' ')}"
            for reason, count in document["incidents_left_out"].items()
        ),
        "",
        *_coefficient_lines(document),
        *_shape_lines(document),
        *_city_lines(document["city"]),
        f"Relative to: {document['parameters']['relative_to']}",
        *_area_lines(document["areas"]),
        *_sensitivity_lines(document["sensitivity"]),
        *_category_lines(document["by_category"]),
    ]


def _coefficient_lines(document: Document) -> list[str]:
    if not document["coefficients"]:
        return []
    width = max(map(len, document["coefficients"]))
    shown = [f"{'':{width}}  coefficient     error   cluster"]
    for name, value in document["coefficients"].items():
        if value is None:
            shown.append(f"{name:{width}}  no further report")
            continue
        error, cluster = (
            document[kind][name] for kind in ("standard_errors", "cluster_standard_errors")
        )
        tail = "        -" if cluster is None else f"{cluster:9.4f}"
        shown.append(f"{name:{width}}  {value:11.4f} {error:9.4f} {tail}")
    return [*shown, ""]


def _shape_lines(document: Document) -> list[str]:
    shown = []
    if found := document["inflation"]:
        shown.append(
            f"Never repeated: {100 * found['part_never_repeated']:.0f} % of the incidents "
            f"(logit {found['logit']:.4f}, error {found['standard_error']:.4f})"
        )
    if found := document["dispersion"]:
        shown.append(f"Dispersion: alpha {found['alpha']:.3f}, k {found['k']:.3f}")
    for name, found in (document["hyperparameters"] or {}).items():
        shown.append(
            f"{name.replace('_', ' ')}: {found['mode']:.3g} ({found['low']:.3g} to "
            f"{found['high']:.3g})"
        )
    if document["pieces"]:
        shown.append("Rate over the mean, by days since the first report:")
        shown += [
            f"  from {piece['from_day']:g}: {piece['relative_rate']:.2f} "
            f"({piece['duplicates']:.0f} further reports)"
            for piece in document["pieces"]
        ]
    return [*shown, ""] if shown else []


def _city_lines(city: Document) -> list[str]:
    if not city["is_all_that_can_be_told"] or city["further_reports_per_day"] is None:
        return []
    return [
        TOO_SMALL,
        f"City: {city['further_reports_per_day']:.4f} further reports a day of an open incident "
        f"({lower_limit(city['low'], 4)} to {upper_limit(city['high'], 4)})",
    ]


def _area_lines(areas: list[Document]) -> list[str]:
    width = max((len(area["area"]) for area in areas), default=0)
    return [
        f"{area['area']:{width}}  {area['grade']}  {_interval(area):>20}  {area['sentence']}"
        for area in areas
    ]


def _sensitivity_lines(fits: list[Document]) -> list[str]:
    """The blackouts side by side."""
    told = [fit for fit in fits if fit["areas"]]
    if len(told) < 2:
        return []
    width = max(len(area["area"]) for area in told[0]["areas"])
    heads = "  ".join(f"{24 * fit['blackout_days']:.0f} h".rjust(20) for fit in told)
    return [
        "",
        "The same with the first hours after the first report left out:",
        f"{'':{width}}  {heads}",
        *(
            f"{row[0]['area']:{width}}  " + "  ".join(f"{_interval(area):>20}" for area in row)
            for row in zip(*(fit["areas"] for fit in told), strict=True)
        ),
    ]


def _category_lines(fits: list[Document]) -> list[str]:
    """What can be told of each kind alone."""
    shown = []
    for fit in fits:
        told = [area for area in fit["areas"] if area["relative_rate"] is not None]
        width = max((len(area["area"]) for area in told), default=0)
        shown += ["", f"{fit['category']}:" + ("" if told else " cannot tell")]
        shown += [
            f"{area['area']:{width}}  {area['grade']}  {_interval(area):>20}" for area in told
        ]
    return shown


def _interval(area: Document) -> str:
    if area["relative_rate"] is None:
        return "-"
    limits = f"{lower_limit(area['low'])}-{upper_limit(area['high'])}"
    return f"{area['relative_rate']:.2f} ({limits})"
