"""Poisson rate regression: counts over exposures, log-linear in a design.

counts_i ~ Poisson(exposure_i exp(x_i'b)), by Newton's method with halved steps (McCullagh and
Nelder, Generalized Linear Models, 1989). Observations that share a row of the design are summed
into one cell, which is exact: the sums are sufficient for b, and the sandwich needs only the sum
of squared residuals of a cell (White, Econometrica 1982; one cluster is one observation).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr
from scipy.sparse import csr_array
from scipy.special import gammaln, xlogy

from equity.errors import EquityError
from equity.rates.events import Codes, Floats
from equity.rates.newton import Derivatives, NoMaximum, climb, inverse

_LARGEST_RATE = 700.0  # its logarithm
_RANK_TOLERANCE = 1e-9
_LARGEST_ERROR = 100.0
"""A standard error, per standard deviation of its column, that only a coefficient on its way to
infinity has: a single duplicate gives about 1."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A parameter beside the rates and its standard error, on the scale it is fitted on.

    `error_alone` is what the error would be if the rates were known, as some tables print it.
    """

    value: float
    error: float
    error_alone: float


@dataclass(frozen=True, slots=True, eq=False)
class CountFit:
    """`coefficients` (p,), their `variances` (p,) from the model and `robust_variances` clustered
    by observation; `log_likelihood` with all its constants; `shape` where the model has one.

    `covariances` are those of the model and clustered, each (p, p), where they are kept.
    """

    coefficients: Floats
    variances: Floats
    robust_variances: Floats
    log_likelihood: float
    shape: Shape | None = None
    covariances: tuple[Floats, Floats] | None = None

    def wider_variances(self, rows: Floats) -> Floats:
        """(n,) of the combinations `rows` (n, p) of coefficients: the larger of both variances."""
        if self.covariances is None:
            raise ValueError("this fit keeps no covariances")
        return np.asarray(
            np.maximum(*(((rows @ one) * rows).sum(axis=1) for one in self.covariances))
        )


def count_fit(
    coefficients: Floats,
    covariance: Floats,
    robust: Floats,
    log_likelihood: float,
    shape: Shape | None = None,
) -> CountFit:
    """A fit that keeps its covariances (p, p)."""
    return CountFit(
        coefficients,
        np.diag(covariance),
        np.diag(robust),
        log_likelihood,
        shape,
        (covariance, robust),
    )


def fit_poisson(
    design: csr_array,
    cell: Codes,
    counts: Codes,
    exposure: Floats,
    names: tuple[str, ...],
) -> CountFit:
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
    _refuse_collinear(gram(design, time), names)

    coefficients = _climb(design, total, time, names)
    rate = np.exp(design @ coefficients)
    try:
        covariance = inverse(gram(design, rate * time))
    except np.linalg.LinAlgError as error:
        raise EquityError("separated-columns", columns=list(names)) from error
    _refuse_separated(design, time, covariance, names)
    mean = rate[cell] * exposure
    squares = _sums(cell, (counts - mean) ** 2, cells)
    return count_fit(
        coefficients,
        covariance,
        covariance @ gram(design, squares) @ covariance,
        float((xlogy(counts, mean) - mean - gammaln(counts + 1)).sum()),
    )


def _sums(cell: Codes, values: NDArray[Any], cells: int) -> Floats:
    return np.bincount(cell, values, cells).astype(np.float64)


def gram(design: csr_array, weight: Floats) -> Floats:
    """X'WX, dense."""
    # Rows are weighted in place: a diagonal matrix would cost as much as the product.
    data = design.data * np.repeat(weight, np.diff(design.indptr))
    weighted = csr_array((data, design.indices, design.indptr), design.shape)
    return np.asarray((design.T @ weighted).toarray())


def _climb(design: csr_array, total: Floats, time: Floats, names: tuple[str, ...]) -> Floats:
    """Newton from a weighted least squares start; the likelihood is concave."""
    city = total.sum() / time.sum()
    weight = total + 0.5
    start = np.log(weight / (time + 0.5 / city))

    def at(b: Floats) -> Derivatives:
        linear = np.minimum(design @ b, _LARGEST_RATE)  # a step too long is halved
        mean = time * np.exp(linear)
        value = float(total @ linear - mean.sum())
        return Derivatives(value, design.T @ (total - mean), gram(design, mean))

    try:
        found, _ = climb(inverse(gram(design, weight)) @ (design.T @ (weight * start)), at)
    except NoMaximum as error:
        raise EquityError("separated-columns", columns=list(names)) from error
    return found


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
