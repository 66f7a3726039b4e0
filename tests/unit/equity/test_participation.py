"""Who takes part, against slow counting."""

import numpy as np
import pytest

from equity.errors import EquityError
from equity.measures.cluster_bootstrap import Resampling
from equity.measures.participation import channel_representation, reporters_per_thousand, top_share


def test_the_top_hundredth_is_counted_reporter_by_reporter() -> None:
    reports = np.random.default_rng(3).zipf(2.2, 730)
    found = top_share(reports, seed=1)
    ranked = np.sort(reports)[::-1]
    # 7.3 reporters: seven whole and three tenths of the eighth.
    assert found.value == pytest.approx((ranked[:7].sum() + 0.3 * ranked[7]) / ranked.sum())
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    even = top_share(np.full(500, 3), seed=1)
    assert (even.value, even.low, even.high) == pytest.approx((0.01, 0.01, 0.01))
    with pytest.raises(EquityError, match="no-reports"):
        top_share(np.array([], int), seed=1)


def test_a_reporter_counts_once_in_a_group() -> None:
    group = np.array([0, 0, 0, 1, 1, -1, 0])
    reporter = np.array([7, 7, 8, 7, -1, 9, 8])
    found = reporters_per_thousand(group, reporter, np.array([500.0, 1000, 2000, 0]))
    assert found.reporters.tolist() == [2, 1, 0, 0]
    assert [one.value for one in found.per_thousand] == [4, 1, 0, None]
    # Exact Poisson limits of 2 and of 0 events, from printed tables.
    two, nothing = found.per_thousand[0], found.per_thousand[2]
    assert (two.low, two.high) == pytest.approx((2 * 0.3554, 2 * 6.2958), abs=1e-3)
    assert (nothing.low, nothing.high) == pytest.approx((0, 2.9957 / 2), abs=1e-3)


def test_a_channel_that_misses_a_group_shows_it() -> None:
    random = np.random.default_rng(9)
    group = random.integers(0, 2, 4000)
    # Both groups have as many residents; the app has one report in five from the second.
    channel = np.where(random.random(4000) < np.where(group == 1, 0.2, 0.8), 0, 1)
    resampling = Resampling(random.integers(0, 100, 4000), seed=4, draws=200)
    app, call = channel_representation(channel, 2, group, np.array([5e4, 5e4]), resampling)
    assert app[1].value == pytest.approx(2 * (group[channel == 0] == 1).mean())
    assert app[1].low is not None
    assert app[1].high is not None
    assert 0.3 < app[1].low < app[1].high < 0.5
    assert call[1].value == pytest.approx(1.6, abs=0.1)
