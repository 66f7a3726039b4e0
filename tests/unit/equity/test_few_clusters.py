"""Intervals over a handful of areas or projects: right where the right answer is known."""

import numpy as np
import pytest
from scipy import stats

from equity.measures.cluster_bootstrap import CONFIDENCE, Estimate, GroupEstimates
from equity.measures.few_clusters import shares_by_area, sums_per_head

RANDOM = np.random.default_rng(31)


def ends(one: Estimate) -> list[float | None]:
    return [one.low, one.high]


def test_of_areas_alike_in_size_it_is_welchs_interval() -> None:
    part, group = RANDOM.uniform(10, 40, 9), np.array([0] * 4 + [1] * 5)
    found = shares_by_area(part, np.full(9, 100.0), group, 2)
    both = part[:4], part[4:]
    welch = stats.ttest_ind(*both, equal_var=False).confidence_interval(CONFIDENCE)
    assert ends(found.gap) == pytest.approx(list(welch))
    for one, shares in zip(found.groups, both, strict=True):
        student = stats.ttest_1samp(shares, 0).confidence_interval(CONFIDENCE)
        assert one.value == pytest.approx(shares.mean())
        assert ends(one) == pytest.approx(list(student))


def test_of_areas_of_any_size_nine_intervals_in_ten_hold_the_truth() -> None:
    cities, held, group = 400, 0, np.repeat([0, 1], [4, 6])
    whole = RANDOM.lognormal(8, 0.5, (cities, 10)).round()
    share = RANDOM.beta(3, 12, (cities, 10))
    for city in range(cities):
        gap = shares_by_area(share[city] * whole[city], whole[city], group, 2).gap
        assert gap.low is not None
        assert gap.high is not None
        held += gap.low <= 0 <= gap.high
    assert 0.87 <= held / cities <= 0.97


def test_projects_of_one_price_are_counts_with_their_exact_intervals() -> None:
    group = np.repeat([0, 1], [6, 9])
    found = sums_per_head(np.full(15, 200.0), group, np.array([100.0, 50.0]))
    tail = (1 - CONFIDENCE) / 2
    garwood = [stats.chi2.ppf(tail, 12) / 2, stats.chi2.ppf(1 - tail, 14) / 2]
    assert ends(found.groups[0]) == pytest.approx([2 * count for count in garwood])
    share = stats.binomtest(6, 15).proportion_ci(CONFIDENCE)
    odds = [share.low / (1 - share.low) / 2, share.high / (1 - share.high) / 2]
    assert found.gap.value == pytest.approx(6 / 9 / 2)
    assert ends(found.gap) == pytest.approx(odds)


def test_of_too_few_only_what_is_counted_stands() -> None:
    few = shares_by_area(
        np.array([3.0, 4, 5, 6, 9]), np.full(5, 10.0), np.array([0, 0, 1, 1, 1]), 3
    )
    assert few.groups[0] == Estimate(35.0)
    assert few.groups[1].low is not None
    assert few.groups[2] == few.gap == Estimate(None)
    # Three areas that happen to be alike prove nothing of others.
    assert shares_by_area(np.full(3, 2.0), np.full(3, 8.0), np.zeros(3, int), 1) == GroupEstimates(
        (Estimate(25.0),), Estimate(None)
    )
    group = np.repeat([0, 1], [4, 9])
    spent = sums_per_head(np.ones(13), group, np.array([2.0, 3, 0]))
    assert spent.groups[0] == Estimate(2.0)
    assert spent.groups[2] == spent.gap == Estimate(None)
