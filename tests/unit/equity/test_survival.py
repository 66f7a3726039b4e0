"""Waiting times against statsmodels and a slow integral, and why open cases must count."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from equity.errors import EquityError
from equity.measures.cluster_bootstrap import Resampling
from equity.measures.survival import Waits, waiting_curve


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


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_curve_is_kaplan_and_meiers() -> None:
    random = np.random.default_rng(11)
    for _ in range(20):
        size = int(random.integers(30, 120))
        lasts, watched = random.exponential(400, size), random.uniform(0, 1500, size)
        # Whole hours, so that the grid loses nothing.
        days = np.ceil(np.minimum(lasts, watched)) / 24
        is_acted = lasts <= watched
        days[0], is_acted[0] = 62.0, False
        curve = waiting_curve(Waits(days, is_acted), np.ones(size, bool), alone(size))
        oracle = SurvfuncRight(days, is_acted.astype(int))
        known = oracle.surv_times < 30
        at = np.rint(oracle.surv_times[known] * 24).astype(int) - 1
        assert curve.waiting[at, 0] == pytest.approx(oracle.surv_prob[known])
        found = curve.restricted_mean()[0]
        assert found == pytest.approx(slow_restricted_mean(days, is_acted, 30.0))
        if oracle.quantile(0.5) < 30:
            assert curve.median()[0] == pytest.approx(oracle.quantile(0.5))


def test_a_backlog_does_not_look_fast() -> None:
    # Three done in a day, seven waiting for forty: the mean over the done would be one day.
    waits = Waits(np.array([1.0] * 3 + [40.0] * 7), np.array([True] * 3 + [False] * 7))
    curve = waiting_curve(waits, np.ones(10, bool), alone(10))
    assert curve.restricted_mean()[0] == pytest.approx(0.3 * 1 + 0.7 * 30)
    assert np.isnan(curve.median()[0])


def test_nothing_is_told_beyond_what_was_watched() -> None:
    waits = Waits(np.array([1.0, 20.0]), np.array([True, False]))
    assert np.isnan(waiting_curve(waits, np.ones(2, bool), alone(2)).restricted_mean(30)[0])
    assert waiting_curve(waits, np.ones(2, bool), alone(2)).restricted_mean(20)[0] == 10.5
    with pytest.raises(EquityError, match="horizon-impossible"):
        waiting_curve(waits, np.ones(2, bool), alone(2)).restricted_mean(400)
    nobody = waiting_curve(waits, np.zeros(2, bool), alone(2))
    assert np.isnan(nobody.restricted_mean()[0])
