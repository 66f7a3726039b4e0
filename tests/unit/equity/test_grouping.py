"""Fifths of residents: cut by people and not by areas, ties together, what is missing left out."""

import numpy as np
import pytest

from equity.errors import EquityError
from equity.measures.grouping import equal_groups, named_groups
from equity.rates.events import UNKNOWN

FIFTHS = ["lowest", "second", "middle", "fourth", "highest"]


def test_a_fifth_is_of_residents_and_not_of_areas() -> None:
    # Nine small areas are as many people as each of the four large ones.
    income = np.array([50.0, 40, 30, 20, *range(1, 10)])
    population = np.array([900.0, 900, 900, 900, *[100] * 9])
    found = equal_groups("income", income, population, labels=FIFTHS)
    assert found.of_area.tolist() == [4, 3, 2, 1, *[0] * 9]
    assert found.ranges == ((1, 9), (20, 20), (30, 30), (40, 40), (50, 50))
    assert found.is_ordered


def test_areas_of_one_value_stay_together_and_the_order_of_the_file_does_not_matter() -> None:
    random = np.random.default_rng(3)
    income = random.integers(1, 12, 60).astype(float)
    population = random.integers(50, 500, 60).astype(float)
    found = equal_groups("income", income, population, labels=FIFTHS).of_area
    for value in np.unique(income):
        assert np.unique(found[income == value]).size == 1
    shuffled = random.permutation(60)
    again = equal_groups("income", income[shuffled], population[shuffled], labels=FIFTHS)
    assert (again.of_area == found[shuffled]).all()
    assert (np.diff(found[np.argsort(income, kind="stable")]) >= 0).all()


def test_what_is_missing_is_in_no_group_and_counted() -> None:
    income = np.array([1.0, np.nan, 2, 3, 4, 5])
    population = np.array([10.0, 10, 0, 10, 10, 10])
    found = equal_groups("income", income, population, labels=["low", "high"])
    assert found.of_area.tolist() == [0, UNKNOWN, UNKNOWN, 0, 1, 1]
    assert (found.missing, found.unpeopled) == (1, 1)
    rows = np.array([4, UNKNOWN, 1, 0])
    assert found.of_rows(rows).tolist() == [1, UNKNOWN, UNKNOWN, 0]


def test_a_town_too_small_for_fifths_is_told_so() -> None:
    with pytest.raises(EquityError) as refused:
        equal_groups("income", np.arange(4.0), np.ones(4), labels=FIFTHS)
    assert refused.value.slug == "groups-empty"
    assert refused.value.facts == {"name": "income", "parts": 5, "areas": 4}


def test_named_groups_have_no_order() -> None:
    found = named_groups("ward", ["North", None, "East", "North"])
    assert found.labels == ("East", "North")
    assert found.of_area.tolist() == [1, UNKNOWN, 0, 1]
    assert not found.is_ordered
