"""Money for districts: it always adds up, nobody is below the floor, and nothing else matters."""

from fractions import Fraction

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from backend.ballots.cycle.district_budgets import (
    DistrictFigures,
    Weights,
    district_budgets,
)
from backend.core.errors import Invalid

decimals = st.integers(0, 10**7).map(lambda digits: Fraction(digits, 100))
figures = st.tuples(st.integers(1, 10**6).map(Fraction), decimals, decimals)
cities = st.lists(figures, min_size=1, max_size=12).map(
    lambda rows: [DistrictFigures(f"d{place:02}", *row) for place, row in enumerate(rows)]
)


@st.composite
def weightings(draw: st.DrawFn) -> Weights:
    first, second = sorted((draw(st.integers(0, 100)), draw(st.integers(0, 100))))
    return Weights(first, second - first, 100 - second, draw(st.integers(0, 100)))


@given(weightings(), cities, st.integers(0, 10**13))
def test_every_unit_goes_to_one_district_and_none_is_below_its_floor(
    weights: Weights, city: list[DistrictFigures], money: int
) -> None:
    try:
        shares = district_budgets(weights, city, money)
    except Invalid:
        # A measure that counts is zero everywhere.
        reject()
    assert sum(one.budget for one in shares) == money
    assert sum(one.share for one in shares) == 1
    residents = sum(one.population for one in city)
    for one, district in zip(shares, city, strict=True):
        assert one.floor == weights.floor_percent * district.population / residents / 100
        assert one.share >= one.floor
        assert one.share == one.floor or not one.is_lifted
        assert abs(one.budget - one.exact) < 1
    kept = [one for one in shares if not one.is_lifted and one.weighted]
    assert len({one.share / one.weighted for one in kept}) <= 1
    again = district_budgets(weights, city[::-1], money)
    assert {one.code: one.budget for one in again} == {one.code: one.budget for one in shares}


def test_an_example_worked_by_hand() -> None:
    """Half by residents, half by need: 1000 and 3000 residents, of whom 300 and 100 in need.

    By residents 1/4 and 3/4, by need 3/4 and 1/4, so 1/2 each; of 101 units the left one goes to
    the first by code. A floor of 80 % of 3/4 lifts the larger one to 3/5.
    """
    city = [
        DistrictFigures("a", Fraction(1000), need=Fraction(300)),
        DistrictFigures("b", Fraction(3000), need=Fraction(100)),
    ]
    half = district_budgets(Weights(50, 50, 0, 0), city, 101)
    assert [one.budget for one in half] == [51, 50]
    floored = district_budgets(Weights(50, 50, 0, 80), city, 101)
    assert [(one.share, one.is_lifted) for one in floored] == [
        (Fraction(2, 5), False),
        (Fraction(3, 5), True),
    ]
    assert [one.budget for one in floored] == [40, 61]


def test_without_residents_nothing_can_be_shared() -> None:
    with pytest.raises(Invalid, match="district-without-residents"):
        district_budgets(Weights(100, 0, 0, 0), [DistrictFigures("a", Fraction(0))], 5)
