"""Draws of whole clusters: right sums, right coverage, and silence where clusters are few."""

import numpy as np
import pytest

from equity.measures.cluster_bootstrap import Estimate, Resampling, clusters_of, estimate_from


def test_sums_of_draws_are_sums_over_the_rows_drawn() -> None:
    random = np.random.default_rng(5)
    cluster = clusters_of(random.integers(0, 4, 90), random.integers(0, 5, 90))
    column, amounts = random.integers(-1, 3, 90), random.random(90)
    resampling = Resampling(cluster, seed=1, draws=40)
    found = resampling.totals(column, 3, amounts)
    assert found.shape == (3, 41)
    # Counting rows by cluster gives the draws away: here they are drawn row by row.
    times = resampling.totals(cluster, resampling.size)
    sizes = np.bincount(cluster)
    assert (times[:, 0] == sizes).all()
    for draw in range(41):
        counts = np.rint(times[:, draw] / sizes).astype(int)
        assert counts.sum() == resampling.size
        rows = np.repeat(np.arange(90), counts[cluster])
        slow = [amounts[rows][column[rows] == k].sum() for k in range(3)]
        assert found[:, draw] == pytest.approx(slow)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Rows of a cluster share most of their error: draws of single rows would hold it half as
    often."""
    random = np.random.default_rng(8)
    held, held_by_rows, cities = 0, 0, 150
    for city in range(cities):
        cluster = np.repeat(np.arange(20), 15)
        value = random.standard_normal(20)[cluster] + 0.3 * random.standard_normal(300)
        for by, rows in (("cluster", cluster), ("row", np.arange(300))):
            resampling = Resampling(rows, seed=city, draws=200)
            zero = np.zeros(300, int)
            mean = resampling.totals(zero, 1, value) / resampling.totals(zero, 1)
            found = estimate_from(mean[0], resampling.size)
            assert found.low is not None
            assert found.high is not None
            held += by == "cluster" and found.low <= 0 <= found.high
            held_by_rows += by == "row" and found.low <= 0 <= found.high
    assert 0.85 <= held / cities <= 0.96
    assert held_by_rows / cities < 0.6


def test_few_clusters_widen_the_interval_and_fewer_have_none() -> None:
    draws = np.random.default_rng(2).standard_normal(1001)
    draws[0] = 0.0
    widths = []
    for clusters in (10, 20, 1000):
        found = estimate_from(draws, clusters)
        assert found.low is not None
        assert found.high is not None
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)
    assert estimate_from(draws, 9) == Estimate(None)


def test_a_figure_that_most_draws_do_not_have_is_not_sure() -> None:
    draws = np.arange(1001.0)
    draws[500:560] = np.nan
    assert estimate_from(draws, 50) == Estimate(None)
    draws[500:530] = 0.0
    assert estimate_from(draws, 50).value == 0.0
    draws[0] = np.nan
    assert estimate_from(draws, 50) == Estimate(None)
