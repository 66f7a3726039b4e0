"""Shares of problems, rare ones too: how often their intervals hold the truth."""

import numpy as np
import pytest
from scipy.stats import beta, fisher_exact

from equity.measures.cluster_bootstrap import CONFIDENCE, Estimate, GroupEstimates
from equity.measures.clustered_shares import shares_of_rows
from equity.measures.disparity_words import Comparison
from equity.measures.two_periods import change

WEEKS = 13
# Closed problems of districts in a quarter, as those of the made-up city have.
SIZES = np.geomspace(30, 300, 24).astype(int)


def made_up_city(random: np.random.Generator, share: float, alike: float) -> GroupEstimates:
    """One quarter of a city whose districts all have this share; two problems of one week are as
    much `alike` as that, from 0 to 1."""
    busy = random.gamma(4, 1 / 4, (SIZES.size, WEEKS))
    rows = random.poisson(SIZES[:, None] / WEEKS * busy).ravel()
    of_week = np.full(rows.size, share)
    if alike:
        of_week = random.beta(share * (1 / alike - 1), (1 - share) * (1 / alike - 1), rows.size)
    cluster = np.repeat(np.arange(rows.size), rows)
    is_part = random.random(cluster.size) < of_week[cluster]
    return shares_of_rows(is_part, cluster // WEEKS, SIZES.size, cluster)


def held(estimates: list[Estimate], truth: float) -> float:
    told = [one for one in estimates if one.low is not None and one.high is not None]
    assert len(told) > 100
    return sum(one.low <= truth <= one.high for one in told) / len(told)  # type: ignore[operator]


@pytest.mark.parametrize("alike", [0.0, 0.05, 0.15])
@pytest.mark.parametrize("share", [0.005, 0.01, 0.03, 0.05, 0.1])
def test_intervals_hold_however_rare_it_is(share: float, alike: float) -> None:
    random = np.random.default_rng(17)
    cities = [made_up_city(random, share, alike) for _ in range(12)]
    estimates = [one for city in cities for one in city.groups]
    assert held(estimates, 100 * share) > 0.9
    assert all(one.low != one.high for one in estimates if one.value is not None)
    changes = [
        change(before, after, Comparison.DIFFERENCE)
        for first, then in zip(cities[::2], cities[1::2], strict=True)
        for before, after in zip(first.groups, then.groups, strict=True)
    ]
    # Of ten that say they hold nine times in ten, one may be called clear where nothing changed.
    assert held([one for one in changes if one.value is not None], 0.0) > 0.9


def test_with_problems_on_their_own_it_is_the_exact_interval() -> None:
    cluster = np.arange(400)
    shares = shares_of_rows(cluster < 3, np.zeros(400, int), 1, cluster)
    tail = (1 - CONFIDENCE) / 2
    low, high = 100 * beta.ppf([tail, 1 - tail], [3, 4], [398, 397])
    [told] = shares.groups
    assert (told.value, told.low, told.high) == pytest.approx((0.75, low, high), rel=5e-3)


def test_nothing_of_36_and_one_of_64_are_not_told_apart() -> None:
    week = np.r_[np.arange(36) % 12, 12 + np.arange(64) % 13]
    group, is_part = np.repeat([0, 1], [36, 64]), np.arange(100) == 99
    shares = shares_of_rows(is_part, group, 2, week)
    assert fisher_exact([[0, 36], [1, 63]]).pvalue == 1
    never = shares.groups[0]
    assert (never.value, never.low) == (0.0, 0.0)
    # About three divided by how many there were.
    assert never.high == pytest.approx(100 * 3 / 36, rel=0.2)
    assert shares.gap.low < 0 < shares.gap.high  # type: ignore[operator]


def test_of_few_problems_or_weeks_nothing_is_told() -> None:
    alone = np.arange(40)
    few = shares_of_rows(alone < 9, np.where(alone < 9, 0, 1), 3, alone)
    assert few.groups[0] == few.groups[2] == few.gap == Estimate(None)
    assert few.groups[1].value == 0.0
    nine_weeks = shares_of_rows(alone < 9, np.zeros(40, int), 1, alone % 9)
    assert nine_weeks.groups == (Estimate(None),)


def test_weeks_in_which_all_goes_one_way_count_as_one_problem_each() -> None:
    cluster = np.arange(200) // 10
    shares = shares_of_rows(cluster < 2, np.zeros(200, int), 1, cluster)
    alone = shares_of_rows(np.arange(20) < 2, np.zeros(20, int), 1, np.arange(20))
    [told], [of_weeks] = shares.groups, alone.groups
    assert told.high - told.low > 0.9 * (of_weeks.high - of_weeks.low)  # type: ignore[operator]
