"""What a weight set would do to today's queue, before anybody approves it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equity.levers.queue_order import OpenReports, hours_to_completion, places
from equity.levers.weight_fallback import HeldWeights
from equity.levers.weights import RULE, AreaWeight, weights_digest
from equity.rates.events import UNKNOWN, Floats, Mask


@dataclass(frozen=True, slots=True)
class AreaChange:
    """What changes for the open reports of one area; hours are of projected completion.

    `reports` = `sooner` + `later` + those that stay. `mean_hours` is over all of them, below 0
    where they are done sooner; `fallen_back` have the weight 1 for another report's target.
    """

    area: str
    weight: float
    reports: int
    sooner: int
    later: int
    fallen_back: int
    mean_hours: float
    most_hours_sooner: float
    most_hours_later: float


@dataclass(frozen=True, slots=True)
class Preview:
    """The change by area, in the order of the weights; the last is what lies in no area.

    `past_target` counts reports projected to be done after their target, without and with the
    weights: nobody in time before is late after. `digest` names the very weights previewed.
    """

    rule: str
    digest: str
    served_per_day: float
    reports: int
    past_target: tuple[int, int]
    areas: tuple[AreaChange, ...]


def preview_weights(
    reports: OpenReports,
    now: np.datetime64,
    weights: Sequence[AreaWeight],
    held: HeldWeights,
    served_per_day: float,
) -> Preview:
    """Who gains, who waits longer, by how much; `area` of the reports codes `weights`, and `held`
    is what `equity.levers.weight_fallback.held_weights` made of these at the same moment and pace.

    Raises EquityError `pace-impossible`.
    """
    before, after = (
        hours_to_completion(places(order), served_per_day)
        for order in (held.plain_order, held.order)
    )
    change = after - before
    left_hours = reports.target_hours - reports.waiting_hours(now)
    is_back = held.for_report != UNKNOWN
    named = [(number, one.area, one.weight) for number, one in enumerate(weights)]
    return Preview(
        rule=RULE,
        digest=weights_digest(weights),
        served_per_day=served_per_day,
        reports=change.size,
        past_target=(int((before > left_hours).sum()), int((after > left_hours).sum())),
        areas=tuple(
            _area_change(area, weight, change, is_back, reports.area == number)
            for number, area, weight in [*named, (UNKNOWN, "", 1.0)]
        ),
    )


def changes_by_group(
    areas: Sequence[AreaChange], group_of: Mapping[str, str], groups: Sequence[str]
) -> tuple[AreaChange, ...]:
    """The change by group of areas, in the order of `groups`; `area` is the group's name then.

    `group_of` is by area; an area in no group counts nowhere. A group's weight is the mean over its
    open reports.
    """
    return tuple(
        _together(group, [one for one in areas if group_of.get(one.area) == group])
        for group in groups
    )


def _together(group: str, members: Sequence[AreaChange]) -> AreaChange:
    reports = sum(one.reports for one in members)

    def mean(values: Iterable[float], otherwise: float) -> float:
        weighed = zip(values, members, strict=True)
        return sum(x * one.reports for x, one in weighed) / reports if reports else otherwise

    return AreaChange(
        area=group,
        weight=mean((one.weight for one in members), 1.0),
        reports=reports,
        sooner=sum(one.sooner for one in members),
        later=sum(one.later for one in members),
        fallen_back=sum(one.fallen_back for one in members),
        mean_hours=mean((one.mean_hours for one in members), 0.0),
        most_hours_sooner=max((one.most_hours_sooner for one in members), default=0.0),
        most_hours_later=max((one.most_hours_later for one in members), default=0.0),
    )


def _area_change(
    area: str, weight: float, change: Floats, is_back: Mask, is_here: Mask
) -> AreaChange:
    hours = change[is_here]
    return AreaChange(
        area=area,
        weight=weight,
        reports=hours.size,
        sooner=int((hours < 0).sum()),
        later=int((hours > 0).sum()),
        fallen_back=int(is_back[is_here].sum()),
        mean_hours=float(hours.mean()) if hours.size else 0.0,
        most_hours_sooner=float(abs(hours.min(initial=0.0))),
        most_hours_later=float(hours.max(initial=0.0)),
    )
