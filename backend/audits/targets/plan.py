"""A demand, how it is served today, and the frontier of what else its capacity could promise."""

from dataclasses import dataclass, replace

import numpy as np

from backend.core.errors import Invalid
from equity.errors import EquityError
from equity.levers.equal_delay import (
    equal_delay_shares,
    least_waiting_shares,
    price_of_equal_delay,
)
from equity.levers.targets import MENU_DAYS, CellTarget, Demand, FrontierPoint, frontier
from equity.measures.burden import NEVER_DAYS, burden, efficiency_loss, equity_loss
from equity.rates.events import Floats, Mask

IMPORTANCE_OF_BAND = (10.0, 8.0, 6.0, 4.0, 2.0)
"""By severity band, after the six services of Liu and Garg (EC 2024), which weigh 10 to 4."""
GUARDED_FROM = IMPORTANCE_OF_BAND[1]
"""What weighs as much is guarded even where the rest may be dropped."""
DAYS = (1 / 24, 2 / 24, 3 / 24, 4 / 24, 6 / 24, 12 / 24, *MENU_DAYS)
"""What can be promised: hours for what is dangerous, days for the rest."""
BEST_SERVED = 0.2
"""Nothing better is promised than what this share of the areas, the best served, have today."""
MOST_POINTS = 50
NOTICED = 1.001
"""Nobody notices that they wait a thousandth longer."""


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """Tables (areas, categories) of what is asked for, and how it is served today where known.

    `days` is NaN where nothing is inspected. `is_pooled` is where it stays hidden how an area is
    served, because too few people stand behind that, or behind another that it would give away:
    the service of all areas stands in. `waiting` is how many wait now that nobody looked at yet.
    """

    areas: tuple[str, ...]
    categories: tuple[str, ...]
    requests_per_day: Floats
    importance: Floats
    travel_hours: Floats
    inspected_share: Floats | None = None
    days: Floats | None = None
    is_pooled: Mask | None = None
    waiting: Floats | None = None

    @property
    def burdens(self) -> Floats | None:
        """(areas, categories) what residents bear today, None where nobody said."""
        if self.inspected_share is None or self.days is None:
            return None
        return burden(self.importance, self.inspected_share, _days(self))

    @property
    def backlog(self) -> int:
        """How many wait now."""
        return 0 if self.waiting is None else round(float(self.waiting.sum()))


@dataclass(frozen=True, slots=True)
class Today:
    """What residents bear as things are; `hours_per_day` is what that takes."""

    efficiency_loss: float
    equity_loss: float
    hours_per_day: float


@dataclass(frozen=True, slots=True)
class SpareHours:
    """How hours beyond today's would be split between the areas (areas,): for all to wait equally
    long, and for all together to wait least; `price` is the waiting of the first over the second.
    """

    equal: tuple[float, ...]
    least: tuple[float, ...]
    price: float


@dataclass(frozen=True, slots=True, eq=False)
class TargetPlan:
    """The frontier beside today; `today` is None where a file does not tell.

    Of all `hours_per_day`, `backlog_hours` go to what waits already; the demand has the rest.
    """

    served: Served
    demand: Demand
    today: Today | None
    points: tuple[FrontierPoint, ...]
    backlog_hours: float = 0.0

    @property
    def hours_per_day(self) -> float:
        """Of all crews together."""
        return self.demand.hours_per_day + self.backlog_hours

    @property
    def spare(self) -> SpareHours:
        """As if each area had a crew of its own, and asked for work as it is done today."""
        requests = self.served.requests_per_day
        work = (requests * _work_hours(self.served, self.demand.inspection_hours)).sum(axis=1)
        asked = requests.sum(axis=1), work
        return SpareHours(
            tuple(equal_delay_shares(*asked).tolist()),
            tuple(least_waiting_shares(*asked).tolist()),
            price_of_equal_delay(*asked),
        )

    def cell(self, point: FrontierPoint, area: int, category: int) -> CellTarget:
        """The target of one area and category."""
        return point.cells[area * len(self.served.categories) + category]

    def requests_a_year(self, area: int, category: int) -> int:
        """How many are asked for in the time that is looked ahead."""
        return round(float(self.served.requests_per_day[area, category]) * self.demand.horizon_days)

    def is_hidden(self, area: int, category: int) -> bool:
        """Whether it must not be told how it is served today, because others stand in for it."""
        return self.served.is_pooled is not None and bool(self.served.is_pooled[area, category])

    def served_today(self, area: int, category: int) -> tuple[float, float | None] | None:
        """Today's inspected share and mean days, None where nobody said or it is hidden."""
        if self.is_hidden(area, category):
            return None
        if self.served.inspected_share is None or self.served.days is None:
            return None
        share, days = self.served.inspected_share[area, category], self.served.days[area, category]
        return float(share), float(days) if share > 0 else None

    def worse_in(self, point: FrontierPoint, category: int) -> tuple[int, ...]:
        """The areas that are served worse by a point than today; none where nobody knows today."""
        if (today := self.served.burdens) is None:
            return ()
        return tuple(
            area
            for area, burden_today in enumerate(today[:, category])
            if self.cell(point, area, category).burden > burden_today * NOTICED
        )

    @property
    def has_today(self) -> bool:
        """Whether the choices can be held against today; the first choice is the base otherwise."""
        return self.today is not None and self.today.equity_loss > 0

    def ratios(self, point: FrontierPoint) -> tuple[float, float]:
        """Efficiency loss and equity loss of a point over those of the base, as people are told."""
        return self.against_today(point) or (point.efficiency_ratio, point.equity_ratio)

    def step_to(self, number: int) -> tuple[float, float]:
        """What the step to the choice of this number, from 2, costs and saves, of the base."""
        before, after = (self.ratios(self.points[at]) for at in (number - 2, number - 1))
        return after[0] - before[0], before[1] - after[1]

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
    beyond_today: bool = False,
) -> TargetPlan:
    """The frontier; without `hours_per_day` the capacity is what today's service takes.

    A category is served nowhere worse than where it is served worst today, and on average over its
    requests no worse than today. Where the rest `may_drop`, that holds for what is dangerous or
    urgent alone. Nor is it served better than the area has it today, or where it is served best,
    but `beyond_today`. So today's hours always reach. What waits now is worked off within the
    horizon, where they allow that besides; else as much goes on waiting. Raises `Invalid`.
    """
    if not 2 <= points <= MOST_POINTS:
        raise Invalid("points-not-valid", pointer="/points", most=MOST_POINTS)
    try:
        today = _today(served, inspection_hours)
        capacity = hours_per_day if hours_per_day is not None else today and today.hours_per_day
        if not capacity:
            raise Invalid("capacity-unknown", pointer="/capacity")
        fewest_days, most_share = (None, None) if beyond_today else _best_today(served)
        most_burden, most_mean_burden = _most_today(served, may_drop=may_drop)
        demand = Demand(
            areas=served.areas,
            categories=served.categories,
            requests_per_day=served.requests_per_day,
            importance=served.importance,
            travel_hours=served.travel_hours,
            inspection_hours=inspection_hours,
            hours_per_day=capacity,
            menu_days=DAYS,
            most_burden=most_burden,
            most_mean_burden=most_mean_burden,
            fewest_days=fewest_days,
            most_share=most_share,
            served_days=None if served.days is None else _days(served),
        )
        return _with_backlog(served, demand, today, points)
    except EquityError as error:
        raise Invalid(error.slug) from error


def _with_backlog(served: Served, demand: Demand, today: Today | None, points: int) -> TargetPlan:
    if served.waiting is not None and served.backlog:
        work = served.waiting * _work_hours(served, demand.inspection_hours)
        hours = float(work.sum()) / demand.horizon_days
        try:
            left = replace(demand, hours_per_day=demand.hours_per_day - hours)
            return TargetPlan(served, left, today, frontier(left, points), hours)
        except EquityError:
            # Today's service alone takes all hours: then what waits goes on waiting.
            pass
    return TargetPlan(served, demand, today, frontier(demand, points))


def _today(served: Served, inspection_hours: float) -> Today | None:
    share, burdens = served.inspected_share, served.burdens
    if share is None or burdens is None:
        return None
    work = _work_hours(served, inspection_hours)
    return Today(
        efficiency_loss(served.requests_per_day * 365.0, burdens),
        equity_loss(burdens),
        float((served.requests_per_day * share * work).sum()),
    )


def _work_hours(served: Served, inspection_hours: float) -> Floats:
    """(areas, categories) that one inspection takes as it is done today."""
    work = inspection_hours + served.travel_hours[:, None] / np.sqrt(_days(served))
    return np.asarray(work)


def _days(served: Served) -> Floats:
    """(areas, categories) after which somebody comes today, at the soonest what can be promised."""
    if served.days is None:
        return np.full(served.requests_per_day.shape, NEVER_DAYS)
    return np.nan_to_num(np.maximum(served.days, DAYS[0]), nan=NEVER_DAYS)


def _best_today(served: Served) -> tuple[Floats | None, Floats | None]:
    """(areas, categories) the fewest days and the largest share: today's own, or those of the best
    served areas; few requests make single areas look better than they are, so it is not the very
    best."""
    share, days = served.inspected_share, _days(served)
    if share is None or served.days is None:
        return None, None
    soonest = np.quantile(days, BEST_SERVED, axis=0, method="lower")
    largest = np.quantile(share, 1 - BEST_SERVED, axis=0, method="higher")
    return np.minimum(days, soonest), np.maximum(share, largest)


def _most_today(served: Served, *, may_drop: bool) -> tuple[Floats, Floats] | tuple[None, None]:
    """(categories,) the burden of the worst served area, and the mean over all requests."""
    burdens = served.burdens
    if burdens is None:
        return None, None
    never = served.importance * NEVER_DAYS
    mean = np.average(burdens, axis=0, weights=served.requests_per_day)
    is_free = may_drop & (served.importance < GUARDED_FROM)

    def limit(most: Floats) -> Floats:
        return np.where(is_free, never, np.minimum(most, never))

    return limit(burdens.max(axis=0)), limit(mean)
