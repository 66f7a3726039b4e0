"""Where an area stands among the residents of a city, between 0 (lowest) and 1 (highest)."""

import numpy as np

from equity.rates.events import Floats


def fractional_rank(values: Floats, population: Floats) -> Floats:
    """The share of residents in areas of a lower value, plus half of those of the same.

    `values` and `population` are (areas,), the latter not all zero; so is the rank. Areas of one
    value have one rank, so the order in which they are given changes nothing. The mean rank over
    the residents is a half (Lerman and Yitzhaki 1989, doi 10.1016/0304-4076(89)90095-7).
    """
    _, tie = np.unique(values, return_inverse=True)
    residents = np.bincount(tie, population)
    rank: Floats = ((np.cumsum(residents) - residents / 2) / population.sum())[tie]
    return rank
