"""How a figure changed between two periods, from what was published of both.

The interval of a difference of two independent estimates from their own intervals, each side by the
side it comes from (the square-and-add method: Zou and Donner 2008, doi 10.1002/sim.3095); of a
ratio likewise on the scale of logarithms. Both keep the level of the intervals they are made of.
"""

from collections.abc import Callable
from math import exp, hypot, log

from equity.measures.cluster_bootstrap import Estimate
from equity.measures.disparity_words import Comparison


def change(first: Estimate, then: Estimate, comparison: Comparison) -> Estimate:
    """`then` less `first`, or `then` over `first` where figures are compared by their ratio.

    Without a value where either has no interval, or where a ratio is of nothing.
    """
    spans = _span(first), _span(then)
    if spans[0] is None or spans[1] is None:
        return Estimate(None)
    if comparison is Comparison.DIFFERENCE:
        return Estimate(*_difference(spans[0], spans[1], float))
    if min(spans[0][1], spans[1][1]) <= 0:
        return Estimate(None)
    return Estimate(*map(exp, _difference(spans[0], spans[1], log)))


def _span(estimate: Estimate) -> tuple[float, float, float] | None:
    value, low, high = estimate.value, estimate.low, estimate.high
    return None if value is None or low is None or high is None else (value, low, high)


def _difference(
    first: tuple[float, float, float],
    then: tuple[float, float, float],
    scale: Callable[[float], float],
) -> tuple[float, float, float]:
    a, a_low, a_high = map(scale, then)
    b, b_low, b_high = map(scale, first)
    return a - b, a - b - hypot(a - a_low, b_high - b), a - b + hypot(a_high - a, b - b_low)
