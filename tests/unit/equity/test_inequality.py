"""Unevenness, against slow formulas over single residents."""

import numpy as np
import pytest

from equity.measures.fractional_rank import fractional_rank
from equity.measures.inequality import concentration_index, gini, theil

RANDOM = np.random.default_rng(4)
POPULATION = RANDOM.integers(1, 9, 30).astype(float)
INCOME = RANDOM.integers(1, 10, 30).astype(float)
SPENT = RANDOM.integers(0, 50, 30).astype(float)
EACH = np.repeat(SPENT, POPULATION.astype(int))


def test_gini_is_the_mean_difference_of_all_pairs_of_residents() -> None:
    slow = np.abs(EACH[:, None] - EACH).mean() / (2 * EACH.mean())
    assert gini(SPENT, POPULATION) == pytest.approx(slow)
    draws = np.column_stack([SPENT, SPENT[::-1], np.ones(30)])
    found = gini(draws, POPULATION)
    assert found == pytest.approx([slow, gini(SPENT[::-1], POPULATION), 0], abs=1e-12)


def test_the_concentration_index_is_a_covariance_over_residents() -> None:
    of_whom = np.repeat(INCOME, POPULATION.astype(int))
    rank = [((of_whom < one).mean() + (of_whom <= one).mean()) / 2 for one in of_whom]
    slow = 2 * np.cov(EACH, rank, bias=True)[0, 1] / EACH.mean()
    assert concentration_index(SPENT, INCOME, POPULATION) == pytest.approx(slow)
    # Against itself it is Gini's coefficient, against the reverse its opposite.
    own = concentration_index(SPENT, SPENT, POPULATION)
    assert own == pytest.approx(gini(SPENT, POPULATION))
    assert concentration_index(SPENT, -SPENT, POPULATION) == pytest.approx(-own)
    assert fractional_rank(INCOME, POPULATION) @ POPULATION == pytest.approx(POPULATION.sum() / 2)


def test_theil_is_what_lies_between_groups_and_what_lies_within() -> None:
    group = np.arange(30) % 4
    found = theil(np.column_stack([SPENT, SPENT + 1]), POPULATION, group)
    ratio = EACH[EACH > 0] / EACH.mean()
    assert found.total[0] == pytest.approx((ratio * np.log(ratio)).sum() / EACH.size)
    assert found.total == pytest.approx(found.between + found.within, abs=1e-15)
    means = np.array(
        [np.average(SPENT[group == g], weights=POPULATION[group == g]) for g in range(4)]
    )
    assert found.between[0] == pytest.approx(theil(means[group], POPULATION, group).total)
    one = theil(SPENT, POPULATION, np.zeros(30, int))
    assert one.between == pytest.approx(0, abs=1e-15)
