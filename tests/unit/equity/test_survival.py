"""Waiting times against statsmodels and a slow integral, and why open cases must count."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from equity.errors import EquityError
from equity.measures.cluster_bootstrap import Resampling
from equity.measures.survival import Waits, waiting


def alone(size: int) -> Resampling:
    """The data as they are, without draws."""
    return Resampling(np.arange(size), seed=0, draws=0)


def slow_restricted_mean(days: np.ndarray, is_acted: np.ndarray, horizon: float) -> float:
    """The area under the curve, moment after moment."""
    area, share, now = 0.0, 1.0, 0.0
    for moment in np.unique(days[is_acted & (days <= horizon)]):
        area += share * (moment - now)
        share *= 1 - (is_acted & (days == moment)).sum() / (days >= moment).sum()
        now = moment
    return area + share * (horizon - now)


def test_mean_and_median_are_those_of_kaplan_and_meiers_curve() -> None:
    random = np.random.default_rng(11)
    medians = 0
    for _ in range(40):
        size = int(random.integers(30, 120))
        lasts, watched = random.exponential(40, size), random.uniform(0, 150, size)
        # Some to the microsecond, some by whole days, so that many end at one moment.
        step = random.choice([86_400_000_000, 1])
        days = np.ceil(np.minimum(lasts, watched) * 86_400_000_000 / step) * step / 86_400_000_000
        is_acted = lasts <= watched
        days[0], is_acted[0] = 162.0, False
        found = waiting(Waits(days, is_acted), np.ones(size, bool), alone(size))
        oracle = SurvfuncRight(days, is_acted.astype(int))
        mean = slow_restricted_mean(days, is_acted, 30.0)
        assert found.restricted_mean[0] == pytest.approx(mean)
        half = oracle.surv_times[oracle.surv_prob <= 0.5 + 1e-12]
        assert found.median[0] == half[0] if half.size else np.isnan(found.median[0])
        medians += half.size > 0
    assert medians > 20


def test_the_median_is_the_very_moment_at_which_half_is_reached() -> None:
    # By the hour the three last seen at 20.1 would be there at 20.5, and the median be 30 hours.
    hours = np.array([10.0] * 3 + [20.1] * 3 + [20.5, 30.0, 31.0])
    is_acted = np.array([True] * 3 + [False] * 3 + [True] * 3)
    found = waiting(Waits(hours / 24, is_acted), np.ones(9, bool), alone(9))
    assert found.median[0] * 24 == pytest.approx(20.5)
    # Exactly half still waiting is half.
    waits = Waits(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4, bool))
    assert waiting(waits, np.ones(4, bool), alone(4)).median[0] == 2.0


def test_draws_are_what_the_drawn_problems_say() -> None:
    random = np.random.default_rng(12)
    days, is_acted = random.exponential(8, 60), random.random(60) < 0.7
    resampling = Resampling(np.arange(60) // 3, seed=4, draws=30)
    found = waiting(Waits(days, is_acted), np.ones(60, bool), resampling)
    counts = resampling.counts(np.arange(60), slice(0, 31)).astype(int)
    for draw in range(31):
        rows = np.repeat(np.arange(60), counts[:, draw])
        once = waiting(Waits(days[rows], is_acted[rows]), np.ones(60, bool), alone(60))
        for name in ("restricted_mean", "median"):
            one, other = getattr(found, name)[draw], getattr(once, name)[0]
            assert one == pytest.approx(other, nan_ok=True)


def test_a_backlog_does_not_look_fast() -> None:
    # Three done in a day, seven waiting for forty: the mean over the done would be one day.
    waits = Waits(np.array([1.0] * 3 + [40.0] * 7), np.array([True] * 3 + [False] * 7))
    found = waiting(waits, np.ones(10, bool), alone(10))
    assert found.restricted_mean[0] == pytest.approx(0.3 * 1 + 0.7 * 30)
    assert np.isnan(found.median[0])


def test_nothing_is_told_beyond_what_was_watched() -> None:
    waits, both = Waits(np.array([1.0, 20.0]), np.array([True, False])), np.ones(2, bool)
    assert np.isnan(waiting(waits, both, alone(2), 30).restricted_mean[0])
    assert waiting(waits, both, alone(2), 20).restricted_mean[0] == 10.5
    with pytest.raises(EquityError, match="horizon-impossible"):
        waiting(waits, both, alone(2), 0)
    nobody = waiting(waits, ~both, alone(2))
    assert np.isnan(nobody.restricted_mean[0])
    assert np.isnan(nobody.median[0])
