"""How long problems last by themselves, and on which of the watched days they were still there.

Nobody reports what is gone, so a watch that goes on afterwards makes residents look slow. An
inspection says whether the problem was still there at the end of the watch. Life is taken as
exponential and alike for all areas; what is left of it after a report does not depend on how
readily people report.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from scipy.optimize import brentq

from equity.rates.events import FOUND, GONE, PIECES_DAYS, Floats, Observations

_CAUTION_DAYS = 90.0
"""As if half a problem had vanished in so many days besides: no rate is zero for good."""

_RATES = (log(1e-12), log(1e2))


@dataclass(frozen=True, slots=True)
class NaturalLife:
    """`loss_rate` is the chance a day that a problem vanishes, from `gone` and `found` of them."""

    loss_rate: float
    gone: int
    found: int


def natural_life(observations: Observations) -> NaturalLife | None:
    """The most likely; None where no inspection says anything."""
    if observations.outcome is None:
        return None
    watched = observations.rule.blackout_days + observations.exposure_days
    gone, found = (watched[observations.outcome == outcome] for outcome in (GONE, FOUND))
    if not gone.size + found.size:
        return None

    def score(log_rate: float) -> float:
        """Times the rate: vanished at some time in the watch, or still there after it."""
        rate = np.exp(log_rate)
        hazard = np.minimum(rate * gone, 700.0)
        return float((hazard / np.expm1(hazard)).sum() + 0.5 - rate * (found.sum() + _CAUTION_DAYS))

    return NaturalLife(float(np.exp(brentq(score, *_RATES))), gone.size, found.size)


def days_there(observations: Observations, life: NaturalLife | None) -> Floats:
    """(m, pieces) of `PIECES_DAYS`: expected days of the watch on which the problem was there."""
    days = observations.exposure_in_pieces()
    if life is None or observations.outcome is None:
        return days
    rate, opens = life.loss_rate, observations.rule.blackout_days
    is_found, is_gone = observations.outcome == FOUND, observations.outcome == GONE
    last = np.exp(-rate * (opens + observations.exposure_days))
    for piece, begin in enumerate(PIECES_DAYS):
        watched = days[:, piece]
        left = np.exp(-rate * max(begin, opens)) * -np.expm1(-rate * watched) / rate
        vanished = (left - watched * last) / (1 - last)
        days[:, piece] = np.where(is_found, watched, np.where(is_gone, vanished, left))
    return days
