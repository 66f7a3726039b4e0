"""Map classes and changes that claim no more than intervals do."""

import numpy as np
import pytest

from equity.measures.cluster_bootstrap import Estimate
from equity.measures.disparity_words import Comparison
from equity.measures.told_apart import classes_told_apart
from equity.measures.two_periods import change


def test_areas_of_two_classes_have_intervals_that_are_apart() -> None:
    rng = np.random.default_rng(7)
    found = 0
    for always in (None, 1.0):
        for _ in range(40):
            middle = rng.lognormal(0, 0.6, 30)
            low, high = middle * (1 - rng.uniform(0.02, 0.4, 30)), middle * 1.3
            classes = classes_told_apart(low.tolist(), high.tolist(), always=always)
            told = classes.of_area
            assert told.max() < 5
            assert always is None or always in classes.breaks
            for one in range(30):
                for other in range(30):
                    if -1 < told[one] < told[other]:
                        found += 1
                        assert high[one] < low[other]
    assert found > 1000


def test_what_overlaps_is_one_class_and_what_spans_a_break_is_none() -> None:
    assert classes_told_apart([1.0, 1.5, 1.8], [2.0, 2.5, 3.0]).of_area.tolist() == [0, 0, 0]
    lows, highs = [1.0, 1.1, 5.0, 5.1, 1.5, None, 3.0], [2.0, 2.1, 6.0, 6.2, 5.5, None, 3.0]
    classes = classes_told_apart(lows, highs)
    assert classes.of_area.tolist() == [0, 0, 1, 1, -1, -1, -1]
    assert len(classes.breaks) == 1
    assert 2.1 < classes.breaks[0] < 5.0
    assert classes_told_apart([None], [None], always=1.0).of_area.tolist() == [-1]


def test_what_only_touches_a_break_is_on_neither_side() -> None:
    lows, highs = [0.0, -2.0, 0.1, -2.0, 0.0], [2.0, 0.0, 2.0, -0.1, 0.0]
    classes = classes_told_apart(lows, highs, always=0.0, most=2)
    assert classes.of_area.tolist() == [-1, -1, 1, 0, -1]
    # Two that share an end are not apart.
    assert classes_told_apart([1.0, 2.0], [2.0, 3.0]).breaks == ()


def test_nothing_follows_from_a_figure_that_did_not_vary() -> None:
    # 0 of 36 and 1 of 64, as drawn: the first without width, the second from nothing to 4.7.
    never, once = Estimate(0.0, 0.0, 0.0), Estimate(1.6, 0.0, 4.7)
    assert change(never, once, Comparison.DIFFERENCE) == Estimate(None)
    assert change(once, never, Comparison.DIFFERENCE) == Estimate(None)


def test_a_change_is_as_unsure_as_both_figures() -> None:
    first, then = Estimate(10.0, 8.0, 13.0), Estimate(12.0, 11.0, 14.0)
    found = change(first, then, Comparison.DIFFERENCE)
    assert found.value == 2.0
    # From the side each limit comes from: 1 and 3 down, 2 and 2 up.
    assert (found.low, found.high) == pytest.approx((2 - 10**0.5, 2 + 8**0.5))
    ratio = change(first, then, Comparison.RATIO)
    assert ratio.value == pytest.approx(1.2)
    same = change(then, then, Comparison.RATIO)
    assert same.low == pytest.approx(1 / same.high)  # type: ignore[operator]
    for none in (Estimate(None), Estimate(3.0), Estimate(1.0, 0.0, 2.0)):
        assert change(first, none, Comparison.RATIO) == Estimate(None)


def test_changes_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    half = 1.645
    held = 0
    for _ in range(2000):
        a, b = rng.normal(5.0, 1.0), rng.normal(7.0, 2.0)
        found = change(
            Estimate(a, a - half, a + half),
            Estimate(b, b - 2 * half, b + 2 * half),
            Comparison.DIFFERENCE,
        )
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 2.0 <= found.high
    assert 0.88 < held / 2000 < 0.92
