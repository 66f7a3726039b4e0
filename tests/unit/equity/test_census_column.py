"""Margins of error are used: unsure fifths are named, and margins move with their column."""

import numpy as np
import pytest
import shapely

from equity.errors import EquityError
from equity.measures.census_column import CensusColumn, carried_over, membership
from geo.interpolation import crosswalk

LABELS = ["lowest", "second", "middle", "fourth", "highest"]
AREAS = 400
RANDOM = np.random.default_rng(12)
TRUE = RANDOM.normal(50, 10, AREAS)
MARGINS = RANDOM.uniform(5, 20, AREAS)
SEEN = TRUE + RANDOM.standard_normal(AREAS) * MARGINS / 1.6449
PEOPLE = RANDOM.uniform(1000, 5000, AREAS)


def column(values: np.ndarray, margins: np.ndarray | None) -> CensusColumn:
    return CensusColumn(
        "income",
        "thousand dollars",
        values,
        margins,
        is_total=False,
        source="American Community Survey",
        vintage="2018-2022",
        licence="public domain",
    )


def test_an_area_is_unsure_where_its_margin_reaches_over_a_cut() -> None:
    found = membership(column(SEEN, MARGINS), PEOPLE, labels=LABELS, seed=1, draws=300)
    assert found.chance.sum(axis=1) == pytest.approx(np.ones(AREAS))
    assert 0.5 < found.unsure_residents < 0.95
    extreme = np.argsort(SEEN)[[0, -1]]
    assert found.chance[extreme, [0, 4]].min() > found.chance.max(axis=1).mean()
    exact = membership(column(SEEN, None), PEOPLE, labels=LABELS, seed=1, draws=3)
    assert exact.unsure_residents == 0
    again = membership(column(SEEN, MARGINS), PEOPLE, labels=LABELS, seed=1, draws=300)
    assert (again.chance == found.chance).all()


def test_a_margin_below_nothing_is_refused() -> None:
    with pytest.raises(EquityError, match="margins-impossible"):
        column(SEEN, -MARGINS)


def test_a_column_moves_to_other_boundaries_with_its_margins() -> None:
    west, east = shapely.box(-74.1, 40.6, -74.0, 40.7), shapely.box(-74.0, 40.6, -73.9, 40.7)
    whole = crosswalk([west, east], [shapely.union(west, east)])
    found = carried_over(
        column(np.array([10.0, 40]), np.array([3.0, 4])), whole, np.array([100.0, 300])
    )
    assert found.values == pytest.approx([32.5])
    assert found.margins == pytest.approx([np.hypot(300, 1200) / 400])
    assert (found.source, found.vintage) == ("American Community Survey", "2018-2022")
