"""How readily groups of areas report, from the repeats of all their areas together.

The figures of single areas are no help here. Those that are told are not the whole group, and all
are pulled to each other by smoothing, which knows nothing of groups and makes them more alike. So a
group is fitted as if it were one area, from all of its repeats, and nothing is smoothed.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import exp, sqrt
from typing import TYPE_CHECKING

import numpy as np

from equity.errors import EquityError
from equity.measures.cluster_bootstrap import Estimate, GroupEstimates
from equity.measures.grouping import Grouping
from equity.rates.events import UNKNOWN, Observations
from equity.rates.relative_rates import HALF_WIDTH
from equity.rates.reporting_rate import AreaRate, reporting_rates

if TYPE_CHECKING:
    from equity.rates.rate_model import RateModel

_IN_NONE = "in no group"


def group_rates(
    rates: Sequence[AreaRate], observations: Observations, grouping: Grouping
) -> GroupEstimates:
    """Rates adjusted for the kinds of problem, means over what was watched in the areas; no value
    where there are too few repeats (`equity.rates.reporting_rate.ENOUGH`).

    `rates` are in the order of the areas: where groups have no order and are one area each, their
    own figures stand. What is in no group counts for the city's mean. Where kinds and groups cannot
    be told apart, nothing has a value.
    """
    size = len(grouping.labels)
    areas = [np.flatnonzero(grouping.members(g)) for g in range(size)]
    if not grouping.is_ordered and all(members.size == 1 for members in areas):
        return GroupEstimates(
            tuple(_estimate(rates[members[0]]) for members in areas), Estimate(None)
        )
    group = grouping.of_area[observations.area]
    pooled = replace(
        observations,
        area=np.where(group == UNKNOWN, size, group),
        areas=(*grouping.labels, _IN_NONE),
    )
    try:
        fitted = reporting_rates(pooled)
    except EquityError:
        return GroupEstimates((Estimate(None),) * size, Estimate(None))
    groups = tuple(_estimate(rate) for rate in fitted.areas[:size])
    is_told = groups[0].value is not None and groups[-1].value is not None
    gap = _gap(fitted.model, size - 1) if fitted.model and is_told else Estimate(None)
    return GroupEstimates(groups, gap)


def _estimate(rate: AreaRate) -> Estimate:
    return Estimate(rate.likely, rate.low, rate.high)


def _gap(model: "RateModel", last: int) -> Estimate:
    """The first group over the last, with the wider of the model's and the sandwich error."""
    contrast = np.zeros(len(model.names))
    for group, sign in ((0, 1.0), (last, -1.0)):
        if model.area_columns[group] >= 0:
            contrast[model.area_columns[group]] = sign
    fit = model.fit
    (variance,) = fit.wider_variances(contrast[None])
    value, reach = exp(contrast @ fit.coefficients), exp(HALF_WIDTH * sqrt(variance))
    return Estimate(value, value / reach, value * reach)
