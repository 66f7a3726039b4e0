"""The likelihood of the further reports of incidents that differ unseen, given a first report.

An incident's rate is its kind's rate r times its own frailty g ~ Gamma(k, mean 1), shared by all
its pieces of time, so its further reports y in the exposure E are negative binomial. But only what
was reported at all is seen. A problem that somebody could have found for h days is reported with
probability 1 - exp(-r g H), so frequently reported ones are over-represented, the more so the lower
r is: without this, differences between areas come out too small. With A = k + r E, B = A + r h

  p(y) = C (r E)^y A^-(k+y) [1 - (A/B)^(k+y)] / [1 - (k / (k + r h))^k],

C being what is free of r. The days h in which a problem can be found differ and are taken as
exponential with mean H, for which two values of h stand within 4 %. H is a parameter of the city's
reports; at H -> infinity everything is reported and the plain negative binomial comes out, at
H -> 0 the length-biased one. (The thought is that of size-biased sampling: Patil and Rao,
Biometrics 1978.)
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammaln

from equity.rates.events import Codes, Floats

EXPOSURE_CLASS = 0.15
"""Exposures of a cell are joined where their logs fall in one class; their mean stands for them,
so that the error is of second order, a thousandth of an incident's information."""

_REACHES = ((0.503, 0.207), (0.497, 1.768))
"""Parts and lengths h / H whose mean of 1 - exp(-x h) is x / (1 + x), that of an exponential h."""

_LEAST = 1e-300
_LARGEST = 50.0  # a log rate on the way to infinity, where a step of Newton was too long


@dataclass(frozen=True, slots=True, eq=False)
class RepeatGroups:
    """Incidents with equal cell, equal further reports and nearly equal exposure, in one.

    All (groups,): `cell`, `repeats`, `exposure` in effective days, `incidents` in the group.
    """

    cell: Codes
    repeats: Codes
    exposure: Floats
    incidents: Floats
    cells: int


@dataclass(frozen=True, slots=True, eq=False)
class CellTerms:
    """Log-likelihood and, for each cell, its first and negative second derivative in log rate."""

    value: float
    score: Floats
    information: Floats


def repeat_groups(cell: Codes, repeats: Codes, exposure: Floats, cells: int) -> RepeatGroups:
    """Group incidents; all arguments are (n,)."""
    step = np.floor(np.log(exposure) / EXPOSURE_CLASS).astype(np.int64)
    step -= step.min(initial=0)
    levels, rank = np.unique(repeats, return_inverse=True)
    width = int(step.max(initial=0)) + 1
    key = (cell * levels.size + rank) * width + step
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    count = np.bincount(group).astype(float)
    return RepeatGroups(
        cell[first], repeats[first], np.bincount(group, exposure) / count, count, cells
    )


def cell_terms(groups: RepeatGroups, log_rate: Floats, k: float, reach: float) -> CellTerms:
    """At `log_rate` (cells,) a day; `reach` is H in days."""
    row, cell = _group_terms(groups, log_rate, k, reach), _seen(log_rate, k, reach)
    n = groups.incidents
    per_cell = np.bincount(groups.cell, n, groups.cells)

    def total(of_groups: Floats, of_cells: Floats) -> Floats:
        return np.bincount(groups.cell, n * of_groups, groups.cells) - per_cell * of_cells

    value, score, information = map(total, row, cell)
    return CellTerms(_constants(groups.repeats, n, k) + float(value.sum()), score, information)


def cell_squares(groups: RepeatGroups, log_rate: Floats, k: float, reach: float) -> Floats:
    """(cells,) sum of the squared scores of incidents in log rate."""
    score = _group_terms(groups, log_rate, k, reach)[1]
    score -= _seen(log_rate, k, reach)[1][groups.cell]
    return np.asarray(np.bincount(groups.cell, groups.incidents * score**2, groups.cells), float)


def frailty_of_reported(rate: Floats, k: float, reach: float) -> Floats:
    """Mean frailty of the reported incidents of a kind with `rate` (n,) a day; 1 of all."""
    missed = [(part, 1 / (1 + rate * reach * h / k)) for part, h in _REACHES]
    larger = 1 - sum(part * share ** (k + 1) for part, share in missed)
    return np.asarray(larger / (1 - sum(part * share**k for part, share in missed)))


def _group_terms(
    groups: RepeatGroups, log_rate: Floats, k: float, reach: float
) -> tuple[Floats, Floats, Floats]:
    """Of an incident of each group: log-likelihood before selection is divided out, slope and
    negative curvature."""
    rate = _rate(log_rate)[groups.cell]
    mean = rate * groups.exposure
    a, total = k + mean, k + groups.repeats
    share = mean / a
    kept = _kept(rate * reach, a, share, total)
    return (
        groups.repeats * np.log(mean / k) - total * np.log1p(mean / k) + kept[0],
        groups.repeats - total * share + kept[1],
        total * share * (1 - share) + kept[2],
    )


def _seen(log_rate: Floats, k: float, reach: float) -> tuple[Floats, Floats, Floats]:
    """The same for being reported at all, by cell."""
    all_k = np.full(log_rate.size, k)
    return _kept(_rate(log_rate) * reach, all_k, np.zeros(log_rate.size), all_k)


def _rate(log_rate: Floats) -> Floats:
    return np.asarray(np.exp(np.clip(log_rate, -_LARGEST, _LARGEST)))


def _constants(y: Codes, n: Floats, k: float) -> float:
    incidents = np.bincount(y, n)
    levels = np.arange(incidents.size)
    return float(incidents @ (gammaln(levels + k) - gammaln(k) - gammaln(levels + 1)))


def _kept(found: Floats, a: Floats, share: Floats, total: Any) -> tuple[Floats, Floats, Floats]:
    """log of the sum over `_REACHES` of v (1 - (a / (a + h found))^total), its slope and negative
    curvature in log rate. `share` is the slope of log a; `found` is rate x mean reach.
    """
    chance, slope, bend = np.zeros((3, *np.broadcast_shapes(found.shape, a.shape)))
    for part, reach in _REACHES:
        reached = reach * found / a
        missed = np.expm1(-total * np.log1p(reached))
        after = (share + reached) / (1 + reached)
        off = total * (share - after)
        left = part * (1 + missed) * off
        chance -= part * missed
        slope -= left
        bend -= left * (off + 1 - share - after)
    chance = np.maximum(chance, _LEAST)
    slope /= chance
    return np.log(chance), slope, slope**2 - bend / chance
