"""What an area's reports may weigh inside a severity band: between 1 and 1.5, and 1 by default.

A weight rests on the end of the interval that favours it least, so an area gains only by what lies
outside of all of it. Nothing is assumed about any district: without enough data it stays at 1.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from math import exp, isfinite, log
from statistics import median

from equity.errors import EquityError
from equity.rates.reporting_rate import AreaRate, Grade

LOWEST, HIGHEST = 1.0, 1.5
RULE = "within-band-1"
"""The name of this rule; another way of weighing gets another name."""


@dataclass(frozen=True, slots=True)
class AreaWeight:
    """`weight` = exp(gain x shortfall), held between 1 and 1.5.

    `shortfall` is how far, in logs, the upper limit of the area's rate lies below the median rate
    of the areas with a figure; `upper_limit` is None where the grade allows no weight.
    """

    area: str
    grade: Grade
    gain: float
    median_rate: float | None
    upper_limit: float | None
    shortfall: float
    weight: float


def area_weights(rates: Sequence[AreaRate], gain: float = 0.0) -> tuple[AreaWeight, ...]:
    """One weight for each rate, in order; grades C and S have weight 1, a gain of 0 weighs nothing.

    Raises EquityError `gain-impossible` for a gain below 0 or not finite.
    """
    if not (isfinite(gain) and gain >= 0):
        raise EquityError("gain-impossible", gain=gain)
    known = [rate.relative_rate for rate in rates if _limit(rate) and rate.relative_rate]
    middle = median(known) if known else None
    return tuple(_area_weight(rate, gain, middle) for rate in rates)


def weights_digest(weights: Sequence[AreaWeight]) -> str:
    """SHA-256 over the rule, the weights and what they follow from: names what is approved."""
    facts = json.dumps([RULE, [asdict(one) for one in weights]], sort_keys=True)
    return sha256(facts.encode()).hexdigest()


def _area_weight(rate: AreaRate, gain: float, middle: float | None) -> AreaWeight:
    limit = _limit(rate)
    shortfall = max(0.0, log(middle / limit)) if middle and limit else 0.0
    # min before exp: a large gain must not overflow
    weight = max(LOWEST, exp(min(gain * shortfall, log(HIGHEST))))
    return AreaWeight(rate.area, rate.grade, gain, middle, limit, shortfall, min(weight, HIGHEST))


def _limit(rate: AreaRate) -> float | None:
    return rate.high if rate.grade in (Grade.A, Grade.B) else None
