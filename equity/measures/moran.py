"""Does a model leave spatial structure behind? Moran's I of its residuals.

Moran 1950, doi 10.2307/2332142, with row-standardised weights, judged by permutations (Cliff and
Ord 1981). Where neighbours are alike in what the model leaves over, something that neighbours share
is missing from it, and its intervals are too narrow.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equity.errors import EquityError
from equity.rates.events import Floats

PERMUTATIONS = 999


@dataclass(frozen=True, slots=True)
class Moran:
    """Moran's I, what it is on average without structure, and the share of permutations that lie
    at least as far from that, either way (the data counted as one of them).

    `areas` were compared; `islands` have no neighbour and were left out.
    """

    i: float
    expected: float
    p: float
    areas: int
    islands: int


def deviance_residuals(counts: Floats, means: Floats, size: float = np.inf) -> Floats:
    """Signed roots of each area's part of the deviance; all (areas,), no mean is zero.

    Poisson, or negative binomial with variance mean + mean^2 / `size` (McCullagh and Nelder 1989,
    section 2.4).
    """
    from scipy.special import xlogy

    part = xlogy(counts, counts / means) - (counts - means)
    if np.isfinite(size):
        ratio = np.log((counts + size) / (means + size))
        part = xlogy(counts, counts / means) - (counts + size) * ratio
    # Rounding may leave a hair below zero where a count is its mean.
    residuals: Floats = np.sign(counts - means) * np.sqrt(2 * np.maximum(part, 0))
    return residuals


def morans_i(
    residuals: Floats, pairs: NDArray[np.int64], *, seed: int, permutations: int = PERMUTATIONS
) -> Moran:
    """I of `residuals` (areas,) for the neighbours in `pairs` (pairs, 2), each pair once.

    Raises `too-few-neighbours` with fewer than three areas that have one, or all alike.
    """
    linked, pair = np.unique(pairs, return_inverse=True)
    values = residuals[linked]
    if linked.size < 3 or np.ptp(values) == 0:
        raise EquityError("too-few-neighbours", areas=int(linked.size))
    pair = pair.reshape(-1, 2)
    one, other = pair[:, 0], pair[:, 1]
    neighbours = np.bincount(pair.ravel())
    # Each pair counts in both rows, each row's weights sum to one.
    weight = 1 / neighbours[one] + 1 / neighbours[other]
    centred = values - values.mean()
    rng = np.random.default_rng(seed)
    orders = np.tile(np.arange(linked.size), (permutations + 1, 1))
    orders[1:] = rng.permuted(orders[1:], axis=1)
    shuffled = centred[orders]
    found = (shuffled[:, one] * shuffled[:, other]) @ weight / (centred**2).sum()
    expected = -1 / (linked.size - 1)
    distance = np.abs(found - expected)
    # Equal but for the order of the sums is equal.
    as_far = int(np.count_nonzero(distance[1:] >= distance[0] * (1 - 1e-12)))
    return Moran(
        i=float(found[0]),
        expected=expected,
        p=(1 + as_far) / (1 + permutations),
        areas=int(linked.size),
        islands=int(residuals.size - linked.size),
    )
