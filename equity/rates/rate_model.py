"""The reporting rate of an incident as a product of its area, category and covariates.

log rate = intercept + category + area + covariates; categories and areas are contrasts with a
reference level, covariates are in standard deviations over the incidents used. Coefficients carry
the names statsmodels and patsy give them, so that a published table can be laid beside them.

A category or area without a single duplicate has a rate of zero at the maximum of the likelihood
and takes no part in any other coefficient: it is set aside, which changes nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack

from equity.errors import EquityError
from equity.rates.area_model import AreaPosterior
from equity.rates.baseline import Baseline
from equity.rates.cells import cells_of
from equity.rates.events import Codes, Floats, Mask, Observations
from equity.rates.natural_life import NaturalLife
from equity.rates.poisson import CountFit, fit_poisson
from equity.rates.shaped_counts import Family, NegativeBinomial, ZeroInflatedPoisson, fit_shaped

FAMILIES: Mapping[str, Family] = {"zip": ZeroInflatedPoisson(), "negbin": NegativeBinomial()}
"""Distributions of counts beside Poisson's, by the name they are asked for."""


@dataclass(frozen=True, slots=True)
class ModelTerms:
    """What goes into the rate and how it is called.

    A reference level is the first in the alphabet that has a duplicate unless it is named here.
    """

    area_label: str = "area"
    category_label: str = "category"
    reference_area: str | None = None
    reference_category: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RateModel:
    """A fitted model; `names` are those of `fit.coefficients`, `set_aside` those with none.

    `area_columns` (number of areas,) is the column of an area's contrast, -1 for the reference
    and for an area set aside. `has_rate` (number of areas,) is False for an area set aside.
    `covariate_means` and `covariate_deviations` turn a covariate into what the model saw. `pieces`
    are there where the rate falls with the time since the first report, and with them `life` where
    inspections tell how long problems last; `smoothed` where areas are no contrasts but deviations
    from what the map and the census say of them.
    """

    names: tuple[str, ...]
    set_aside: tuple[str, ...]
    reference_area: str | None
    reference_category: str | None
    fit: CountFit
    area_columns: Codes
    has_rate: Mask
    covariate_means: Floats
    covariate_deviations: Floats
    family: str = "poisson"
    pieces: Baseline | None = None
    life: NaturalLife | None = None
    smoothed: AreaPosterior | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Factor:
    """One column for each level that has duplicates, but the reference."""

    columns: Codes
    has_rate: Mask
    names: tuple[str, ...]
    set_aside: tuple[str, ...]
    reference: str | None


def fit_rate_model(
    observations: Observations,
    terms: ModelTerms | None = None,
    *,
    by_area: bool = True,
    family: str = "poisson",
) -> RateModel:
    """Fit the model to all incidents observed, `family` being `poisson` or one of `FAMILIES`.

    Without `by_area` the areas share one rate, so that covariates which are fixed within an area
    (census figures) can be estimated.

    Raises EquityError: `no-duplicates`, `unknown-reference`, `reference-without-duplicates`,
    `covariate-constant`, and what `fit_poisson` refuses.
    """
    if not observations.duplicates.any():
        raise EquityError("no-duplicates", incidents=observations.duplicates.size)
    category, area = _factors(observations, terms or ModelTerms(), by_area)
    means, deviations = scales(observations)
    used = observations.only(
        category.has_rate[observations.category] & area.has_rate[observations.area]
    )
    first, cell = cells_of(used.category, used.area, used.covariates)
    blocks = [
        csr_array(np.ones((first.size, 1))),
        _dummies(category, used.category[first]),
        _dummies(area, used.area[first]),
        csr_array((used.covariates[first] - means) / deviations),
    ]
    names = ("Intercept", *category.names, *area.names, *observations.covariate_names)
    design = hstack(blocks, format="csr")
    data = (design, cell, used.duplicates, used.exposure_days, names)
    fit = fit_poisson(*data) if family == "poisson" else fit_shaped(*data, FAMILIES[family])
    return RateModel(
        names=names,
        set_aside=category.set_aside + area.set_aside,
        reference_area=area.reference,
        reference_category=category.reference,
        fit=fit,
        area_columns=np.where(area.columns < 0, -1, area.columns + 1 + len(category.names)),
        has_rate=area.has_rate,
        covariate_means=means,
        covariate_deviations=deviations,
        family=family,
    )


def _factors(
    observations: Observations, terms: ModelTerms, by_area: bool
) -> tuple[_Factor, _Factor]:
    """Category and area; areas that share one rate are a factor without a column."""
    category = _factor(
        observations.category,
        observations.duplicates,
        observations.categories,
        terms.category_label,
        terms.reference_category,
    )
    if not by_area:
        size = len(observations.areas)
        return category, _Factor(np.full(size, -1), np.ones(size, bool), (), (), None)
    return category, _factor(
        observations.area,
        observations.duplicates,
        observations.areas,
        terms.area_label,
        terms.reference_area,
    )


def _factor(
    codes: Codes, duplicates: Codes, levels: tuple[str, ...], label: str, reference: str | None
) -> _Factor:
    has_rate = np.bincount(codes, duplicates, len(levels)) > 0
    occurs = np.bincount(codes, minlength=len(levels)) > 0
    if reference is None:
        base = int(np.argmax(has_rate))
    elif reference not in levels:
        raise EquityError("unknown-reference", column=label, level=reference, levels=list(levels))
    else:
        base = levels.index(reference)
        if not has_rate[base]:
            raise EquityError("reference-without-duplicates", column=label, level=reference)
    contrasts = [level for level in range(len(levels)) if has_rate[level] and level != base]
    columns = np.full(len(levels), -1, np.intp)
    columns[contrasts] = np.arange(len(contrasts))
    name = [f"C({label})[T.{level}]" for level in levels]
    return _Factor(
        columns,
        has_rate,
        tuple(name[level] for level in contrasts),
        tuple(name[level] for level in np.flatnonzero(occurs & ~has_rate)),
        levels[base],
    )


def _dummies(factor: _Factor, codes: Codes) -> csr_array:
    """(rows, contrasts), 1 where a row has the level of a contrast."""
    columns = factor.columns[codes]
    rows = np.flatnonzero(columns >= 0)
    entries = (np.ones(rows.size), (rows, columns[rows]))
    return csr_array(entries, shape=(codes.size, len(factor.names)))


def scales(observations: Observations) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each covariate over the incidents.

    Raises EquityError `covariate-constant`.
    """
    values = observations.covariates
    if not values.shape[1]:
        return np.empty(0), np.empty(0)
    means = values.mean(axis=0)
    deviations = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(values.shape[1])
    for name, deviation in zip(observations.covariate_names, deviations, strict=True):
        if not deviation > 0:
            raise EquityError("covariate-constant", covariate=name)
    return means, deviations
