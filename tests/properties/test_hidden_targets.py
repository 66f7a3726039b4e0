"""What a demand's hidden cells have, in problems or in problems that wait, follows from no sum that
a plan rests on, and from no plan."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from table_attack import attacker_bounds, exactly_recoverable

from backend.audits.targets.hide_few import HiddenCells, hide_few
from backend.audits.targets.plan import Served, plan_targets
from equity.measures.linked_tables import Dimension, relations, table_keys
from equity.measures.suppression import SuppressionRule
from equity.rates.events import UNKNOWN

# The made-up city's year: problems of six of its districts by benches, wiring, manholes and lights.
YEAR = np.array(
    [
        [11, 4, 6, 19],
        [8, 5, 2, 24],
        [10, 3, 4, 9],
        [7, 7, 5, 14],
        [8, 6, 6, 17],
        [12, 11, 8, 17],
    ]
)
AREAS, KINDS = (tuple(map(str, range(size))) for size in YEAR.shape)


def hidden_of(table: np.ndarray, people: int = 400) -> HiddenCells:
    """Of problems each told of by the next of so many people."""
    area, kind = np.repeat(np.indices(table.shape).reshape(2, -1), table.ravel(), axis=1)
    return hide_few(area, kind, np.arange(area.size) % people, table.shape)


def known_of(hidden: HiddenCells) -> np.ndarray:
    """Which cells, sums of all first, somebody knows who has a page of plans and patience."""
    known = np.zeros(np.add(YEAR.shape, 1), bool)
    # What is left of the sums of kinds follows from the city's: nobody needs to be told of it.
    known[0, 0], known[0, 1:], known[1:, 1:] = True, ~hidden.services, ~hidden.cells
    return known


@pytest.mark.parametrize("seed", range(6))
def test_no_hidden_cell_follows_from_all_that_is_told(seed: int) -> None:
    table = np.random.default_rng(seed).permuted(YEAR, axis=0) if seed else YEAR
    hidden = hidden_of(table)
    small = table < SuppressionRule().least_count
    assert (hidden.cells | ~small).all()
    assert not hidden.cells.all()
    with_sums = np.block([[table.sum(), table.sum(0)], [table.sum(1)[:, None], table]])
    keys = table_keys(("city", *AREAS), ("all", *KINDS))
    sums = relations(keys, (Dimension("area", {"city": AREAS}), Dimension("kind", {"all": KINDS})))
    is_hidden = ~known_of(hidden).ravel()
    secret = np.zeros(with_sums.shape, bool)
    secret[1:, 1:] = small
    assert not (exactly_recoverable(sums, is_hidden) & secret.ravel()).any()
    values = np.where(is_hidden, np.nan, with_sums.ravel())
    least, most = attacker_bounds(sums, values, is_hidden, np.flatnonzero(secret))
    assert (most - least >= SuppressionRule().least_width - 1e-6).all()


def test_every_table_that_fits_is_counted_and_each_small_cell_may_be_any_of_eleven() -> None:
    """By brute force, of the city's smallest corner: two districts hidden in one kind."""
    table = np.array([[30, 9], [40, 4], [50, 60]])
    hidden = hidden_of(table)
    assert hidden.cells[:, 1].tolist() == [True, True, False] or hidden.cells[2, 1]
    places = [tuple(place) for place in np.argwhere(hidden.cells)]
    left = int(table[hidden.cells].sum())
    by_kind = [int(table[:, kind].sum()) for kind in range(2)]
    fitting: list[np.ndarray] = []
    for numbers in product(range(left + 1), repeat=len(places) - 1):
        if (last := left - sum(numbers)) < 0:
            continue
        guess = table.copy()
        for place, number in zip(places, (*numbers, last), strict=True):
            guess[place] = number
        if all(hidden.services[k] or guess[:, k].sum() == by_kind[k] for k in range(2)):
            fitting.append(guess)
    for place in np.argwhere(table < SuppressionRule().least_count):
        assert len({int(one[tuple(place)]) for one in fitting}) > SuppressionRule().least_width


def test_a_plan_is_the_same_wherever_in_hidden_cells_problems_wait() -> None:
    """To the last digit: so what a plan tells besides its table tells nothing of them."""
    hidden = hidden_of(YEAR)
    rng = np.random.default_rng(5)
    moved = YEAR.astype(float)
    for kind in range(YEAR.shape[1]):
        places = np.flatnonzero(hidden.cells[:, kind])
        total = int(YEAR[places, kind].sum())
        if places.size:
            moved[places, kind] = rng.multinomial(total, np.full(places.size, 1 / places.size))
    assert not (moved == YEAR).all()
    served = Served(
        AREAS, KINDS, YEAR / 365, np.array([10.0, 8.0, 6.0, 2.0]),
        np.linspace(0.1, 0.4, len(AREAS)), np.full(YEAR.shape, 0.9), np.full(YEAR.shape, 12.0),
        waiting=hidden.evened(YEAR.astype(float)),
    )  # fmt: skip
    plan = plan_targets(served, 0.5, 20.0, 4)
    assert plan.backlog_hours > 0
    other = plan_targets(replace(served, waiting=hidden.evened(moved)), 0.5, 20.0, 4)
    assert (other.points, other.backlog_hours) == (plan.points, plan.backlog_hours)


def test_where_four_people_tell_everything_nothing_is_told_and_unknown_people_are_many() -> None:
    assert hidden_of(YEAR, people=4).cells.all()
    area, kind = np.repeat(np.indices(YEAR.shape).reshape(2, -1), YEAR.ravel(), axis=1)
    unknown = hide_few(area, kind, np.full(area.size, UNKNOWN), YEAR.shape)
    assert (unknown.cells == hidden_of(YEAR).cells).all()
