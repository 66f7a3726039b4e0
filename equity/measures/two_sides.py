"""Two independent estimates set against each other, from their own intervals.

Each limit is made of the sides it comes from (square and add: Newcombe 1998, doi
10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I; Zou and Donner 2008, doi
10.1002/sim.3095), so the difference holds as often as the two intervals do.
"""

from collections.abc import Callable
from math import exp, hypot, log

from equity.measures.cluster_bootstrap import Estimate


def difference(one: Estimate, other: Estimate) -> Estimate:
    """`one` less `other`; without a value where either has no interval."""
    return _apart(one, other, float, float)


def quotient(one: Estimate, other: Estimate) -> Estimate:
    """`one` over `other`, on logarithms; without a value also where either may be nothing."""
    if min(one.low or 0, other.low or 0) <= 0:
        return Estimate(None)
    return _apart(one, other, log, exp)


def _apart(
    one: Estimate,
    other: Estimate,
    scale: Callable[[float], float],
    back: Callable[[float], float],
) -> Estimate:
    first, second = _span(one), _span(other)
    if first is None or second is None:
        return Estimate(None)
    (a, a_low, a_high), (b, b_low, b_high) = map(scale, first), map(scale, second)
    low = a - b - hypot(a - a_low, b_high - b)
    return Estimate(back(a - b), back(low), back(a - b + hypot(a_high - a, b - b_low)))


def _span(estimate: Estimate) -> tuple[float, float, float] | None:
    """Value and interval. One without width says that its figure did not vary, not that it is
    certain, so nothing follows from it."""
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None or low is None or high is None or low == high:
        return None
    return value, low, high
