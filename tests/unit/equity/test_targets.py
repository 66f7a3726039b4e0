"""Targets between the most efficient and the most equitable."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from equity.errors import EquityError
from equity.levers.equal_delay import (
    equal_delay_shares,
    least_waiting_shares,
    price_of_equal_delay,
)
from equity.levers.explain_targets import TARGETS_ENGLISH, explain_targets
from equity.levers.targets import Demand, frontier, travel_hours_of
from equity.measures.burden import burden, efficiency_loss, equity_loss
from equity.sentences import in_words

# An inspection takes 1 hour near and 2 hours far; there are 1.5 hours for two requests a day.
TWO = Demand(
    areas=("near", "far"),
    categories=("hole",),
    requests_per_day=np.array([[1.0], [1.0]]),
    importance=np.array([1.0]),
    travel_hours=np.array([0.5, 1.5]),
    inspection_hours=0.5,
    hours_per_day=1.5,
    menu_days=(1.0,),
)


def test_two_areas_by_hand():
    first, middle, last = frontier(TWO, points=3)
    shares = [[cell.inspected_share for cell in point.cells] for point in (first, middle, last)]
    # All of the near and a quarter of the far; half of both; and what lies half way between.
    assert shares[0] == pytest.approx([1.0, 0.25])
    assert shares[2] == pytest.approx([0.5, 0.5])
    assert shares[1] == pytest.approx([0.75, 0.375])
    assert first.equity_loss == pytest.approx(74.25)
    assert first.efficiency_loss == pytest.approx(365 * (1 + 75.25))
    assert (last.equity_loss, last.efficiency_ratio) == pytest.approx((0, 101 / 76.25), abs=1e-5)
    words = in_words([explain_targets(last)], TARGETS_ENGLISH)
    assert words == (
        "All waiting together weighs 32.5 % more than at the most efficient, and the difference "
        "between the areas is 100 % smaller."
    )
    assert in_words([explain_targets(first)], TARGETS_ENGLISH) == (
        "All waiting together weighs the least that these hours allow."
    )
    for point in (middle, last):
        assert point.hours_per_day == pytest.approx(1.5)


def test_a_frontier_never_gives_away_more_than_there_is_and_adds_up():
    rng = np.random.default_rng(3)
    rates = rng.uniform(0.5, 8, (6, 4))
    demand = Demand(
        tuple("abcdef"), ("hazard", "removal", "other", "prune"), rates,
        np.array([10.0, 8.0, 6.0, 4.0]),
        travel_hours_of(rng.uniform(20, 300, 6), rates.sum(axis=1), 15.0),
        inspection_hours=0.5, hours_per_day=0.4 * rates.sum(),
    )  # fmt: skip
    points = frontier(demand, points=6)
    losses = [point.equity_loss for point in points]
    assert losses[-1] == pytest.approx(0, abs=1e-4)
    assert losses == pytest.approx(np.linspace(losses[0], 0, 6), abs=1e-4)
    costs = [
        (b.efficiency_loss - a.efficiency_loss) / (a.equity_loss - b.equity_loss)
        for a, b in pairwise(points)
    ]
    # Equity is cheap at first and dear in the end.
    assert all(-1e-6 < a <= b * (1 + 1e-6) for a, b in pairwise(costs))
    for point in points:
        assert point.hours_per_day <= demand.hours_per_day * (1 + 1e-9)
        assert sum(cell.hours_per_day for cell in point.cells) == pytest.approx(point.hours_per_day)
        by_hand = [
            cell.importance
            * (cell.inspected_share * (cell.target_days or 0) + (1 - cell.inspected_share) * 100)
            for cell in point.cells
        ]
        assert [cell.burden for cell in point.cells] == pytest.approx(by_hand)
        table = np.array(by_hand).reshape(6, 4)
        assert equity_loss(table) == pytest.approx(point.equity_loss)
        assert efficiency_loss(rates * 365, table) == pytest.approx(point.efficiency_loss)

    # Nobody is made equal by being served worse than the most efficient would serve them.
    worst = np.array([cell.burden for cell in points[-1].cells]).reshape(6, 4).max(axis=0)
    held = frontier(replace(demand, most_burden=worst * [0.9, 1.2, 1.2, 1.2]), points=3)
    for point in held:
        burdens = np.array([cell.burden for cell in point.cells]).reshape(6, 4)
        assert (burdens <= worst * [0.9, 1.2, 1.2, 1.2] + 1e-3).all()
    with pytest.raises(EquityError, match="targets-impossible"):
        frontier(replace(demand, most_burden=np.full(4, 1.0)))

    # Nor is anybody promised what nobody ever had, however much capacity there is.
    seen = {"fewest_days": np.array([1.0, 7, 7, 30]), "most_share": np.array([1.0, 0.9, 0, 0.8])}
    in_all = {name: np.tile(row, (6, 1)) for name, row in seen.items()}
    plenty = frontier(replace(demand, hours_per_day=1e4, **in_all))
    for cell in plenty[0].cells:
        kind = demand.categories.index(cell.category)
        days = None if cell.category == "other" else pytest.approx(seen["fewest_days"][kind])
        assert cell.target_days == days
        assert cell.inspected_share == pytest.approx(seen["most_share"][kind])
    assert len(plenty) == 1


def test_areas_alike_have_nothing_to_trade():
    alike = replace(TWO, travel_hours=np.array([0.5, 0.5]))
    (only,) = frontier(alike)
    assert only.equity_loss == pytest.approx(0, abs=1e-6)


def test_equal_delay_has_its_price():
    rng = np.random.default_rng(4)
    requests, work = rng.lognormal(0, 0.6, 77), rng.uniform(0.5, 2, 77)
    waiting = []
    for split in (equal_delay_shares, least_waiting_shares):
        shares = split(requests, work)
        assert shares.sum() == pytest.approx(1.0)
        waiting.append((requests * work / shares).sum())
    assert np.ptp(work / equal_delay_shares(requests, work)) == pytest.approx(0, abs=1e-9)
    assert waiting[0] / waiting[1] == pytest.approx(price_of_equal_delay(requests, work))
    others = rng.dirichlet(np.ones(77), 50)
    assert ((requests * work / others).sum(axis=1) > waiting[1]).all()
    assert price_of_equal_delay(np.full(5, 2.0), np.ones(5)) == pytest.approx(1)


def test_what_no_city_asks_is_refused():
    for changes in (
        {"hours_per_day": 0.0}, {"importance": np.ones(2)}, {"areas": ("near",)},
        {"menu_days": (2.0, 1.0)}, {"never_days": 1.0}, {"hours_per_day": 1e300},
    ):  # fmt: skip
        with pytest.raises(EquityError, match="demand-impossible"):
            replace(TWO, **changes)
    with pytest.raises(EquityError, match="demand-impossible"):
        price_of_equal_delay(np.zeros(2), np.ones(2))
    with pytest.raises(EquityError, match="inspected-share-impossible"):
        burden(np.ones(1), np.array([[1.2]]), np.ones((1, 1)))
