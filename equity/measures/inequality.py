"""How unevenly something falls on the residents of a city, area by area.

Every function takes `values` with areas as the first axis, each the mean of the area's residents,
and `population` (areas,); further axes (draws of a bootstrap) are carried through. No value and no
population is negative. Nothing is adjusted for what an area needs: an uneven figure is a reason to
look, not a proof of neglect.
"""

from dataclasses import dataclass

import numpy as np

from equity.errors import EquityError
from equity.measures.fractional_rank import fractional_rank
from equity.rates.events import Codes, Floats


def concentration_index(values: Floats, order_by: Floats, population: Floats) -> Floats:
    """C = (2 / mu) cov_w(values, fractional rank by `order_by` (areas,)): between -1 and 1.

    Above 0 the values gather where `order_by` is high, below 0 where it is low (Kakwani, Wagstaff
    and van Doorslaer 1997, doi 10.1016/S0304-4076(96)01807-6). For a share the sign and the order
    of two cities depend on whether it is the share that has or that has not; give both.
    """
    share = population / population.sum()
    rank = fractional_rank(order_by, population) - 0.5
    mean = np.tensordot(share, values, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        index: Floats = 2 * np.tensordot(share * rank, values, 1) / mean
    return index


def gini(values: Floats, population: Floats) -> Floats:
    """Gini's coefficient over residents: the concentration index of values against themselves.

    0 where all are alike. Differences inside an area are not seen, so it is a lower bound.
    """
    order = np.argsort(values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    share = (population / population.sum())[order]
    # Among equal values the order changes no sum, so ties need no mean rank here.
    rank = np.cumsum(share, axis=0) - share / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        coefficient: Floats = (
            2 * (share * ordered * (rank - 0.5)).sum(axis=0) / (share * ordered).sum(axis=0)
        )
    return coefficient


@dataclass(frozen=True, slots=True, eq=False)
class Theil:
    """Theil's T, which is the sum of the part between groups and the part within them."""

    total: Floats
    between: Floats
    within: Floats


def theil(values: Floats, population: Floats, group: Codes) -> Theil:
    """Theil's T over residents, split by the `group` (areas,) of each area, counted from 0.

    T = sum p_a r_a log r_a with r the value over the mean and 0 log 0 = 0 (Theil 1967; the split is
    Shorrocks', 1980, doi 10.2307/1913126).
    """
    if (values < 0).any():
        raise EquityError("values-negative")
    share = (population / population.sum()).reshape(-1, *[1] * (values.ndim - 1))
    is_member = group == np.arange(group.max(initial=-1) + 1)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = values / (share * values).sum(axis=0)
        residents = np.tensordot(is_member, share, 1)
        of_group = np.tensordot(is_member, share * relative, 1) / residents
    total = (share * _times_log(relative)).sum(axis=0)
    between = np.where(residents > 0, residents * _times_log(of_group), 0).sum(axis=0)
    inside = _times_log(relative) - relative * _log(of_group[group])
    return Theil(total, between, (share * inside).sum(axis=0))


def _times_log(ratio: Floats) -> Floats:
    return ratio * _log(ratio)


def _log(ratio: Floats) -> Floats:
    """Natural logarithm; 0 for 0, which is only ever multiplied by 0."""
    return np.log(np.where(ratio == 0, 1, ratio))
