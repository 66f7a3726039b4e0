"""How the rate of further reports falls with the time since the first, alike for all areas.

A Poisson model over pieces of time: rate = h(piece) x rate of the incident's area and category.
It is fitted by proportional scaling (Deming and Stephan 1940), which is Newton's answer for a model
of two factors. Areas where service is fast are watched in the early pieces only, so the pieces are
compared within area and category. Days weighted by h are the effective exposure of an incident:
the days of mean rate in which a further report could come; they sum to the plain days.
"""

from dataclasses import dataclass

import numpy as np

from equity.rates.events import PIECES_DAYS, Floats, Observations

_ROUNDS = 200
_CLOSE = 1e-10
_CAUTION = 1.0
"""As if each piece had seen one further report more, at the mean rate: none is zero for good."""


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """By piece of `PIECES_DAYS`: days watched, further reports, and the rate over the mean rate.

    A piece without exposure has the relative rate 1; `errors` are standard errors of its log,
    infinite where no further report came.
    """

    exposure_days: Floats
    duplicates: Floats
    relative_rate: Floats
    errors: Floats


def fit_baseline(observations: Observations, split: Floats) -> Baseline:
    """From the days `split` (m, pieces) on which further reports could come.

    Constant where the further reports have no times, or there are none.
    """
    pieces = len(PIECES_DAYS)
    kinds = len(observations.categories)
    _, cell = np.unique(observations.area * kinds + observations.category, return_inverse=True)
    cells = int(cell.max(initial=-1)) + 1
    days = np.column_stack([np.bincount(cell, piece, cells) for piece in split.T]).astype(float)
    repeats = observations.repeats
    if repeats is None or not repeats.of.size:
        nothing = np.zeros(pieces)
        return Baseline(days.sum(axis=0), nothing, np.ones(pieces), np.full(pieces, np.inf))
    counts = np.bincount(repeats.pieces(), minlength=pieces).astype(float)
    total = np.bincount(cell[repeats.of], minlength=cells).astype(float)
    hazard = _scaled(counts, total, days)
    with np.errstate(divide="ignore"):
        return Baseline(days.sum(axis=0), counts, hazard, 1 / np.sqrt(counts))


def fall_a_day(baseline: Baseline, blackout_days: float) -> float:
    """By how much the log of the rate falls in a day, at least 0: a line through the pieces."""
    begins = np.maximum(PIECES_DAYS, blackout_days)
    ends = np.append(PIECES_DAYS[1:], PIECES_DAYS[-1])
    weight = baseline.duplicates * (ends > begins)
    if np.count_nonzero(weight) < 2:
        return 0.0
    middle = (begins + ends) / 2
    off = middle - weight @ middle / weight.sum()
    return max(float(-(weight * off) @ np.log(baseline.relative_rate) / (weight @ off**2)), 0.0)


def _scaled(counts: Floats, total: Floats, days: Floats) -> Floats:
    """Hazards (pieces,) so that both margins of counts are met; the mean day has 1."""
    hazard = np.ones(counts.size)
    for _ in range(_ROUNDS):
        rate = total / (days @ hazard)
        expected = rate @ days
        updated = (counts + _CAUTION) / (expected + _CAUTION)
        updated /= (days @ updated).sum() / days.sum()
        moved = np.abs(updated - hazard).max()
        hazard = updated
        if moved < _CLOSE * hazard.max():
            break
    return np.where(days.sum(axis=0) > 0, hazard, 1.0)
