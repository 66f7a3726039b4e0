"""Pieces of one name are one place where a chain of near ones joins them, however many they are."""

from typing import Any

import numpy as np
import pytest
import shapely

from backend.places.same_name import LINK_METRES, group_pieces


def joined_in_pairs(shapes: Any) -> list[tuple[int, ...]]:
    """The same by looking at each pair."""
    near = shapely.distance(shapes[:, None], shapes[None, :]) <= LINK_METRES
    while not np.array_equal(near, wider := (near.astype(int) @ near) > 0):
        near = wider
    return sorted({tuple(np.flatnonzero(row).tolist()) for row in near})


@pytest.mark.parametrize("seed", range(5))
def test_houses_and_lines_are_joined_as_each_pair_of_them_is(seed: int) -> None:
    random = np.random.default_rng(seed)
    shapes = shapely.points(random.uniform(-4_000, 4_000, (60, 2))).astype(object)
    for row in range(0, 60, 6):
        start = random.uniform(-4_000, 4_000, 2)
        shapes[row] = shapely.LineString([start, start + random.uniform(-900, 900, 2)])
    found = group_pieces(["mill st"] * 60, shapes)
    assert [tuple(rows) for rows in found] == joined_in_pairs(shapes)
    assert 1 < len(found) < 60


def test_a_column_that_names_every_house_alike_costs_no_look_at_each_pair() -> None:
    houses = np.column_stack([np.arange(20_000) * 0.1, np.zeros(20_000)])
    assert len(group_pieces(["larkenford"] * 20_000, shapely.points(houses))) == 1
