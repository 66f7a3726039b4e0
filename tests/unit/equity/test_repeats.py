"""The likelihood of further reports against integrals over what nobody sees."""

import numpy as np
import pytest
from scipy.stats import gamma, nbinom, poisson

from equity.rates.repeats import cell_squares, cell_terms, frailty_of_reported, repeat_groups

K, REACH = 0.6, 15.0
LOG_RATE = np.log([0.03, 0.2])


def reported_frailties(rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Frailties of reported incidents and their weights: somebody finds a problem before its
    exponential life of mean REACH ends with the chance x / (x + 1), x = rate g REACH."""
    grid = np.exp(np.linspace(-30, 4, 4001))
    weight = gamma.pdf(grid, K, scale=1 / K) * grid
    found = rate * grid * REACH
    weight = weight * found / (1 + found)
    return grid, weight / weight.sum()


def log_likelihood(repeats, exposure, log_rate, reach=REACH, k=K) -> float:
    cells = len(log_rate)
    cell = np.resize(np.arange(cells), len(repeats))
    groups = repeat_groups(cell, np.array(repeats), np.array(exposure), cells)
    return cell_terms(groups, np.array(log_rate), k, reach).value


@pytest.mark.parametrize("rate", [0.01, 0.1, 1.0])
def test_the_chance_of_a_count_is_that_of_the_mixture_over_reported_incidents(rate):
    frailty, weight = reported_frailties(rate)
    for repeats, days in ((0, 8.0), (1, 8.0), (4, 30.0)):
        expected = weight @ poisson.pmf(repeats, rate * frailty * days)
        found = np.exp(log_likelihood([repeats], [days], [np.log(rate)]))
        assert found == pytest.approx(expected, rel=0.04)
    mean = frailty_of_reported(np.array([rate]), K, REACH)[0]
    assert mean == pytest.approx(weight @ frailty, rel=0.02)
    chances = [np.exp(log_likelihood([y], [8.0], [np.log(rate)])) for y in range(400)]
    assert sum(chances) == pytest.approx(1, abs=1e-4)


def test_where_everything_is_reported_it_is_the_plain_negative_binomial():
    mean = 0.2 * 9.0
    plain = nbinom.logpmf([0, 1, 5], K, K / (K + mean))
    for repeats, expected in zip([0, 1, 5], plain, strict=True):
        found = log_likelihood([repeats], [9.0], [np.log(0.2)], reach=1e9)
        assert found == pytest.approx(expected, abs=1e-3)
    even = log_likelihood([2], [9.0], [np.log(0.2)], reach=1e9, k=1e6)
    assert even == pytest.approx(poisson.logpmf(2, mean), abs=1e-3)


def test_slopes_and_curvatures_are_those_of_the_likelihood():
    rng = np.random.default_rng(2)
    cell, repeats, days = rng.integers(0, 2, 60), rng.poisson(0.8, 60), rng.gamma(1.0, 9.0, 60)
    groups = repeat_groups(cell, repeats, days, 2)
    here, step = cell_terms(groups, LOG_RATE, K, REACH), 1e-4
    for c in range(2):
        up, down = (
            cell_terms(groups, LOG_RATE + side * step * np.eye(2)[c], K, REACH) for side in (1, -1)
        )
        assert here.score[c] == pytest.approx((up.value - down.value) / (2 * step), rel=1e-6)
        bend = -(up.score[c] - down.score[c]) / (2 * step)
        assert here.information[c] == pytest.approx(bend, rel=1e-6)
    alone = [
        cell_terms(repeat_groups(np.zeros(1, int), y, t, 1), LOG_RATE[c : c + 1], K, REACH).score
        for c, y, t in zip(cell, np.split(repeats, 60), np.split(days, 60), strict=True)
    ]
    squares = np.bincount(cell, np.ravel(alone) ** 2)
    np.testing.assert_allclose(cell_squares(groups, LOG_RATE, K, REACH), squares, rtol=0.02)


def test_joining_like_exposures_changes_next_to_nothing():
    rng = np.random.default_rng(3)
    days, repeats = rng.gamma(1.5, 9.0, 4000) + 0.1, rng.negative_binomial(1, 0.6, 4000)
    cell = np.zeros(4000, int)
    joined = repeat_groups(cell, repeats, days, 1)
    assert len(joined.repeats) < 400
    alone = repeat_groups(np.arange(4000), repeats, days, 4000)
    ours = cell_terms(joined, LOG_RATE[:1], K, REACH)
    exact = cell_terms(alone, np.full(4000, LOG_RATE[0]), K, REACH)
    assert ours.information[0] == pytest.approx(exact.information.sum(), rel=2e-3)
    error = (ours.score[0] - exact.score.sum()) / np.sqrt(exact.information.sum())
    assert abs(error) < 0.05
