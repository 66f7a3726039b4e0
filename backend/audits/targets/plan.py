"""A demand, how it is served today, and the frontier of what else its capacity could promise."""

from dataclasses import dataclass

import numpy as np

from backend.core.errors import Invalid
from equity.errors import EquityError
from equity.levers.targets import MENU_DAYS, CellTarget, Demand, FrontierPoint, frontier
from equity.measures.burden import NEVER_DAYS, burden, efficiency_loss, equity_loss
from equity.rates.events import Floats, Mask

IMPORTANCE_OF_BAND = (10.0, 8.0, 6.0, 4.0, 2.0)
"""By severity band, after the six services of Liu and Garg (EC 2024), which weigh 10 to 4."""
GUARDED_FROM = IMPORTANCE_OF_BAND[1]
"""What weighs as much is guarded even where the rest may be dropped."""
DAYS = (1 / 24, 2 / 24, 3 / 24, 4 / 24, 6 / 24, 12 / 24, *MENU_DAYS)
"""What can be promised: hours for what is dangerous, days for the rest."""
MOST_POINTS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """Tables (areas, categories) of what is asked for, and how it is served today where known.

    `days` is NaN where nothing is inspected. `is_pooled` is where an area has too few requests to
    tell, so that the figures of the category in all areas stand for it.
    """

    areas: tuple[str, ...]
    categories: tuple[str, ...]
    requests_per_day: Floats
    importance: Floats
    travel_hours: Floats
    inspected_share: Floats | None = None
    days: Floats | None = None
    is_pooled: Mask | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """What residents bear as things are; `hours_per_day` is what that takes."""

    efficiency_loss: float
    equity_loss: float
    hours_per_day: float


@dataclass(frozen=True, slots=True, eq=False)
class TargetPlan:
    """The frontier beside today; `today` is None where a file does not tell."""

    served: Served
    demand: Demand
    today: Today | None
    points: tuple[FrontierPoint, ...]

    def cell(self, point: FrontierPoint, area: int, category: int) -> CellTarget:
        """The target of one area and category."""
        return point.cells[area * len(self.served.categories) + category]

    def served_today(self, area: int, category: int) -> tuple[float, float | None] | None:
        """Today's inspected share and mean days, None where nobody said."""
        if self.served.inspected_share is None or self.served.days is None:
            return None
        share, days = self.served.inspected_share[area, category], self.served.days[area, category]
        return float(share), float(days) if share > 0 else None

    def against_today(self, point: FrontierPoint) -> tuple[float, float] | None:
        """Efficiency loss and equity loss of a point over today's; None where there is none."""
        if self.today is None or not self.today.equity_loss > 0:
            return None
        return (
            point.efficiency_loss / self.today.efficiency_loss,
            point.equity_loss / self.today.equity_loss,
        )


def plan_targets(
    served: Served,
    inspection_hours: float,
    hours_per_day: float | None,
    points: int,
    *,
    may_drop: bool = False,
) -> TargetPlan:
    """The frontier; without `hours_per_day` the capacity is what today's service takes.

    A category is served nowhere worse than where it is served worst today. Where the rest
    `may_drop`, that holds for what is dangerous or urgent alone. Raises `Invalid`.
    """
    if not 2 <= points <= MOST_POINTS:
        raise Invalid("points-not-valid", pointer="/points", most=MOST_POINTS)
    try:
        today = _today(served, inspection_hours)
        capacity = hours_per_day if hours_per_day is not None else today and today.hours_per_day
        if not capacity:
            raise Invalid("capacity-unknown", pointer="/capacity")
        demand = Demand(
            areas=served.areas,
            categories=served.categories,
            requests_per_day=served.requests_per_day,
            importance=served.importance,
            travel_hours=served.travel_hours,
            inspection_hours=inspection_hours,
            hours_per_day=capacity,
            menu_days=DAYS,
            most_burden=_most_burden(served, may_drop=may_drop),
        )
        return TargetPlan(served, demand, today, frontier(demand, points))
    except EquityError as error:
        raise Invalid(error.slug) from error


def _today(served: Served, inspection_hours: float) -> Today | None:
    share, days = served.inspected_share, served.days
    if share is None or days is None:
        return None
    burdens = burden(served.importance, share, days)
    often = np.sqrt(1 / np.maximum(np.nan_to_num(days, nan=NEVER_DAYS), DAYS[0]))
    work = inspection_hours + served.travel_hours[:, None] * often
    return Today(
        efficiency_loss(served.requests_per_day * 365.0, burdens),
        equity_loss(burdens),
        float((served.requests_per_day * share * work).sum()),
    )


def _most_burden(served: Served, *, may_drop: bool) -> Floats | None:
    """(areas, categories) so that nobody is made equal by everybody being served worse.

    Days are rounded up to the menu, so that today's own capacity can always keep the limit.
    """
    share, days = served.inspected_share, served.days
    if share is None or days is None:
        return None
    menu = np.array([*DAYS, NEVER_DAYS])
    slower = menu[np.searchsorted(DAYS, np.nan_to_num(days, nan=NEVER_DAYS))]
    limit = burden(served.importance, share, slower).max(axis=0)
    if may_drop:
        never = served.importance * NEVER_DAYS
        limit = np.where(served.importance >= GUARDED_FROM, limit, never)
    return np.tile(limit, (len(served.areas), 1))
