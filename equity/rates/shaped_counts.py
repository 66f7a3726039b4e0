"""Counts with one parameter of shape beside the rate: negative binomial, zero-inflated Poisson.

counts_i have mean exposure_i exp(x_i'b), times the share that can repeat where some never do.
Observations that share a row of the design are one cell: each step needs of the n observations
only sums over cells. Both are maximised over coefficients and shape together (Lawless, Canadian
Journal of Statistics 1987; Lambert, Technometrics 1992).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit, gammaln, polygamma, psi

from equity.errors import EquityError
from equity.rates.events import Codes, Floats
from equity.rates.newton import Derivatives, NoMaximum, climb, inverse
from equity.rates.poisson import CountFit, Shape, count_fit, fit_poisson, gram

_LARGEST = 50.0  # a log rate or a shape beyond it is on its way to infinity


@dataclass(frozen=True, slots=True, eq=False)
class RowTerms:
    """Of each observation (n,): log-likelihood, slopes in log rate and in shape, and the negative
    second derivatives."""

    value: Floats
    by_rate: Floats
    by_shape: Floats
    rate_rate: Floats
    rate_shape: Floats
    shape_shape: Floats


class Family(Protocol):
    """A distribution of counts (n,) with a mean (n,) and a shape on the whole line."""

    def is_needed(self, counts: Codes, mean: Floats) -> bool:
        """Whether the likelihood rises from the Poisson's, which is a limit of the family."""

    def terms(self, counts: Codes, mean: Floats, shape: float) -> RowTerms: ...


class NegativeBinomial:
    """Frailty Gamma(k, mean 1) of each incident; the shape is log k and alpha = 1 / k."""

    def is_needed(self, counts: Codes, mean: Floats) -> bool:
        """Where the counts vary more than the mean."""
        return bool(((counts - mean) ** 2).sum() > counts.sum())

    def terms(self, counts: Codes, mean: Floats, shape: float) -> RowTerms:
        """Log-likelihood and derivatives at k = exp(shape)."""
        k = np.exp(shape)
        levels, level = np.unique(counts, return_inverse=True)
        constants = gammaln(levels + k) - gammaln(k) - gammaln(levels + 1)
        first, second = psi(levels + k) - psi(k), polygamma(1, levels + k) - polygamma(1, k)
        whole = mean + k
        by_k = first[level] - np.log1p(mean / k) + (mean - counts) / whole
        bend_k = second[level] + mean / (k * whole) - (mean - counts) / whole**2
        return RowTerms(
            value=constants[level] + counts * np.log(mean / k) - (counts + k) * np.log1p(mean / k),
            by_rate=k * (counts - mean) / whole,
            by_shape=k * by_k,
            rate_rate=(counts + k) * k * mean / whole**2,
            rate_shape=-k * (counts - mean) * mean / whole**2,
            shape_shape=-(k**2 * bend_k + k * by_k),
        )


class ZeroInflatedPoisson:
    """A part of the incidents never repeats; the shape is the logit of that part."""

    def is_needed(self, counts: Codes, mean: Floats) -> bool:
        """Where there are more zeros than the means explain."""
        return bool(np.exp(np.minimum(mean[counts == 0], 700)).sum() > counts.size)

    def terms(self, counts: Codes, mean: Floats, shape: float) -> RowTerms:
        """Log-likelihood and derivatives at the inflation expit(shape)."""
        part = expit(shape)
        is_zero = counts == 0
        log_zero = np.logaddexp(np.log(part), np.log1p(-part) - mean)
        never = np.where(is_zero, np.exp(np.log(part) - log_zero), 0.0)
        counted = np.log1p(-part) + counts * np.log(mean) - mean - gammaln(counts + 1)
        mixed = never * (1 - never)
        return RowTerms(
            value=np.where(is_zero, log_zero, counted),
            by_rate=counts - (1 - never) * mean,
            by_shape=never - part,
            rate_rate=(1 - never) * mean - mixed * mean**2,
            rate_shape=-mixed * mean,
            shape_shape=part * (1 - part) - mixed,
        )


def fit_shaped(
    design: csr_array,
    cell: Codes,
    counts: Codes,
    exposure: Floats,
    names: tuple[str, ...],
    family: Family,
) -> CountFit:
    """The maximum of the likelihood, from the Poisson fit; arguments and refusals as there.

    `shape` of the fit is on the family's own scale, None where Poisson counts fit as well.
    """
    poisson = fit_poisson(design, cell, counts, exposure, names)
    cells, p = design.shape

    def terms(x: Floats) -> RowTerms:
        mean = np.exp(np.clip(design @ x[:p], -_LARGEST, _LARGEST))[cell] * exposure
        return family.terms(counts, mean, float(np.clip(x[p], -_LARGEST, _LARGEST)))

    def both(rate: Floats, mixed: Floats, shape: Floats) -> Floats:
        """Sums of observations as a matrix over coefficients and shape."""
        across = design.T @ np.bincount(cell, mixed, cells)
        block = gram(design, np.asarray(np.bincount(cell, rate, cells), float))
        return np.block([[block, across[:, None]], [across[None, :], shape.sum()]])

    def at(x: Floats) -> Derivatives:
        row = terms(x)
        score = np.append(design.T @ np.bincount(cell, row.by_rate, cells), row.by_shape.sum())
        information = both(row.rate_rate, row.rate_shape, row.shape_shape)
        return Derivatives(float(row.value.sum()), score, information)

    if not family.is_needed(counts, np.exp(design @ poisson.coefficients)[cell] * exposure):
        return poisson
    try:
        x, found = climb(np.append(poisson.coefficients, 0.0), at)
        covariance = inverse(found.information)
    except (NoMaximum, np.linalg.LinAlgError) as error:
        raise EquityError("separated-columns", columns=list(names)) from error
    row = terms(x)
    spread = both(row.by_rate**2, row.by_rate * row.by_shape, row.by_shape**2)
    return count_fit(
        x[:p],
        covariance[:p, :p],
        (covariance @ spread @ covariance)[:p, :p],
        found.value,
        Shape(
            float(x[p]),
            float(np.sqrt(covariance[p, p])),
            float(1 / np.sqrt(found.information[p, p])),
        ),
    )
