"""Areas from which hardly anybody reports, where no rate can be learned at all."""

from math import ceil

import numpy as np
from scipy.special import betainc, pdtr

from equity.errors import EquityError
from equity.rates.events import Codes, Floats, Mask

SHARE = 0.05


def silent_areas(reports: Codes, population: Floats) -> Mask:
    """Areas (areas,) with fewer reports than `fewest_expected`."""
    return np.asarray(reports < fewest_expected(reports, population))


def fewest_expected(reports: Codes, population: Floats) -> Codes:
    """(areas,) the 5th percentile of the reports that an area's population predicts.

    `reports` and `population` are (areas,), the reports of one window of time. Every resident is
    expected to report alike; the spread of the areas around that is taken from the areas
    themselves (quasi-Poisson: variance = dispersion x mean, dispersion from Pearson's statistic,
    at least 1), and the percentile from the negative binomial with that mean and variance. An area
    is judged by the others' rate and spread, so that a silent one cannot excuse itself. Of an area
    without residents nothing is expected. Raises EquityError `population-impossible`.
    """
    if not (np.isfinite(population) & (population >= 0)).all():
        raise EquityError("population-impossible")
    fewest = np.zeros(reports.size, np.intp)
    peopled = np.flatnonzero(population > 0)
    for area in peopled if peopled.size > 2 else ():
        others = peopled[peopled != area]
        rate = reports[others].sum() / population[others].sum()
        if rate == 0:
            continue
        mean = rate * population[others]
        dispersion = ((reports[others] - mean) ** 2 / mean).sum() / (others.size - 1)
        fewest[area] = _percentile(rate * population[area], dispersion)
    return fewest


def _percentile(mean: float, dispersion: float) -> int:
    """The smallest count whose distribution function reaches 0.05; it lies below the mean."""
    low, high = 0, ceil(mean)
    while low < high:
        middle = (low + high) // 2
        if _chance_of_no_more(middle, mean, dispersion) < SHARE:
            low = middle + 1
        else:
            high = middle
    return low


def _chance_of_no_more(reports: int, mean: float, dispersion: float) -> float:
    """Distribution function."""
    if dispersion <= 1:
        return float(pdtr(reports, mean))
    return float(betainc(mean / (dispersion - 1), reports + 1, 1 / dispersion))
