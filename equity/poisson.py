"""Poisson rate regression: counts over exposures, log-linear in a design.

counts_i ~ Poisson(exposure_i exp(x_i'b)), by Newton's method with halved steps (McCullagh and
Nelder, Generalized Linear Models, 1989). Observations that share a row of the design are summed
into one cell, which is exact: the sums are sufficient for b, and the sandwich needs only the sum
of squared residuals of a cell (White, Econometrica 1982; one cluster is one observation).
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, qr
from scipy.sparse import csr_array, diags_array
from scipy.special import gammaln, xlogy

from equity.errors import EquityError

Floats: TypeAlias = NDArray[np.float64]

_STEPS = 60
_TOLERANCE = 1e-12
_RANK_TOLERANCE = 1e-9
_LARGEST_ERROR = 100.0
"""A standard error, per standard deviation of its column, that only a coefficient on its way to
infinity has: a single duplicate gives about 1."""


@dataclass(frozen=True, slots=True, eq=False)
class PoissonFit:
    """`coefficients` (p,); `covariance` from the model; `robust_covariance` clustered by
    observation; `log_likelihood` with all its constants."""

    coefficients: Floats
    covariance: Floats
    robust_covariance: Floats
    log_likelihood: float


def fit_poisson(
    design: csr_array,
    cell: NDArray[np.intp],
    counts: NDArray[np.intp],
    exposure: Floats,
    names: tuple[str, ...],
) -> PoissonFit:
    """The maximum of the likelihood.

    `design` is (k, p), sparse because areas and categories are; `cell` (n,) points from each
    observation to its row of the design, `counts` and `exposure` (> 0) are (n,), `names` (p,) go
    into the errors.

    Raises EquityError: `no-duplicates`, `collinear-columns`, `separated-columns` (the likelihood
    has no maximum because some coefficient runs off to infinity).
    """
    if not counts.any():
        raise EquityError("no-duplicates", incidents=int(counts.size))
    cells = design.shape[0]
    total = _sums(cell, counts, cells)
    time = _sums(cell, exposure, cells)
    _refuse_collinear(_gram(design, time), names)

    coefficients = _climb(design, total, time, names)
    rate = np.exp(design @ coefficients)
    try:
        covariance = _inverse(_gram(design, rate * time))
    except np.linalg.LinAlgError as error:
        raise EquityError("separated-columns", columns=list(names)) from error
    _refuse_separated(design, time, covariance, names)
    mean = rate[cell] * exposure
    squares = _sums(cell, (counts - mean) ** 2, cells)
    return PoissonFit(
        coefficients,
        covariance,
        covariance @ _gram(design, squares) @ covariance,
        float((xlogy(counts, mean) - mean - gammaln(counts + 1)).sum()),
    )


def _sums(cell: NDArray[np.intp], values: NDArray[Any], cells: int) -> Floats:
    return np.bincount(cell, values, cells).astype(np.float64)


def _inverse(information: Floats) -> Floats:
    return np.asarray(cho_solve(cho_factor(information), np.eye(len(information))))


def _gram(design: csr_array, weight: Floats) -> Floats:
    """X'WX, dense."""
    return np.asarray((design.T @ (diags_array(weight) @ design)).toarray())


def _climb(design: csr_array, total: Floats, time: Floats, names: tuple[str, ...]) -> Floats:
    """Newton from a weighted least squares start; the likelihood is concave."""
    city = total.sum() / time.sum()
    weight = total + 0.5
    start = np.log(weight / (time + 0.5 / city))
    b: Floats = cho_solve(cho_factor(_gram(design, weight)), design.T @ (weight * start))
    value = _objective(design, total, time, b)
    for _ in range(_STEPS):
        mean = time * np.exp(design @ b)
        score = design.T @ (total - mean)
        try:
            step = cho_solve(cho_factor(_gram(design, mean)), score)
        except np.linalg.LinAlgError:
            break
        if score @ step < _TOLERANCE * max(1.0, abs(value)):
            return np.asarray(b + step)
        scale = 1.0
        while (raised := _objective(design, total, time, b + scale * step)) < value:
            scale /= 2
            if scale < _TOLERANCE:
                return b
        b, value = b + scale * step, raised
    raise EquityError("separated-columns", columns=list(names))


def _objective(design: csr_array, total: Floats, time: Floats, b: Floats) -> float:
    linear = design @ b
    with np.errstate(over="ignore"):  # a step too long is infinitely bad, and halved
        return float(total @ linear - time @ np.exp(linear))


def _refuse_collinear(gram: Floats, names: tuple[str, ...]) -> None:
    size = np.sqrt(np.diag(gram))
    size[size == 0] = 1.0
    triangle, order = qr(gram / np.outer(size, size), mode="r", pivoting=True)
    extra = order[np.abs(np.diag(triangle)) < _RANK_TOLERANCE]
    if extra.size:
        raise EquityError("collinear-columns", columns=[names[i] for i in sorted(extra)])


def _refuse_separated(
    design: csr_array, time: Floats, covariance: Floats, names: tuple[str, ...]
) -> None:
    weight = time / time.sum()
    variance = weight @ design.power(2) - (weight @ design) ** 2
    spread = np.sqrt(np.where(variance > _RANK_TOLERANCE, variance, 1.0))  # 1: the intercept
    error = np.sqrt(np.maximum(np.diag(covariance), 0))
    is_lost = ~(error * spread < _LARGEST_ERROR)
    if is_lost.any():
        raise EquityError(
            "separated-columns",
            columns=[name for name, lost in zip(names, is_lost, strict=True) if lost],
        )
