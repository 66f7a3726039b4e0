"""The figures of the paper on service levels, from the aggregates it ships.

Liu and Garg, EC 2024, doi 10.1145/3670865.3673624.
"""

import csv
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from equity.levers.equal_delay import price_of_equal_delay
from equity.measures.burden import burden, equity_loss

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "equity"
PAPER = DATA / "sla_ec24"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PAPER.exists(), reason=f"the aggregates {PAPER} are not there"),
]


def rows(name: str) -> list[dict[str, str]]:
    with (PAPER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_equity_loss_of_the_thirty_historical_cells():
    assigned = next(
        r for r in rows("priority_weight_specifications") if r["weight_id"] == "assigned"
    )
    cells = [row for row in rows("selected_policy_cells") if row["role"] == "historical_2019"]
    categories = sorted({cell["category"] for cell in cells})
    by_place = {(cell["borough"], cell["category"]): cell for cell in cells}
    assert len(by_place) == len(cells) == 30

    def table(column: str) -> np.ndarray:
        return np.array(
            [[float(by_place[area, kind][column]) for kind in categories]
             for area in sorted({area for area, _ in by_place})]
        )  # fmt: skip

    importance = np.array([float(assigned[kind]) for kind in categories])
    burdens = burden(importance, table("inspection_fraction_mean"), table("sla_days_mean"))
    assert equity_loss(burdens) == pytest.approx(1160.194929, abs=1e-5)


def test_the_eighteen_ratios_are_means_over_the_seeds():
    losses = defaultdict(list)
    for row in rows("selected_policy_scores_by_seed"):
        ratios = [
            float(row[f"{kind}_loss"]) / float(row[f"historical_{kind}_loss"])
            for kind in ("efficiency", "equity")
        ]
        losses[f"{row['calendar_year']} {row['display_role']}"].append(ratios)
    expected = json.loads((DATA / "expected.json").read_text())["sla table"]
    found = {name: np.mean(ratios, axis=0) for name, ratios in losses.items()}
    assert found.keys() == expected.keys()
    assert len(found) == 9
    for name, pair in expected.items():
        assert found[name].tolist() == pytest.approx(pair, abs=5e-4), name


def test_equal_delay_costs_a_ninth_more_waiting_in_the_five_boroughs():
    shares = np.array(
        [float(row["fraction_of_2019_requests"]) for row in rows("budget_allocation")]
    )
    assert price_of_equal_delay(shares, np.ones(5)) == pytest.approx(1.11, abs=5e-3)
