"""Targets by area and category under one capacity, from the most efficient to the most equitable.

Every request of a cell (area b, category c) is inspected within one of a menu of days, or never. An
inspection takes some hours on the spot, and travel from the stop before. A crew that comes to an
area every d days finds d times as many stops there, and the way from stop to stop shrinks with the
square root of their density (Beardwood, Halton and Hammersley, Proceedings of the Cambridge
Philosophical Society 55 (1959), 299): work = inspection + travel_b / sqrt(d), where travel_b is the
way between stops of a daily tour. So a promise of fewer days and an area of long ways both take
more of the capacity. With the shares x_bcd as unknowns the work, the burdens, the efficiency loss
and the equity loss of `equity.measures.burden` are linear or piecewise linear, and each point of
the frontier is the solution of one linear program, the best there is.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equity.errors import EquityError
from equity.measures.burden import NEVER_DAYS, burden, efficiency_loss, equity_loss
from equity.rates.events import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MENU_DAYS = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 21.0, 30.0, 45.0, 60.0, 90.0)
TOUR = 0.7124
"""Length of the shortest tour through n random points in an area A, over sqrt(n A)."""

_EXACT = 1e-9  # relative slack in which one loss may differ while the other is made best


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What is asked for and what there is to answer it with.

    `requests_per_day` (areas, categories), `importance` (categories,), `travel_hours` (areas,)
    between two stops of a daily tour (`travel_hours_of`), `inspection_hours` on the spot,
    `hours_per_day` of all crews. `most_burden` (areas, categories), where given, is what no cell
    may exceed, so that nobody is made equal by being served worse than today.
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

    def __post_init__(self) -> None:
        single = [self.inspection_hours, self.hours_per_day, self.horizon_days, self.never_days]
        tables = (self.requests_per_day, self.importance, self.travel_hours)
        figures = np.concatenate([*(table.ravel() for table in tables), single, self.menu_days])
        cells = (len(self.areas), len(self.categories))
        shapes = (cells, cells[1:], cells[:1])
        if (
            tuple(table.shape for table in tables) != shapes
            or 0 in (*cells, len(self.menu_days))
            or not (np.isfinite(figures) & (figures > 0)).all()
        ):
            raise EquityError("demand-impossible")

    @property
    def work_hours(self) -> Floats:
        """(areas, menu) hours that one inspection within so many days takes."""
        return self.inspection_hours + np.outer(self.travel_hours, np.sqrt(1 / self._menu))

    @property
    def _menu(self) -> Floats:
        return np.array(self.menu_days)


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
    """One choice between efficiency and equity.

    The ratios are over the first point. `cost_of_step` is by how much the efficiency loss rose
    for each unit of equity loss saved since the point before, None at the first.
    """

    efficiency_loss: float
    equity_loss: float
    efficiency_ratio: float
    equity_ratio: float
    cost_of_step: float | None
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
    if points < 2 or losses[0] - losses[1] <= 1e-6 * max(1.0, losses[0]):
        return (_point(demand, ends[0], None, None),)
    steps = np.linspace(losses[0], losses[1], points)[1:-1]
    chosen = [ends[0], *(program.at(float(step)) for step in steps), ends[1]]
    first = _point(demand, chosen[0], None, None)
    found = [first]
    for columns in chosen[1:]:
        found.append(_point(demand, columns, first, found[-1]))
    return tuple(found)


def _point(
    demand: Demand, columns: Floats, first: FrontierPoint | None, before: FrontierPoint | None
) -> FrontierPoint:
    shape = (*demand.requests_per_day.shape, len(demand.menu_days))
    within = np.maximum(columns[: np.prod(shape)], 0.0).reshape(shape)
    share = np.minimum(within.sum(axis=2), 1.0)
    days = np.divide(within @ demand._menu, share, out=np.zeros(shape[:2]), where=share > 0)
    burdens = burden(demand.importance, share, days, demand.never_days)
    hours = demand.requests_per_day * (within * demand.work_hours[:, None, :]).sum(axis=2)
    efficiency = efficiency_loss(demand.requests_per_day * demand.horizon_days, burdens)
    equity = equity_loss(burdens)
    return FrontierPoint(
        efficiency_loss=efficiency,
        equity_loss=equity,
        efficiency_ratio=efficiency / first.efficiency_loss if first else 1.0,
        equity_ratio=equity / first.equity_loss if first else 1.0,
        cost_of_step=(
            (efficiency - before.efficiency_loss) / (before.equity_loss - equity)
            if before
            else None
        ),
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


class _Program:
    """The linear program; columns are x (areas, categories, menu), then the worst and then the
    best burden of each category."""

    def __init__(self, demand: Demand) -> None:
        from scipy.sparse import csr_array, hstack, kron, vstack

        menu = demand._menu
        rate, importance = demand.requests_per_day, demand.importance
        areas, kinds = rate.shape
        cells = areas * kinds
        never = np.tile(importance * demand.never_days, areas)
        saved = np.tile(np.outer(importance, demand.never_days - menu), (areas, 1))
        each = np.arange(cells)
        # A burden is what never costs, less what each inspection saves.
        saving = _block_rows(saved)
        of_kind = kron(np.ones((areas, 1)), csr_array(np.eye(kinds)), format="csr")
        none = csr_array((cells, kinds))
        work = np.repeat(demand.work_hours, kinds, axis=0) * rate.ravel()[:, None]
        rows = [
            hstack([-saving, -of_kind, none]),
            hstack([saving, none, of_kind]),
            hstack([_block_rows(np.ones((cells, menu.size))), none, none]),
            csr_array(np.concatenate([work.ravel(), np.zeros(2 * kinds)])[None, :]),
        ]
        limits = [-never, never, np.ones(cells), np.array([demand.hours_per_day])]
        if demand.most_burden is not None:
            rows.append(hstack([-saving, none, none]))
            limits.append(demand.most_burden.ravel() - never)
        self._rows, self._limits = vstack(rows, format="csr"), np.concatenate(limits)
        self._scale = float((rate.ravel() * never).sum())
        self.equity = np.concatenate([np.zeros(cells * menu.size), np.ones(kinds), -np.ones(kinds)])
        gain = rate.ravel()[:, None] * saved
        self._efficiency = np.concatenate([-gain[each].ravel(), np.zeros(2 * kinds)]) / self._scale

    def most_efficient(self) -> Floats:
        """The columns of least efficiency loss, and among those of least equity loss."""
        best = float(self._efficiency @ self._solve(self._efficiency))
        return self._solve(self.equity, self._efficiency, best + _EXACT)

    def most_equitable(self) -> Floats:
        """The columns of least equity loss, and among those of least efficiency loss."""
        return self.at(float(self.equity @ self._solve(self.equity)))

    def at(self, equity_loss: float) -> Floats:
        """The columns of least efficiency loss with no more than this equity loss."""
        return self._solve(self._efficiency, self.equity, equity_loss * (1 + _EXACT) + _EXACT)

    def _solve(self, objective: Floats, row: Floats | None = None, limit: float = 0.0) -> Floats:
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, vstack

        rows, limits = self._rows, self._limits
        if row is not None:
            rows = vstack([rows, csr_array(row[None, :])], format="csr")
            limits = np.append(limits, limit)
        answer = linprog(objective, rows, limits, method="highs")
        if answer.x is None:
            raise EquityError("targets-impossible")
        return np.asarray(answer.x, dtype=np.float64)


def _block_rows(values: Floats) -> "csr_array":
    """(n, n k) from (n, k): row i holds values[i] in its own k columns."""
    from scipy.sparse import csr_array

    size, width = values.shape
    return csr_array(
        (values.ravel(), np.arange(size * width), np.arange(0, size * width + 1, width)),
        shape=(size, size * width),
    )
