"""The acceptance test of estimators accepts what is right and refuses what is not."""

from itertools import count

import numpy as np
import pytest

from equity.rates.events import Codes, Floats
from equity.simulation.estimators import ESTIMATORS, Recovered
from equity.simulation.event_log import EventLog
from equity.simulation.planar_city import planar_city
from equity.simulation.recovery import ScenarioResult, recover
from equity.simulation.recovery_scenarios import SCENARIOS, categories_for
from equity.simulation.scenario import City
from equity.simulation.simulate import simulate

CITY, NEIGHBOURS = planar_city(77, 1)
NAMED = {named.key: named for named in SCENARIOS}


def tried(estimator, key: str, seeds: int = 1) -> ScenarioResult:
    [result] = recover(estimator, CITY, NEIGHBOURS, [NAMED[key]], seeds)
    return result


def failed(result: ScenarioResult) -> set[str]:
    return {check.name for check in result.checks if not check.is_passed}


def saying(log_rate: Floats, half_width: float) -> Recovered:
    """Effects as they are, whatever is said of the areas."""
    effects, errors = np.array([-0.15, 0.25]), np.full(2, 0.01)
    weight = np.ones(log_rate.size)
    low, high = log_rate - half_width, log_rate + half_width
    return Recovered(log_rate, low, high, weight, effects, errors, 1.0)


def test_todays_estimator_passes_in_the_ideal_city_and_its_stock_beats_counting():
    result = tried(ESTIMATORS["poisson"], "1", seeds=3)
    assert result.is_passed
    mean = result.mean
    assert mean.incidents == pytest.approx(0.9 * 120 * 77, rel=0.03)
    assert mean.level == pytest.approx(1.0, abs=0.05)
    assert mean.stock > mean.reports + 0.15 > mean.per_head


@pytest.mark.slow
def test_the_smoothed_model_keeps_its_promise_under_frailty_and_sees_nothing_where_nothing_is():
    # Of one city a slope errs by as much as it may be wrong, and processors simulate other ones.
    frail = tried(ESTIMATORS["bym2"], "3", seeds=4)
    assert frail.is_passed
    assert frail.mean.told == 1.0
    alike = tried(ESTIMATORS["bym2"], "none")
    assert alike.is_passed
    assert alike.mean.rmse < 0.1


def test_a_burst_with_faster_service_for_the_rich_and_copies_are_not_passed_unseen():
    poisson = ESTIMATORS["poisson"]
    assert "bias_income" in failed(tried(poisson, "10", seeds=2))
    assert not tried(poisson, "8b", seeds=2).records[1].is_passed
    assert tried(poisson, "8").mean.level == pytest.approx(0.6, abs=0.05)
    assert tried(poisson, "5").mean.level == pytest.approx(0.5, abs=0.07)
    assert tried(poisson, "7").mean.level == pytest.approx(0.3, abs=0.05)


def test_who_knows_the_truth_passes_everything():
    seeds = count(1)

    def oracle(_log: EventLog, city: City, neighbours: Codes) -> Recovered:
        named = NAMED["3"]
        _, truth = simulate(
            city, categories_for(city, named), named.scenario, next(seeds), neighbours
        )
        return saying(truth.log_rate - np.log(np.exp(truth.log_rate).mean()), 1e-9)

    result = tried(oracle, "3", seeds=2)
    assert result.is_passed
    assert all(record.is_passed for record in result.records)
    assert result.mean.coverage == result.mean.told == result.mean.effects_covered == 1.0
    assert result.mean.slope == pytest.approx(1.0)
    assert result.mean.rmse == pytest.approx(0.0, abs=1e-12)


def test_one_figure_for_every_area_is_not_an_estimate():
    result = tried(lambda *_: saying(np.zeros(77), 0.3), "1")
    assert {"coverage", "slope"} <= failed(result)
    assert result.mean.slope == 0.0


def test_reports_per_head_are_not_an_estimate():
    def counting(log: EventLog, city: City, _neighbours: Codes) -> Recovered:
        per_head = np.bincount(log.area, minlength=77) / city.population
        return saying(np.log(per_head / per_head.mean()), 0.3)

    assert {"coverage", "slope"} <= failed(tried(counting, "4"))
    assert failed(tried(counting, "none")) == {"flagged"}


def test_an_estimator_that_cannot_tell_passes_nothing():
    result = tried(lambda *_: saying(np.full(77, np.nan), 0.3), "1")
    assert {"coverage", "slope"} <= failed(result)
    assert result.mean.told == 0.0
