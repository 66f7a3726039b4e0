"""The same figure on two sets of boundaries, and whether they tell the same story.

A figure by area depends on where the lines are drawn (the modifiable areal unit problem: Openshaw
1984), so none is published on one set of boundaries alone where there are two.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from equity.measures.cluster_bootstrap import Estimate

Geography = TypeVar("Geography")


class Agreement(StrEnum):
    """Whether two readings of a figure say the same.

    `DIRECTION`: both are sure, one above and one below no difference. `SURENESS`: one is sure, the
    other is not. `SIZE`: neither value lies in the other's interval. `UNTOLD`: one has none.
    """

    AGREE = "agree"
    SIZE = "size"
    SURENESS = "sureness"
    DIRECTION = "direction"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """A figure on each of two geographies, in the order given."""

    one: Estimate
    other: Estimate
    agreement: Agreement


def read_on_both(
    measure: Callable[[Geography], Estimate],
    one: Geography,
    other: Geography,
    *,
    no_difference: float = 0.0,
) -> TwoReadings:
    """`measure` on both; `no_difference` is its value where nobody is worse off (1 of a ratio)."""
    readings = measure(one), measure(other)
    return TwoReadings(*readings, _agreement(*readings, no_difference))


def _agreement(one: Estimate, other: Estimate, no_difference: float) -> Agreement:
    sides = [_side(estimate, no_difference) for estimate in (one, other)]
    if None in sides:
        return Agreement.UNTOLD
    if set(sides) == {-1, 1}:
        return Agreement.DIRECTION
    if sides[0] != sides[1]:
        return Agreement.SURENESS
    return Agreement.AGREE if _holds(one, other) or _holds(other, one) else Agreement.SIZE


def _side(estimate: Estimate, no_difference: float) -> int | None:
    """Which side of no difference the whole interval lies on, 0 where it holds it."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    return int(estimate.low > no_difference) - int(estimate.high < no_difference)


def _holds(interval: Estimate, of: Estimate) -> bool:
    low, value, high = interval.low, of.value, interval.high
    return low is not None and value is not None and high is not None and low <= value <= high
