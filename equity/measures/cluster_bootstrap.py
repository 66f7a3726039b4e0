"""How far a figure would wander had the city had other weeks: whole clusters drawn anew.

Incidents of one area and week hang together (a storm, a crew on leave), so they are drawn together
or not at all. One draw gives every cluster a count, multinomial over the clusters (Efron and
Tibshirani 1993, chapter 8), and every figure is a function of sums over rows, so a thousand draws
are one product of matrices. The first draw is the data as they are: a figure and its interval come
out of the same lines of code.

Intervals are percentile intervals, widened for few clusters: the tail is that of Student's t with
one degree of freedom fewer than clusters, times the root of n / (n - 1) (the expanded percentile
interval of Hesterberg 2015, doi 10.1080/00031305.2015.1089789). Under ten clusters there is no
interval at all: nothing honest follows from draws of so few (for shares by area and sums of
projects there is `equity.measures.few_clusters`). Nor are shares of problems drawn: of what was
seen once or never, draws say nothing (`equity.measures.clustered_shares`). What lasts through all
weeks of an area is not drawn anew: the figures speak of these areas in other weeks, not of other
areas.
"""

from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

from equity.rates.events import UNKNOWN, Codes, Floats, Mask

CONFIDENCE = 0.9
DRAWS = 1000
FEWEST_CLUSTERS = 10
MOST_UNTOLD = 0.05
"""A draw in which the figure has no value is left out; with more such draws, no interval."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 90 % interval.

    `value` is None where the data have none, and where nothing can be said about how sure it is: by
    the city's principles such a figure is not shown. Only a full count stands without `low` and
    `high`.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class GroupEstimates:
    """A figure of each group, and the first set against the last."""

    groups: tuple[Estimate, ...]
    gap: Estimate


def clusters_of(area: Codes, week: Codes) -> Codes:
    """The cluster (n,) of each row, one for each area and week that occurs, counted from 0."""
    pair = area * (int(week.max(initial=0)) + 1) + week
    cluster: Codes = np.unique(pair, return_inverse=True)[1]
    return cluster


class Resampling:
    """Draws of whole clusters with replacement, the same ones for every figure asked of them."""

    def __init__(self, cluster: Codes, *, seed: int, draws: int = DRAWS) -> None:
        """`cluster` (n,) is the cluster of each row, counted from 0."""
        self.cluster, self.draws = cluster, draws
        self.size = size = int(cluster.max(initial=-1)) + 1
        drawn = np.random.default_rng(seed).integers(0, max(size, 1), (draws, size))
        drawn += np.arange(draws)[:, None] * size
        counts = np.bincount(drawn.ravel(), minlength=draws * size).reshape(draws, size)
        self._weights = np.vstack([np.ones(size), counts.astype(float)]).T.copy()

    def totals(self, column: Codes, size: int, amounts: Floats | None = None) -> Floats:
        """Sums of `amounts` (n,), or counts of rows, by `column` (n,) in each draw.

        (size, 1 + draws); the first is the sum over the data as they are. `UNKNOWN` is in none.
        """
        known = column != UNKNOWN
        added = np.ones(column.size) if amounts is None else amounts
        from scipy.sparse import csr_matrix

        by_cluster = csr_matrix(
            (added[known], (column[known], self.cluster[known])),
            shape=(size, self.size),
        )
        totals: Floats = by_cluster @ self._weights
        return totals

    def counts(self, rows: Codes, draws: slice) -> Floats:
        """How often `rows` (m,), positions, are in these of the 1 + draws: (m, draws)."""
        return self._weights[self.cluster[rows], draws]

    def clusters_with(self, rows: Mask) -> int:
        """How many clusters have one of `rows` (n,)."""
        return int(np.unique(self.cluster[rows]).size)


def estimate_from(draws: Floats, clusters: int) -> Estimate:
    """The figure and its interval from its draws (1 + draws,), NaN where it has no value; without
    interval no figure.

    `clusters` is how many bear upon it: of a comparison, those of the side that has fewer.
    """
    value, told = float(draws[0]), draws[1:][np.isfinite(draws[1:])]
    is_enough = clusters >= FEWEST_CLUSTERS and told.size >= (1 - MOST_UNTOLD) * (draws.size - 1)
    if not (isfinite(value) and is_enough):
        return Estimate(None)
    tail = _tail(clusters)
    low, high = np.quantile(told, [tail, 1 - tail])
    return Estimate(value, float(low), float(high))


def _tail(clusters: int) -> float:
    from scipy.special import ndtr, stdtrit

    reach = stdtrit(clusters - 1, (1 + CONFIDENCE) / 2) * sqrt(clusters / (clusters - 1))
    return float(ndtr(-reach))
