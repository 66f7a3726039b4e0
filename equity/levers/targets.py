"""Targets by area and category under one capacity, from the most efficient to the most equitable.

Every request of a cell (area b, category c) is inspected within one of a menu of days, or never. An
inspection takes some hours on the spot, and travel from the stop before. A crew that comes to an
area every d days finds d times as many stops there, and the way from stop to stop shrinks with the
square root of their density (Beardwood, Halton and Hammersley, Proceedings of the Cambridge
Philosophical Society 55 (1959), 299): work = inspection + travel_b / sqrt(d), where travel_b is the
way between stops of a daily tour. So a promise of fewer days and an area of long ways both take
more of the capacity.

The least work that a burden of `equity.measures.burden` takes is convex and piecewise linear in it:
first some requests are inspected in the days that save most for their work, then these sooner and
sooner. With one unknown for each piece the work and both losses are linear or piecewise linear, and
each point of the frontier is the solution of one linear program, the best there is.
"""

from dataclasses import dataclass

import numpy as np

from equity.errors import EquityError
from equity.measures.burden import NEVER_DAYS, burden, efficiency_loss, equity_loss
from equity.rates.events import Floats, Mask

MENU_DAYS = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 21.0, 30.0, 45.0, 60.0, 90.0)
MOST = 1e6
"""No figure of a city is greater."""
TOUR = 0.7124
"""Length of the shortest tour through n random points in an area A, over sqrt(n A)."""

_EXACT = 1e-6
"""Slack in which one loss may differ while the other is made best: ten times what the solver allows
itself, or what it found best could be out of its reach the next time."""
_SCALE = 1000.0
"""What the efficiency loss is in the program where nothing is inspected: slack is small beside."""


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What is asked for and what there is to answer it with.

    `requests_per_day` (areas, categories), `importance` (categories,), `travel_hours` (areas,)
    between two stops of a daily tour (`travel_hours_of`), `inspection_hours` on the spot,
    `hours_per_day` of all crews; none is above `MOST`. Limits (categories,), where given:
    `most_burden` is what no area may exceed, and `most_mean_burden` what all requests of a category
    may bear on average, so that areas are not made alike by serving all of them worse. Limits
    (areas, categories): `fewest_days` and `most_share` are the soonest that anything is inspected
    and the largest share that ever is, so that nothing is promised that was never seen.
    `menu_days` ascend and are below `never_days`; in each cell the days of `served_days` (areas,
    categories) take the place of the nearest of them, so that what is done today can be chosen.
    Raises EquityError `demand-impossible`.
    """

    areas: tuple[str, ...]
    categories: tuple[str, ...]
    requests_per_day: Floats
    importance: Floats
    travel_hours: Floats
    inspection_hours: float
    hours_per_day: float
    horizon_days: float = 365.0
    never_days: float = NEVER_DAYS
    menu_days: tuple[float, ...] = MENU_DAYS
    most_burden: Floats | None = None
    most_mean_burden: Floats | None = None
    fewest_days: Floats | None = None
    most_share: Floats | None = None
    served_days: Floats | None = None

    def __post_init__(self) -> None:
        single = [self.inspection_hours, self.hours_per_day, self.horizon_days, self.never_days]
        tables = (self.requests_per_day, self.importance, self.travel_hours)
        figures = np.concatenate([*(table.ravel() for table in tables), single, self.menu_days])
        cells = (len(self.areas), len(self.categories))
        shapes = (cells, cells[1:], cells[:1])
        if (
            tuple(table.shape for table in tables) != shapes
            or 0 in (*cells, len(self.menu_days))
            or not ((figures > 0) & (figures <= MOST)).all()
            or (np.diff([*self.menu_days, self.never_days]) <= 0).any()
        ):
            raise EquityError("demand-impossible")

    @property
    def work_hours(self) -> Floats:
        """(areas, categories, menu) hours that one inspection within so many days takes."""
        return self.inspection_hours + self.travel_hours[:, None, None] / np.sqrt(self.menu)

    @property
    def menu(self) -> Floats:
        """(areas, categories, menu) days that can be promised, ascending."""
        menu = np.tile(np.array(self.menu_days), (*self.requests_per_day.shape, 1))
        if self.served_days is not None:
            served = self.served_days[:, :, None]
            nearest = np.abs(menu - served).argmin(axis=2)[:, :, None]
            is_choice = (served > 0) & (served < self.never_days)
            is_taken = is_choice & (np.arange(len(self.menu_days)) == nearest)
            menu = np.where(is_taken, served, menu)
        return menu


@dataclass(frozen=True, slots=True)
class CellTarget:
    """`burden` = importance x (inspected_share x target_days + (1 - inspected_share) x never).

    `target_days` is the mean of the promised days, None where nothing is inspected;
    `hours_per_day` is the capacity the cell takes.
    """

    area: str
    category: str
    importance: float
    requests_per_day: float
    inspected_share: float
    target_days: float | None
    burden: float
    hours_per_day: float


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """One choice between efficiency and equity; the ratios are over the first point."""

    efficiency_loss: float
    equity_loss: float
    efficiency_ratio: float
    equity_ratio: float
    hours_per_day: float
    cells: tuple[CellTarget, ...]


def travel_hours_of(square_km: Floats, stops_per_day: Floats, km_per_hour: float) -> Floats:
    """(areas,) hours between two stops of a daily tour through stops that lie anywhere."""
    return np.asarray(TOUR * np.sqrt(square_km / stops_per_day) / km_per_hour)


def frontier(demand: Demand, points: int = 9) -> tuple[FrontierPoint, ...]:
    """From the most efficient to the most equitable, at even steps of equity loss.

    At both ends the other loss is the best that end allows. One point where one choice is best in
    both. Raises EquityError `targets-impossible` where `most_burden` cannot be kept.
    """
    program = _Program(demand)
    ends = [program.most_efficient(), program.most_equitable()]
    losses = [float(program.equity @ end) for end in ends]
    if points < 2 or losses[0] - losses[1] <= _EXACT * max(1.0, losses[0]):
        return (_point(demand, program.shares(ends[0]), None),)
    steps = np.linspace(losses[0], losses[1], points)[1:-1]
    first = _point(demand, program.shares(ends[0]), None)
    further = [*(program.at(float(step)) for step in steps), ends[1]]
    return (first, *(_point(demand, program.shares(columns), first) for columns in further))


def _point(demand: Demand, within: Floats, first: FrontierPoint | None) -> FrontierPoint:
    """From the shares (areas, categories, menu) of requests inspected within so many days."""
    share = np.minimum(within.sum(axis=2), 1.0)
    waited = (within * demand.menu).sum(axis=2)
    days = np.divide(waited, share, out=np.zeros(share.shape), where=share > 0)
    burdens = burden(demand.importance, share, days, demand.never_days)
    hours = demand.requests_per_day * (within * demand.work_hours).sum(axis=2)
    efficiency = efficiency_loss(demand.requests_per_day * demand.horizon_days, burdens)
    equity = equity_loss(burdens)
    return FrontierPoint(
        efficiency_loss=efficiency,
        equity_loss=equity,
        efficiency_ratio=efficiency / first.efficiency_loss if first else 1.0,
        equity_ratio=equity / first.equity_loss if first else 1.0,
        hours_per_day=float(hours.sum()),
        cells=tuple(
            CellTarget(
                area=area,
                category=category,
                importance=float(demand.importance[c]),
                requests_per_day=float(demand.requests_per_day[b, c]),
                inspected_share=float(share[b, c]),
                target_days=float(days[b, c]) if share[b, c] > 0 else None,
                burden=float(burdens[b, c]),
                hours_per_day=float(hours[b, c]),
            )
            for b, area in enumerate(demand.areas)
            for c, category in enumerate(demand.categories)
        ),
    )


class _Pieces:
    """What each piece of a cell, (areas, categories, menu), takes off its burden, and the work.

    The piece of so many days leads there from the next longer ones; that of the days which save
    most for their work leads there from never, and longer ones are in no best solution.
    """

    def __init__(self, demand: Demand) -> None:
        menu, shape = demand.menu, demand.requests_per_day.shape
        fewest = np.zeros(shape) if demand.fewest_days is None else demand.fewest_days
        most = np.ones(shape) if demand.most_share is None else demand.most_share
        is_allowed = (menu >= fewest[:, :, None]) & (most[:, :, None] > 0)
        work, places = demand.work_hours, np.arange(menu.shape[2])
        price = np.where(is_allowed, work / (demand.never_days - menu), np.inf)
        cheapest = price.argmin(axis=2)[:, :, None]
        self.is_used: Mask = is_allowed & (places <= cheapest)
        is_followed = places < cheapest

        def steps(reached: Floats) -> Floats:
            before = np.where(is_followed, np.roll(reached, -1, axis=2), 0.0)
            return np.where(self.is_used, reached - before, 0.0)

        self._most_share = most[:, :, None]
        weight = demand.importance[:, None] * self._most_share
        self.saved = steps(weight * (demand.never_days - menu))
        self.work = steps(self._most_share * work)

    def shares(self, taken: Floats) -> Floats:
        """(areas, categories, menu) inspected within so many days where `taken` (areas, categories)
        is off the burden."""
        up_to_here = np.cumsum(self.saved[:, :, ::-1], axis=2)[:, :, ::-1]
        filled = np.clip(taken[:, :, None] - (up_to_here - self.saved), 0.0, self.saved)
        part = np.divide(filled, self.saved, out=np.zeros(filled.shape), where=self.is_used)
        return np.asarray(self._most_share * np.diff(part, axis=2, prepend=0.0).clip(0.0))


class _Program:
    """The linear program; columns are what the pieces in use take off the burdens of their cells,
    then the worst and then the best burden of each category."""

    def __init__(self, demand: Demand) -> None:
        from scipy.sparse import csc_array, hstack, kron, vstack

        self._pieces = pieces = _Pieces(demand)
        areas, kinds = demand.requests_per_day.shape
        self._cell = cell = np.flatnonzero(pieces.is_used) // len(demand.menu_days)
        rate, saved = demand.requests_per_day.ravel()[cell], pieces.saved[pieces.is_used]
        ends = np.zeros(2 * kinds)
        each = csc_array(
            (np.ones(cell.size), (cell, np.arange(cell.size))), shape=(areas * kinds, cell.size)
        )
        of_kind = csc_array(kron(np.ones((areas, 1)), np.eye(kinds)))
        none = csc_array(of_kind.shape)
        hours = np.concatenate([rate * pieces.work[pieces.is_used] / saved, ends])
        asked = demand.requests_per_day.sum(axis=0)
        of_mean = csc_array(
            (rate / asked[cell % kinds], (cell % kinds, np.arange(cell.size))),
            shape=(kinds, cell.size + ends.size),
        )
        # The worst is no less, and the best no more, than never without what is taken off.
        self._rows = vstack(
            [
                hstack([-each, -of_kind, none]),
                hstack([each, none, of_kind]),
                csc_array(hours[None]),
                -of_mean,
            ],
            format="csc",
        )
        never = demand.importance * demand.never_days
        nothing = np.tile(never, areas)
        worst = never if demand.most_burden is None else demand.most_burden
        mean = never if demand.most_mean_burden is None else demand.most_mean_burden
        self._limits = np.concatenate([-nothing, nothing, [demand.hours_per_day], mean - never])
        most = np.concatenate([saved, worst, never])
        self._bounds = np.column_stack([np.zeros(most.size), most])
        self.equity = np.concatenate([np.zeros(cell.size), np.ones(kinds), -np.ones(kinds)])
        scale = asked @ never / _SCALE
        self._efficiency = np.concatenate([-rate / scale, ends])

    def most_efficient(self) -> Floats:
        """The columns of least efficiency loss, and among those of least equity loss."""
        best = float(self._efficiency @ self._solve(self._efficiency))
        return self._solve(self.equity, self._efficiency, best + _EXACT)

    def most_equitable(self) -> Floats:
        """The columns of least equity loss, and among those of least efficiency loss."""
        return self.at(float(self.equity @ self._solve(self.equity)))

    def at(self, equity_loss: float) -> Floats:
        """The columns of least efficiency loss with no more than this equity loss."""
        return self._solve(self._efficiency, self.equity, equity_loss + _EXACT)

    def shares(self, columns: Floats) -> Floats:
        """(areas, categories, menu) of requests inspected within so many days."""
        areas, kinds, _ = self._pieces.saved.shape
        taken = np.bincount(self._cell, columns[: self._cell.size], areas * kinds).astype(float)
        return self._pieces.shares(taken.reshape(areas, kinds))

    def _solve(self, objective: Floats, row: Floats | None = None, limit: float = 0.0) -> Floats:
        from scipy.optimize import linprog
        from scipy.sparse import csc_array, vstack

        rows, limits = self._rows, self._limits
        if row is not None:
            rows = vstack([rows, csc_array(row[None])], format="csc")
            limits = np.append(limits, limit)
        # In a large city the simplex method takes a quarter of what an interior point method does,
        # and looking beforehand for what can be left out finds nothing.
        answer = linprog(
            objective, rows, limits, bounds=self._bounds, method="highs-ds",
            options={"presolve": False},
        )  # fmt: skip
        if answer.x is None:
            raise EquityError("targets-impossible")
        return np.asarray(answer.x, dtype=np.float64)
