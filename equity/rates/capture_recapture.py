"""How many problems there are and what share of them was ever reported, from sweeps.

A sweep walks streets chosen without regard to reports and notes every problem it finds. Of M
problems found, m had been reported; R were reported in the same streets and time. If the two ways
of noticing are independent, Chapman's estimator of all problems is N = (M+1)(R+1)/(m+1) - 1
(Chapman 1951), and m/M estimates the share reported, with Wilson's interval (JASA 1927). Problems
that nobody could notice are in neither list.

The interval of N is the transformed logit of Sadinle (Communications in Statistics - Simulation and
Computation 2009), of the problems in neither list. Seber's variance of N is nothing wherever one
list holds the other, as happens by chance with few problems: that is no certainty.

This is the only place from which a level comes: repeated reports tell relative rates alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from statistics import NormalDist

import numpy as np

from equity.errors import EquityError
from equity.rates.events import Floats

INTERVAL = 0.9
_HALF_WIDTH = NormalDist().inv_cdf((1 + INTERVAL) / 2)
ENOUGH_SWEPT = 68
"""Problems found by sweeps for +-10 points at a share of one half, with 90 %."""

FIFTHS = 5


@dataclass(frozen=True, slots=True)
class Sweep:
    """Of one area: problems `swept`, how many of them had been `reported`, and all reported in
    the same streets and time."""

    area: str
    swept: int
    swept_reported: int
    reported: int


@dataclass(frozen=True, slots=True)
class ReportedShare:
    """`share` of the problems that was reported with its 90 % interval; `problems` in all with
    theirs. `areas` are those counted together, `pooled` where they are a fifth."""

    areas: tuple[str, ...]
    is_pooled: bool
    swept: int
    swept_reported: int
    share: float | None
    low: float
    high: float
    problems: float
    problems_low: float
    problems_high: float


def chapman(swept: int, reported: int, both: int) -> tuple[float, float, float]:
    """All problems and the ends of the 90 % interval of that, no fewer than were seen.

    Raises EquityError `sweep-impossible`.
    """
    if not 0 <= both <= min(swept, reported):
        raise EquityError("sweep-impossible", swept=swept, reported=reported, both=both)
    problems = (swept + 1) * (reported + 1) / (both + 1) - 1
    once, other, again = swept - both + 0.5, reported - both + 0.5, both + 0.5
    unseen = once * other / again
    spread = exp(_HALF_WIDTH * sqrt(1 / once + 1 / other + 1 / again + 1 / unseen))
    seen = swept + reported - both
    low, high = (max(seen, seen - 0.5 + one) for one in (unseen / spread, unseen * spread))
    return problems, min(problems, low), max(problems, high)


def wilson(hits: int, size: int, confidence: float = INTERVAL) -> tuple[float, float]:
    """Interval of a share; from 0 to 1 where nothing was looked at."""
    if size == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = hits / size
    middle = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z * sqrt(share * (1 - share) / size + (z / (2 * size)) ** 2) / (1 + z**2 / size)
    # Rounding must not leave an interval that excludes what was seen.
    return min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))


def reported_shares(
    sweeps: Sequence[Sweep], rank: Floats, population: Floats
) -> tuple[ReportedShare, ...]:
    """One for each area; where any area is thin, one for each fifth instead.

    `rank` (areas,) orders the areas (income, share of seniors) into fifths of the `population`
    (areas,). Thin means fewer than `ENOUGH_SWEPT` problems found, and comparing areas of which some
    are pooled and some not would compare two different things. Raises `sweep-impossible`.
    """
    if all(sweep.swept >= ENOUGH_SWEPT for sweep in sweeps):
        return tuple(_share([sweep], is_pooled=False) for sweep in sweeps)
    order = np.argsort(rank, kind="stable")
    middle = np.cumsum(population[order]) - population[order] / 2
    fifth = np.minimum(FIFTHS * middle / population.sum(), FIFTHS - 1).astype(int)
    groups = [[sweeps[a] for a in order[fifth == number]] for number in range(FIFTHS)]
    return tuple(_share(group, is_pooled=True) for group in groups if group)


def _share(sweeps: Sequence[Sweep], *, is_pooled: bool) -> ReportedShare:
    """Pooled areas add up before anything is divided: sums of estimates would add their bias."""
    swept = sum(sweep.swept for sweep in sweeps)
    both = sum(sweep.swept_reported for sweep in sweeps)
    problems, least, most = chapman(swept, sum(sweep.reported for sweep in sweeps), both)
    low, high = wilson(both, swept)
    return ReportedShare(
        areas=tuple(sweep.area for sweep in sweeps),
        is_pooled=is_pooled,
        swept=swept,
        swept_reported=both,
        share=both / swept if swept else None,
        low=low,
        high=high,
        problems=problems,
        problems_low=least,
        problems_high=most,
    )
