"""The median time to closing, against statsmodels and by hand."""

import numpy as np
import pytest

from equity.measures.time_to_close import MedianTime, median_time


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("is_rounded", [False, True])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_it_is_what_statsmodels_says(is_rounded: bool, confidence: float) -> None:
    # Imported here, as it costs every process that only lists the tests a second.
    from statsmodels.duration.survfunc import SurvfuncRight

    random = np.random.default_rng(7)
    seen_open_end = 0
    for _ in range(60):
        size = int(random.integers(20, 100))
        lasts, watched = random.exponential(50, size), random.uniform(0, 75, size)
        if is_rounded:
            lasts = np.ceil(lasts)
        times, is_closed = np.minimum(lasts, watched), lasts <= watched
        oracle = SurvfuncRight(times, is_closed.astype(int))
        low, high = oracle.quantile_ci(0.5, alpha=1 - confidence)
        seen_open_end += np.isinf(high)
        median, end = oracle.quantile(0.5), None if np.isinf(high) else high
        expected = MedianTime(median, low, end, int(is_closed.sum()))
        found = median_time(times, is_closed, confidence=confidence)
        assert found == (None if np.isnan(median) else expected)
    assert seen_open_end


def test_what_is_still_open_counts() -> None:
    times = np.array([1.0, 2.0, 3.0, 10.0, 10.0, 10.0, 10.0])
    closed = np.array([True, True, True, False, False, False, False])
    assert median_time(times, closed) is None
    # Leaving them out would have said 2.
    found = median_time(times[:3], closed[:3])
    assert found is not None
    assert found.median == 2.0


def test_a_curve_that_rests_on_a_half_has_not_crossed_it() -> None:
    found = median_time(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4, bool))
    assert found is not None
    assert found.median == 3.0


def test_nothing_says_nothing() -> None:
    assert median_time(np.array([]), np.array([], bool)) is None
    assert median_time(np.array([5.0]), np.array([False])) is None
