"""Areas from which hardly anybody reports, where no rate can be learned at all."""

import numpy as np
from scipy.special import betainc, pdtr

from equity.errors import EquityError
from equity.events import Codes, Floats, Mask

SHARE = 0.05


def silent_areas(reports: Codes, population: Floats) -> Mask:
    """Areas with fewer reports than the 5th percentile of what their population predicts.

    `reports` and `population` are (areas,), the reports of one window of time. Every resident is
    expected to report alike; the spread of the areas around that is taken from the areas
    themselves (quasi-Poisson: variance = dispersion x mean, dispersion from Pearson's statistic,
    at least 1), and the percentile from the negative binomial with that mean and variance. An area
    is judged by the others' rate and spread, so that a silent one cannot excuse itself. An area
    without residents is never silent. Raises EquityError `population-impossible`.
    """
    if not (np.isfinite(population) & (population >= 0)).all():
        raise EquityError("population-impossible")
    is_silent = np.zeros(reports.size, bool)
    peopled = np.flatnonzero(population > 0)
    for area in peopled if peopled.size > 2 else ():
        others = peopled[peopled != area]
        rate = reports[others].sum() / population[others].sum()
        if rate == 0:
            continue
        mean = rate * population[others]
        dispersion = ((reports[others] - mean) ** 2 / mean).sum() / (others.size - 1)
        chance = _chance_of_no_more(int(reports[area]), rate * population[area], dispersion)
        is_silent[area] = chance < SHARE
    return is_silent


def _chance_of_no_more(reports: int, mean: float, dispersion: float) -> float:
    """Distribution function, below 0.05 exactly where the count is below the 5th percentile."""
    if dispersion <= 1:
        return float(pdtr(reports, mean))
    return float(betainc(mean / (dispersion - 1), reports + 1, 1 / dispersion))
