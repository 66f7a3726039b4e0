"""Where crews go and look in the coming weeks, and whether every district gets its visit.

A share of the crew days (`equity.levers.sweep_need`) goes out: a fifth of the metres at random over
all streets, the rest in proportion to what is hidden. Every district is visited within a number of
weeks; so many days are planned for those visits that they are still made if a fifth of the days
fall out, and the rest of the days goes where most is hidden. Where the days are too few the plan
says which districts wait for longer and how many days would do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil, floor, isfinite

import numpy as np

from equity.errors import EquityError
from equity.levers.day_routes import (
    Ways,
    cut_into_days,
    days_needed,
    filled_up,
    improved,
    inserted,
    least_metres,
    tour_through,
)
from equity.levers.sweep_need import SweepNeed, SweepShare
from equity.levers.sweep_sample import Draw, Streets, wanted_stretches
from equity.levers.travel import Ground
from equity.rates.events import Codes, Floats

RANDOM_SHARE = 0.2
NO_SHOWS = 0.2
_PILOT = 0.7  # part of a day on the street, before a plan tells
RANDOM, VISIT, HIDDEN = "random", "visit", "hidden stock"


@dataclass(frozen=True, slots=True)
class Crews:
    """All crews of the city, the length of their day, and how fast they sweep and travel.

    Raises EquityError `crews-impossible`.
    """

    days_per_week: float
    hours_per_day: float
    sweep_metres_per_hour: float
    travel_metres_per_hour: float

    def __post_init__(self) -> None:
        figures = (self.days_per_week, self.hours_per_day, self.sweep_metres_per_hour,
                   self.travel_metres_per_hour)  # fmt: skip
        if not all(isfinite(figure) and figure > 0 for figure in figures):
            raise EquityError("crews-impossible")


@dataclass(frozen=True, slots=True)
class Stop:
    """A stretch of street; `reason` is `RANDOM`, `VISIT` (no dead zone) or `HIDDEN`."""

    stretch: str
    area: str
    reason: str
    metres: float


@dataclass(frozen=True, slots=True)
class DayRoute:
    """Stops in order, from the depot and back; `day` and `week` count from 1."""

    day: int
    week: int
    stops: tuple[Stop, ...]
    travel_metres: float
    hours: float


@dataclass(frozen=True, slots=True)
class Visit:
    """An area's part: its need, metres planned in all and at random, the week of its first visit
    (None without one) and the week by which it is due."""

    need: SweepNeed
    metres: float
    random_metres: float
    week: int | None
    due_week: int


@dataclass(frozen=True, slots=True)
class Promise:
    """Whether every area is visited by its week, if `no_shows` of the days fall out.

    A day that falls out puts every later one back: the k-th is done in week
    k / ((1 - no_shows) x sweep days a week), rounded up. `late` names areas with their week or
    None; a plan with `sweep_days_needed` a week keeps the promise, but for the areas `too_far` to
    go to, work and come back within a day.
    """

    no_shows: float
    late: tuple[tuple[str, int | None], ...]
    sweep_days_needed: int
    too_far: tuple[str, ...]

    @property
    def is_kept(self) -> bool:
        return not self.late


@dataclass(frozen=True, slots=True, eq=False)
class SweepPlan:
    """`audit_chance` is the chance of every stretch to be drawn at random: finds at `RANDOM` stops
    over it are an unbiased audit, unless such a stop is among `left_out`.

    `least_travel_metres` is a bound below which no routes through these stops can come.
    """

    share: SweepShare
    seed: int
    weeks: int
    sweep_days_per_week: float
    audit_chance: float
    visits: tuple[Visit, ...]
    routes: tuple[DayRoute, ...]
    left_out: tuple[Stop, ...]
    travel_metres: float
    least_travel_metres: float
    promises: tuple[Promise, Promise]


def sweep_plan(
    streets: Streets,
    needs: Sequence[SweepNeed],
    ground: Ground,
    crews: Crews,
    share: SweepShare,
    *,
    weeks: int,
    seed: int,
) -> SweepPlan:
    """The plan for `weeks`; `needs` stand in the order of `streets.areas`, places of `ground` are
    stretches. The same arguments give the same plan.

    Raises EquityError `weeks-impossible` and what `ground` refuses.
    """
    if weeks < 1:
        raise EquityError("weeks-impossible", weeks=weeks)
    city = _City(streets, needs, ground, crews, share, weeks, seed)
    # How many metres the days hold shows only once they are routed, yet a draw that followed its
    # own routes would favour what lies near. A plan from another draw tells the metres.
    pilot = _Planning(city, city.hours * crews.sweep_metres_per_hour * _PILOT, stream=0)
    return _Planning(city, pilot.metres(), stream=1).plan()


@dataclass(frozen=True, slots=True, eq=False)
class _City:
    """What `sweep_plan` is given."""

    streets: Streets
    needs: Sequence[SweepNeed]
    ground: Ground
    crews: Crews
    share: SweepShare
    weeks: int
    seed: int

    @property
    def sweep_days_per_week(self) -> float:
        return self.share.share * self.crews.days_per_week

    @property
    def days(self) -> int:
        return floor(self.sweep_days_per_week * self.weeks + 1e-9)

    @property
    def hours(self) -> float:
        return self.days * self.crews.hours_per_day


class _Planning:
    """One plan, whose random part is drawn for so many metres in all."""

    def __init__(self, city: _City, metres: float, stream: int) -> None:
        self.city, self.streets, self.days = city, city.streets, city.days
        self.weeks, self.per_week = city.weeks, city.sweep_days_per_week
        streets, crews = city.streets, city.crews
        hours = streets.metres / crews.sweep_metres_per_hour
        out_and_back = 2 * city.ground.metres_from_depot() / crews.travel_metres_per_hour
        is_near = out_and_back + hours <= crews.hours_per_day
        most = city.hours * crews.sweep_metres_per_hour
        draw = Draw(RANDOM_SHARE * metres, city.seed, stream)
        wanted = wanted_stretches(streets, city.needs, is_near, draw, most)
        self.chance, self.too_far_to_draw = wanted.chance, wanted.too_far
        self.reasons = np.full(streets.metres.size, VISIT, dtype=object)
        self.reasons[wanted.hidden] = HIDDEN
        self.reasons[wanted.drawn + wanted.too_far] = RANDOM
        parts = (wanted.visits, wanted.drawn + wanted.unseen, wanted.hidden)
        number = {one: stop for stop, one in enumerate(dict.fromkeys(chain(*parts)), start=1)}
        self.candidates = np.array(list(number), np.intp)
        self.visits, self.owed, self.extra = (
            np.array([number[one] for one in part], np.intp) for part in parts
        )
        self.ways = Ways(
            city.ground.metres_between(self.candidates),
            np.append(0.0, hours[self.candidates]),
            crews.hours_per_day,
            crews.travel_metres_per_hour,
        )
        ago = streets.visited_days_ago
        # Where nobody ever was, the first visit is due within the time that every next one is.
        self.due = np.clip(city.weeks - np.where(np.isinf(ago), 0.0, ago) // 7, 1, city.weeks)

    def metres(self) -> float:
        """Metres of street that the days hold."""
        stretches = [self.candidates[route - 1] for route in self._in_few_metres()]
        return float(sum(self.streets.metres[one].sum() for one in stretches))

    def plan(self) -> SweepPlan:
        least_routes = self._in_order_of_need(self._routes(tour_through(self.ways, self.visits)))
        routes = self._in_few_metres()
        if any(self._late(routes)):
            # Short ways may have put a visit off; where they did not, they are the better.
            routes = min(routes, self._visits_first(least_routes), key=self._late)
        done = np.concatenate([*routes, np.zeros(0, np.intp)])
        left = self.candidates[self.owed[~np.isin(self.owed, done)] - 1].tolist()
        return SweepPlan(
            share=self.city.share,
            seed=self.city.seed,
            weeks=self.weeks,
            sweep_days_per_week=self.per_week,
            audit_chance=self.chance,
            visits=self._visits(routes),
            routes=tuple(self._day(number, route) for number, route in enumerate(routes, 1)),
            left_out=tuple(map(self._stop, left + self.too_far_to_draw)),
            travel_metres=sum(self.ways.length(route) for route in routes),
            least_travel_metres=least_metres(self.ways, np.sort(done)) if done.size else 0.0,
            promises=(
                self._promise(0.0, routes, least_routes),
                self._promise(NO_SHOWS, routes, least_routes),
            ),
        )

    def _in_few_metres(self) -> list[Codes]:
        """What is owed in four fifths of the days, then what else fits into all."""
        firm = floor(self.days * (1 - NO_SHOWS) + 1e-9)
        # One stop in each district comes first, then what else was drawn, if the days are too few.
        _, once = np.unique(self._areas(self.owed), return_index=True)
        owed = np.concatenate([self.owed[once], np.delete(self.owed, once)])
        wanted = [*owed.tolist(), *self.extra.tolist()]
        first, count = self._filled(wanted, (owed.size, once.size), firm)
        left = (owed.size - count, once.size - count)
        second, _ = self._filled(wanted[count:], left, self.days - len(first))
        return self._in_order_of_need(first) + self._in_order_of_need(second)

    def _visits_first(self, least: list[Codes]) -> list[Codes]:
        """The fewest days that visit all, in their order, with as much more as fits into them,
        then the other days."""
        routes = least[: self.days]
        done = np.concatenate([*routes, np.zeros(0, np.intp)])
        wanted = np.concatenate([self.owed, self.extra])
        routes, left = filled_up(self.ways, routes, wanted[~np.isin(wanted, done)].tolist())
        more, _ = self._filled(left, (), self.days - len(routes))
        return routes + self._in_order_of_need(more)

    def _late(self, routes: list[Codes]) -> tuple[int, int]:
        """How many areas within reach wait too long, if every day takes place and if not."""
        reached = self._areas(self.visits)
        first, due = self._first_days(routes)[reached], self.due[reached]
        all_days, with_no_shows = (
            int((_weeks(first, (1 - no_shows) * self.per_week) > due).sum())
            for no_shows in (0.0, NO_SHOWS)
        )
        return all_days, with_no_shows

    def _routes(self, tour: Codes) -> list[Codes]:
        return [improved(self.ways, route) for route in cut_into_days(self.ways, tour)]

    def _filled(
        self, wanted: list[int], starts: tuple[int, ...], days: int
    ) -> tuple[list[Codes], int]:
        """Routes for so many days through as many of `wanted` as fit, from the beginning, and how
        many do. The tour starts with the first of `starts` that fits."""
        if days <= 0:
            return [], 0
        base, count = np.zeros(0, np.intp), 0
        for start in starts:
            tour = tour_through(self.ways, np.array(wanted[: max(0, start)], np.intp))
            if days_needed(self.ways, tour) <= days:
                base, count = tour, tour.size
                break
        for _ in range(2):
            count = self._most(base, count, wanted, days)
            tour = inserted(self.ways, base, wanted[base.size : count])
            better = improved(self.ways, tour)
            base = better if days_needed(self.ways, better) <= days else tour
        return self._routes(base), count

    def _most(self, base: Codes, count: int, wanted: list[int], days: int) -> int:
        """How many of `wanted` fit into the days; the first `count` are in `base` and do."""
        low, high = count, len(wanted) + 1
        while high - low > 1:
            middle = (low + high) // 2
            tour = inserted(self.ways, base, wanted[base.size : middle])
            fits = days_needed(self.ways, tour) <= days
            low, high = (middle, high) if fits else (low, middle)
        return low

    def _in_order_of_need(self, routes: list[Codes]) -> list[Codes]:
        """Next is always the day with the unvisited area that is due first, then with the most."""
        left, ordered, visited = list(range(len(routes))), list[Codes](), set[int]()
        areas = [set(self._areas(route).tolist()) for route in routes]
        while left:
            fresh = {number: areas[number] - visited for number in left}
            due = {
                number: min((float(self.due[area]) for area in fresh[number]), default=np.inf)
                for number in left
            }
            _, _, number = min((due[one], -len(fresh[one]), one) for one in left)
            left.remove(number)
            visited |= areas[number]
            ordered.append(routes[number])
        return ordered

    def _areas(self, route: Codes) -> Codes:
        return self.streets.area[self.candidates[route - 1]]

    def _first_days(self, routes: list[Codes]) -> Floats:
        """(areas,) the number of the first day that visits each, infinite if none does."""
        first = np.full(len(self.streets.areas), np.inf)
        for number, route in enumerate(routes, 1):
            np.minimum.at(first, self._areas(route), number)
        return first

    def _promise(self, no_shows: float, routes: list[Codes], least: list[Codes]) -> Promise:
        """`least` are the routes that would do if nothing but one visit each were planned."""
        first, at_least = self._first_days(routes), self._first_days(least)
        week = _weeks(first, (1 - no_shows) * self.per_week)
        is_reached = np.isfinite(at_least)
        reached = at_least[is_reached] / self.due[is_reached]
        return Promise(
            no_shows=no_shows,
            late=tuple(
                (area, int(when) if when <= self.weeks else None)
                for area, when, due in zip(self.streets.areas, week, self.due, strict=True)
                if when > due
            ),
            sweep_days_needed=ceil(reached.max(initial=0.0) / (1 - no_shows) - 1e-9),
            too_far=tuple(
                area
                for area, is_near in zip(self.streets.areas, is_reached, strict=True)
                if not is_near
            ),
        )

    def _visits(self, routes: list[Codes]) -> tuple[Visit, ...]:
        stops = np.concatenate([*routes, np.zeros(0, np.intp)])
        chosen, size = self.candidates[stops - 1], len(self.streets.areas)
        area, metres = self.streets.area[chosen], self.streets.metres[chosen]
        drawn = metres * (self.reasons[chosen] == RANDOM)
        week = _weeks(self._first_days(routes), self.per_week)
        planned = np.bincount(area, metres, size)
        at_random = np.bincount(area, drawn, size)
        return tuple(
            Visit(
                need=need,
                metres=float(planned[number]),
                random_metres=float(at_random[number]),
                week=int(week[number]) if np.isfinite(week[number]) else None,
                due_week=int(self.due[number]),
            )
            for number, need in enumerate(self.city.needs)
        )

    def _day(self, number: int, route: Codes) -> DayRoute:
        return DayRoute(
            day=number,
            week=int(_weeks(np.array([float(number)]), self.per_week)[0]),
            stops=tuple(map(self._stop, self.candidates[route - 1].tolist())),
            travel_metres=self.ways.length(route),
            hours=self.ways.duration(route),
        )

    def _stop(self, stretch: int) -> Stop:
        return Stop(
            self.streets.ids[stretch],
            self.streets.areas[self.streets.area[stretch]],
            self.reasons[stretch],
            float(self.streets.metres[stretch]),
        )


def _weeks(days: Floats, per_week: float) -> Floats:
    """The week in which the k-th day is done, infinite where there are no days."""
    if per_week == 0:
        return np.full(days.size, np.inf)
    return np.asarray(np.ceil(days / per_week - 1e-9), dtype=np.float64)
