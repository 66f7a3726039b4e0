"""Shares of problems, with intervals that hold also where few or none are of the kind.

Draws of weeks in which nothing happened vary by nothing, so a share that was not seen once would
look certain. These intervals are reckoned: Clopper and Pearson's (1934) for as many problems as
those of the group are worth, given that problems of one area and week hang together (Korn and
Graubard, Survey Methodology 24, 1998; the rule by which the National Center for Health Statistics
judges proportions: Parker and others, Vital and Health Statistics 2 (175), 2017).

What they are worth is their number over the design effect, the larger of two: what the group's own
weeks show, and what the weeks of all groups show together, which knows more where a group has seen
next to nothing. Two groups are set against each other side by side (`equity.measures.two_sides`).
"""

from dataclasses import dataclass

import numpy as np

from equity.measures.cluster_bootstrap import (
    CONFIDENCE,
    FEWEST_CLUSTERS,
    Estimate,
    GroupEstimates,
)
from equity.measures.measure import LEAST_ROWS
from equity.measures.two_sides import difference
from equity.rates.events import Codes, Floats, Mask

_OUTSIDE = (1 - CONFIDENCE) / 2


def shares_of_rows(is_part: Mask, group: Codes, groups: int, cluster: Codes) -> GroupEstimates:
    """Of every 100 rows of each group how many are `is_part`, and the first less the last.

    All (n,): `group` from 0 on, `UNKNOWN` in none; no `cluster` has rows of two groups. No value of
    fewer than `LEAST_ROWS` rows or `FEWEST_CLUSTERS` clusters.
    """
    of_group = [_counts(is_part, cluster, group == g) for g in range(groups)]
    alike = _likeness(of_group)
    shares = tuple(_share(one, alike) for one in of_group)
    return GroupEstimates(shares, difference(shares[0], shares[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """Of one group by cluster (clusters,): rows, and those of the kind."""

    rows: Floats
    part: Floats

    @property
    def share(self) -> float:
        return float(self.part.sum() / self.rows.sum()) if self.rows.size else np.nan

    @property
    def spread(self) -> float:
        """What clusters stray from the share, squared and added up."""
        size = self.rows.size
        return float(((self.part - self.share * self.rows) ** 2).sum() * size / max(size - 1, 1))


def _counts(is_part: Mask, cluster: Codes, chosen: Mask) -> _Counts:
    rows = np.bincount(cluster[chosen])
    part = np.bincount(cluster[chosen & is_part], minlength=rows.size)
    return _Counts(rows[rows > 0].astype(float), part[rows > 0].astype(float))


def _likeness(of_group: list[_Counts]) -> float:
    """How much two rows of one cluster are alike, from 0 to 1: that with which the clusters of all
    groups would stray as much as they do."""
    strayed = alone = together = 0.0
    for one in of_group:
        if one.rows.size:
            variance = one.share * (1 - one.share)
            strayed += one.spread
            alone += variance * one.rows.sum()
            together += variance * (one.rows * (one.rows - 1)).sum()
    return float(np.clip((strayed - alone) / together, 0, 1)) if together > 0 else 0.0


def _share(counts: _Counts, alike: float) -> Estimate:
    rows, clusters, share = counts.rows.sum(), counts.rows.size, counts.share
    if rows < LEAST_ROWS or clusters < FEWEST_CLUSTERS:
        return Estimate(None)
    from scipy.special import betaincinv, stdtrit

    effect = 1 + alike * ((counts.rows**2).sum() / rows - 1)
    if 0 < share < 1:
        effect = max(effect, counts.spread / (rows * share * (1 - share)))
    # Of few clusters the effect itself is not well known.
    reach = stdtrit(rows - 1, 1 - _OUTSIDE) / stdtrit(clusters - 1, 1 - _OUTSIDE)
    worth = rows / effect * reach**2
    part, rest = share * worth, (1 - share) * worth
    low = betaincinv(part, rest + 1, _OUTSIDE) if part > 0 else 0.0
    high = betaincinv(part + 1, rest, 1 - _OUTSIDE) if rest > 0 else 1.0
    return Estimate(*(100 * float(one) for one in (share, low, high)))
