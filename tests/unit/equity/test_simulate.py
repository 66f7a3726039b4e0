"""Whether the estimator finds again what the simulator hid."""

from functools import cache

import numpy as np
import pytest

from equity.rates.events import ObservationRule, observe
from equity.rates.rate_model import fit_rate_model
from equity.rates.reporting_rate import reporting_rates
from equity.simulation.simulate import CHANNELS, Category, City, EventLog, Scenario, Truth, simulate

CATEGORIES = (
    Category("hazard", 1.5, 0.08),
    Category("light", 1.0, 0.05),
    Category("pothole", 1.5, 0.03),
    Category("prune", 1.0, 0.015),
)
BEGAN_AT = np.datetime64("2025-01-01", "us")
INCOME_EFFECT = 0.25
VILLAGE = City(("a",), np.array([1e6]), *(np.array([0.2]),) * 3)


@cache
def city(areas: int = 60) -> City:
    rng = np.random.default_rng(1)
    return City(
        tuple(f"area {number:03}" for number in range(areas)),
        rng.uniform(5_000, 60_000, areas),
        rng.uniform(0.05, 0.35, areas),
        rng.normal(10.5, 0.4, areas),
        rng.uniform(0.05, 0.3, areas),
    )


def relative_rates(log: EventLog, truth: Truth, blackout_days: float = 1.0) -> np.ndarray:
    """Rows of (true, estimate, low, high, reports per head) for areas with a figure."""
    seen = observe(log.requests(BEGAN_AT), ObservationRule(blackout_days=blackout_days))
    exposure = np.bincount(seen.area, seen.exposure_days, len(log.areas))
    true = np.exp(truth.log_rate) / (np.exp(truth.log_rate) @ exposure / exposure.sum())
    per_head = np.bincount(log.area, minlength=len(log.areas)) / city().population
    return np.array(
        [
            (true[a], rate.relative_rate, rate.low, rate.high, per_head[a] / per_head.mean())
            for a, rate in enumerate(reporting_rates(seen).areas)
            if rate.relative_rate is not None
        ]
    )


def coverage(rates: np.ndarray) -> float:
    true, _, low, high, _ = rates.T
    return float(np.mean((low <= true) & (true <= high)))


def test_relative_rates_are_recovered_where_reports_per_head_are_not():
    runs = [simulate(city(), CATEGORIES, Scenario(), seed) for seed in range(8)]
    rates = np.vstack([relative_rates(*run) for run in runs])
    assert len(rates) > 8 * 50
    assert 0.85 <= coverage(rates) <= 0.95
    true, estimate, _, _, per_head = np.log(rates).T
    assert np.corrcoef(true, estimate)[0, 1] > 0.9
    assert 0.9 < np.polyfit(true, estimate, 1)[0] < 1.1
    assert np.corrcoef(true, per_head)[0, 1] < 0.5


def income_effect(scenario: Scenario, blackout_days: float) -> tuple[float, float]:
    """Estimate of the income effect and coverage of the areas, over four runs."""
    effects, covered = [], []
    for seed in range(4):
        log, truth = simulate(city(), CATEGORIES, scenario, seed)
        rule = ObservationRule(blackout_days=blackout_days)
        seen = observe(log.requests(BEGAN_AT, city().covariates), rule)
        model = fit_rate_model(seen, by_area=False)
        effects.append(model.fit.coefficients[-2] / model.covariate_deviations[1])
        covered.append(coverage(relative_rates(log, truth, blackout_days)))
    return float(np.mean(effects)), float(np.mean(covered))


@pytest.mark.slow
def test_a_burst_and_faster_service_for_the_rich_double_their_effect_until_two_days_are_dropped():
    scenario = Scenario(burst=40.0, inspection_income=0.6)
    effect, covered = income_effect(scenario, blackout_days=0.0)
    assert effect > 1.6 * INCOME_EFFECT
    assert covered < 0.6
    effect, covered = income_effect(scenario, blackout_days=2.0)
    assert effect == pytest.approx(INCOME_EFFECT, abs=0.06)
    assert covered > 0.82


def test_repeat_callers_inflate_nothing_because_a_reporter_counts_once():
    again = Scenario(repeat_calls=1.5)
    log, _ = simulate(city(), CATEGORIES, again, 1)
    keys, calls = np.unique(log.reporter, return_counts=True)
    assert calls.max() > 2
    seen = observe(log.requests(BEGAN_AT), ObservationRule())
    plain, _ = simulate(city(), CATEGORIES, Scenario(), 1)
    expected = observe(plain.requests(BEGAN_AT), ObservationRule()).duplicates.sum()
    assert seen.duplicates.sum() == pytest.approx(expected, rel=0.05)
    assert len(keys) == pytest.approx(plain.at.size, rel=0.02)


def test_the_log_is_what_a_city_could_see_and_the_truth_adds_up():
    scenario = Scenario(frailty_shape=0.5, life_days=20.0, damping=0.3, burst=5.0)
    log, truth = simulate(city(), CATEGORIES, scenario, 7)
    again, _ = simulate(city(), CATEGORIES, scenario, 7)
    assert all(
        np.array_equal(getattr(log, name), getattr(again, name), equal_nan=name != "areas")
        for name in ("incident", "area", "at", "reporter", "channel", "inspected_at", "closed_at")
    )
    assert (np.diff(log.at) >= 0).all()
    assert log.at.min() >= 0
    assert log.at.max() < scenario.window_days
    assert not (log.at > log.closed_at[log.incident]).any()
    assert not (log.closed_at < log.inspected_at).any()
    assert set(np.unique(log.channel)) == set(range(len(CHANNELS)))
    reported = np.unique(log.incident).size
    assert reported == log.inspected_at.size < truth.incidents.sum()
    assert (truth.hidden_stock <= truth.incidents.sum(axis=1)).all()
    assert 0 < truth.hidden_stock.sum() < truth.incidents.sum() - reported


def test_the_truth_is_that_of_the_exponential_law():
    """At 0.05 a day and gone after 20 days on average: rates add up."""
    scenario = Scenario(life_days=20.0, rate_spread=0.0, window_days=730.0)
    log, truth = simulate(VILLAGE, (Category("light", 20.0, 0.05),), scenario, 3)
    count = truth.incidents.sum()
    assert count == pytest.approx(40_000, rel=0.02)
    assert truth.log_rate.tolist() == [0.0]
    assert truth.delay_days[0] == pytest.approx(20.0, rel=0.03)
    assert truth.reported_share[0] == pytest.approx(0.5 * (1 - np.exp(-0.1 * 30)), rel=0.03)
    assert log.inspected_at.size / count == pytest.approx(0.5, rel=0.04)
    # arriving at 40,000 / 730 a day, each unreported and alive for 1 / (0.05 + 0.05) = 10 days
    assert truth.hidden_stock[0] == pytest.approx(548, rel=0.15)


def test_further_reports_follow_their_rate_from_the_burst_to_the_steady_state():
    """Per open incident 0.05 x 0.5 x (1 + 40 exp(-2t)) a day, integrated over pieces of time."""
    scenario = Scenario(
        rate_spread=0.0, window_days=730.0, inspection_days=1e6, burst=40.0, damping=0.5
    )
    log, _ = simulate(VILLAGE, (Category("light", 20.0, 0.05),), scenario, 4)
    order = np.lexsort((log.at, log.incident))
    at, incident = log.at[order], log.incident[order]
    first = at[np.searchsorted(incident, incident)]
    after = (at - first)[first < 700]
    edges = np.array([0.0, 0.25, 0.5, 1.0, 2.0, 10.0, 30.0])
    counts, _ = np.histogram(after[after > 0], edges)
    expected = np.diff(0.025 * (edges + 20 * (1 - np.exp(-2 * edges)))) * (after == 0).sum()
    np.testing.assert_allclose(counts, expected, rtol=0.05)
