"""Intervals that hold where a group has but a handful of areas or projects.

Draws of five clusters say next to nothing of how far their mean would wander, so these intervals
are reckoned and not drawn; with many clusters they come to the same.

Shares by area: a mean weighted by what the share is of, its error from what areas stray, each over
one less its weight, and Student's t with as many degrees of freedom as those errors are worth (Bell
and McCaffrey 2002; Imbens and Kolesár 2016, doi 10.1162/REST_a_00552); two groups are set against
each other as Welch (1947) did, for one may stray more than the other.

Sums of few projects: each project comes by chance, so a sum is one of weighted Poisson counts,
whose interval is Fay and Feuer's from the gamma distribution (1997, doi
10.1002/(SICI)1097-0258(19970415)16:7<791::AID-SIM500>3.0.CO;2-#), and the ratio of two is Fay's
from F (1999, doi 10.1080/03610929908832411). Both reckon with one more project as large as the
largest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from equity.measures.cluster_bootstrap import CONFIDENCE, Estimate, GroupEstimates
from equity.rates.events import Codes, Floats

FEWEST_AREAS = 3
FEWEST_PROJECTS = 5
"""Of fewer in a group nothing is said about how sure its figure is."""

_UPPER = (1 + CONFIDENCE) / 2


def shares_by_area(part: Floats, whole: Floats, group: Codes, groups: int) -> GroupEstimates:
    """Of every 100 of `whole` how many are `part` (both by area, (areas,)), and the difference.

    No `whole` of an area with a `group` is 0; `UNKNOWN` is in none. The shares are full counts and
    stand without interval too, their difference does not.
    """
    found = [_weighted_mean(part[group == g], whole[group == g]) for g in range(groups)]
    first, last = found[0], found[-1]
    return GroupEstimates(
        tuple(_by_t(one.mean, [one], 0) or _counted(one.mean) for one in found),
        _by_t(first.mean - last.mean, [first, last], -100) or Estimate(None),
    )


@dataclass(frozen=True, slots=True)
class _Mean:
    """`worth` are the degrees of freedom of `variance`; NaN of fewer than `FEWEST_AREAS`."""

    mean: float
    variance: float
    worth: float


def _weighted_mean(part: Floats, whole: Floats) -> _Mean:
    if not whole.size:
        return _Mean(np.nan, np.nan, np.nan)
    weight, mean = whole / whole.sum(), float(100 * part.sum() / whole.sum())
    if whole.size < FEWEST_AREAS:
        return _Mean(mean, np.nan, np.nan)
    strays = 100 * part / whole - mean
    each = weight**2 / (1 - weight)
    # What areas stray is the projection of their errors off the mean, were these all alike.
    off = np.eye(whole.size) - weight
    form = off.T @ (each[:, None] * off)
    return _Mean(mean, float(each @ strays**2), float(np.trace(form) ** 2 / (form**2).sum()))


def _counted(value: float) -> Estimate:
    return Estimate(value if np.isfinite(value) else None)


def _by_t(value: float, means: Sequence[_Mean], least: float) -> Estimate | None:
    variance = sum(one.variance for one in means)
    # That a handful of areas are all alike is no proof that others would be.
    if not variance > 0:
        return None
    from scipy.special import stdtrit

    worth = variance**2 / sum(one.variance**2 / one.worth for one in means)
    reach = float(stdtrit(worth, _UPPER)) * sqrt(variance)
    return Estimate(value, max(value - reach, least), min(value + reach, 100.0))


def sums_per_head(amounts: Floats, group: Codes, residents: Floats) -> GroupEstimates:
    """What the projects of each group come to, for each of its `residents` (groups,), and the ratio
    of the first to the last; `amounts` and `group` (n,) are those of each project, none below 0.

    A group without residents has no figure. The sums are full counts and stand without interval
    too, their ratio does not.
    """
    sums = [_Sum.of(amounts[group == g]) for g in range(residents.size)]
    each = tuple(one.per_head(float(people)) for one, people in zip(sums, residents, strict=True))
    gap = Estimate(None)
    if each[0].low is not None and each[-1].low is not None:
        gap = _ratio(sums[0], sums[-1], float(residents[-1] / residents[0]))
    return GroupEstimates(each, gap)


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum of `count` projects, of their squares, and the largest."""

    count: int
    total: float
    squares: float
    largest: float

    @classmethod
    def of(cls, amounts: Floats) -> "_Sum":
        paid = amounts[amounts > 0]
        return cls(paid.size, float(paid.sum()), float((paid**2).sum()), float(paid.max(initial=0)))

    @property
    def worth(self) -> float:
        """Degrees of freedom of the sum as it is."""
        return 2 * self.total**2 / self.squares

    @property
    def with_one_more(self) -> "_Sum":
        total, squares = self.total + self.largest, self.squares + self.largest**2
        return _Sum(self.count + 1, total, squares, self.largest)

    def per_head(self, residents: float) -> Estimate:
        if residents <= 0:
            return Estimate(None)
        if self.count < FEWEST_PROJECTS:
            return Estimate(self.total / residents)
        from scipy.special import chdtri

        more = self.with_one_more
        low = self.total / self.worth * chdtri(self.worth, _UPPER)
        high = more.total / more.worth * chdtri(more.worth, 1 - _UPPER)
        return Estimate(self.total / residents, float(low / residents), float(high / residents))


def _ratio(first: _Sum, last: _Sum, heads: float) -> Estimate:
    from scipy.special import fdtri

    more_first, more_last = first.with_one_more, last.with_one_more
    low = first.total / more_last.total * fdtri(first.worth, more_last.worth, 1 - _UPPER)
    high = more_first.total / last.total * fdtri(more_first.worth, last.worth, _UPPER)
    value = first.total / last.total
    return Estimate(value * heads, float(low * heads), float(high * heads))
