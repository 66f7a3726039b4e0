"""Weights that never push another report past its target.

A report that would be done in time in the plain order must be done in time in the weighted one.
Where it would not, the weight of whatever overtakes it falls back to 1, and so does that of every
later report of the same area and band: among those, the order stays that of waiting.
"""

from dataclasses import dataclass

import numpy as np

from equity.levers.queue_order import OpenReports, hours_to_completion, places, queue_order
from equity.rates.events import UNKNOWN, Codes, Floats, Mask


@dataclass(frozen=True, slots=True, eq=False)
class HeldWeights:
    """What each report weighs in the end, one entry each, in the order of the columns.

    `for_report` is the position of the report whose target the weight fell back for, `UNKNOWN`
    where it did not. `order` and `plain_order` are those with these weights and with none.
    """

    weights: Floats
    for_report: Codes
    order: Codes
    plain_order: Codes


def held_weights(
    reports: OpenReports, now: np.datetime64, weights: Floats, served_per_day: float
) -> HeldWeights:
    """`weights` (n,) of `queue_order.report_weights`, held back where they would harm.

    Completion is projected by `equity.levers.queue_order.hours_to_completion`. Every round takes a
    weight from at least one report, so the rounds end; at the latest with no weight at all.
    """
    plain_order = queue_order(reports, now, np.ones(weights.size))
    plain = places(plain_order)
    left_hours = reports.target_hours - reports.waiting_hours(now)
    is_protected = hours_to_completion(plain, served_per_day) <= left_hours
    group = reports.area * (int(reports.severity_band.max(initial=0)) + 1) + reports.severity_band
    held, for_report = weights.copy(), np.full(weights.size, UNKNOWN)
    while True:
        order = queue_order(reports, now, held)
        place = places(order)
        is_pushed = is_protected & (hours_to_completion(place, served_per_day) > left_hours)
        if not is_pushed.any():
            return HeldWeights(held, for_report, order, plain_order)
        overtaken = _overtaken(is_pushed, order, place, plain)
        falling = _with_later_ones((held > 1) & (overtaken != UNKNOWN), group, plain, overtaken)
        newly = (falling != UNKNOWN) & (held > 1)
        for_report[newly] = falling[newly]
        held[newly] = 1.0


def _overtaken(is_pushed: Mask, order: Codes, place: Codes, plain: Codes) -> Codes:
    """(n,) for each report one pushed report it overtakes, `UNKNOWN` if none.

    It overtakes whoever stands behind it and stood before it: of the pushed reports behind it,
    the one that stood first is enough to tell.
    """
    size = order.size
    first_behind = np.where(is_pushed[order], plain[order], size)
    first_behind = np.minimum.accumulate(first_behind[::-1])[::-1]
    found = first_behind[place]
    by_plain = np.empty(size + 1, np.intp)
    by_plain[plain] = np.arange(size)
    by_plain[size] = UNKNOWN
    return np.where(found < plain, by_plain[found], UNKNOWN)


def _with_later_ones(is_falling: Mask, group: Codes, plain: Codes, overtaken: Codes) -> Codes:
    """(n,) the pushed report for which a weight falls: also for what stands later in its group."""
    falling = np.flatnonzero(is_falling)
    falling = falling[np.argsort(plain[falling], kind="stable")]
    groups, first = np.unique(group[falling], return_index=True)
    cut = falling[first]
    slot = np.minimum(np.searchsorted(groups, group), groups.size - 1)
    is_later = (groups[slot] == group) & (plain >= plain[cut[slot]])
    return np.where(is_later, overtaken[cut[slot]], UNKNOWN)
