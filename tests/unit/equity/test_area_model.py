"""The smoothed rates against slow dense integration, and against a truth that is known."""

from dataclasses import replace
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest

from equity.errors import EquityError
from equity.rates.area_model import Problem, Reach, _Fit, _log_prior, pose
from equity.rates.events import LeftOut, ObservationRule, Observations, observe
from equity.rates.evidence import explore
from equity.rates.models import fit
from equity.rates.neighbourhood import neighbourhood
from equity.rates.relative_rates import mixed, normal, unflattened
from equity.rates.repeats import cell_terms, repeat_groups
from equity.rates.reporting_rate import Grade, likely_rate, reporting_rates
from equity.simulation.planar_city import planar_city
from equity.simulation.scenario import Category, Scenario
from equity.simulation.simulate import simulate

MOMENT = np.datetime64("2026-01-01", "us")
REACH = Reach(90.0, 1.5)
POSITION = np.log([0.5, 0.7, 30.0, 1.5])  # the logit of 0.6 is log 1.5


REPEATS = np.array([[0, 3, 1, 0, 0, 4, 0], [1, 0, 0, 2, 0, 0, 1]])


def tiny() -> Problem:
    """Two neighbours, one kind of problem: three coefficients."""
    seen = Observations(
        np.repeat([0, 1], 7), np.zeros(14, int), REPEATS.ravel(), np.full(14, 12.0),
        np.empty((14, 0)), ("A", "B"), ("x",), (), ObservationRule(), MOMENT, MOMENT,
        LeftOut(0, 0, 0, 0, 0),
    )  # fmt: skip
    around = neighbourhood(2, np.array([[0, 1]]))
    return pose(seen, seen.exposure_days, seen.covariates, around, REACH)


def of_area(area: int, log_rates: np.ndarray) -> np.ndarray:
    """Log-likelihood of an area's incidents at each of `log_rates`."""
    groups = repeat_groups(np.zeros(7, int), REPEATS[area], np.full(7, 12.0), 1)
    fine = np.linspace(log_rates.min(), log_rates.max(), 300)
    values = [cell_terms(groups, np.array([one]), 0.7, 30.0).value for one in fine]
    return np.interp(log_rates, fine, values)


def test_mode_spread_and_evidence_are_those_of_dense_integration():
    problem = tiny()
    root = problem.around.structured()
    covariance = np.diag([29.0, 0.0, 0.0])  # of the kind: level 5, itself 2
    covariance[1:, 1:] = 0.25 * (0.6 * root @ root.T + 0.4 * np.eye(2))
    axes = (np.linspace(-6, 4, 61), np.linspace(-2.5, 2.5, 51), np.linspace(-2.5, 2.5, 51))
    points = np.array(list(product(*axes)))
    log_density = -(points @ np.linalg.inv(covariance) * points).sum(axis=1) / 2
    for area in (0, 1):
        log_density += of_area(area, problem.level + points[:, 0] + points[:, 1 + area])
    density = np.exp(log_density - log_density.max())
    volume = np.prod([axis[1] - axis[0] for axis in axes])
    norm = np.log(density.sum() * volume) + log_density.max()
    norm -= np.linalg.slogdet(2 * np.pi * covariance)[1] / 2
    weight = density / density.sum()
    mean = weight @ points
    deviation = np.sqrt(weight @ (points - mean) ** 2)

    found = _Fit(problem, np.zeros(3)).at(POSITION)
    assert (np.abs(found.mode - mean) < 0.15 * deviation).all()
    laplace = found.known.posterior().solve(np.eye(3))
    np.testing.assert_allclose(np.sqrt(np.diag(laplace)), deviation, rtol=0.06)
    evidence = found.log_evidence - _log_prior(POSITION, problem.reach)
    assert evidence == pytest.approx(norm, abs=0.05)


class Normal(NamedTuple):
    at: np.ndarray
    log_evidence: float


def test_hyperparameters_are_averaged_as_a_known_density_asks():
    """A normal of correlation 0.8: the nodes give back its mean and covariance exactly."""
    covariance = np.array([[1.0, 0.4], [0.4, 0.25]])
    precision, centre = np.linalg.inv(covariance), np.array([0.3, -1.0])
    found = explore(
        lambda at: Normal(at, float(-(at - centre) @ precision @ (at - centre) / 2)),
        np.zeros(2),
        [(-9.0, 9.0), (-9.0, 9.0)],
    )
    assert found.mode == pytest.approx(centre, abs=1e-3)
    assert found.errors == pytest.approx([1.0, 0.5], rel=1e-3)
    around = np.array([node.at for node in found.at_nodes]) - centre
    assert found.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(around.T @ (found.weights[:, None] * around), covariance, atol=5e-3)


def test_a_mixture_has_the_quantiles_of_its_parts():
    narrow = mixed(np.array([1.0]), np.array([[0.2, -0.1]]), np.array([[0.1, 0.3]]))
    plain = normal(np.array([0.2, -0.1]), np.array([0.1, 0.3]))
    np.testing.assert_allclose([narrow.low, narrow.high], [plain.low, plain.high], atol=1e-9)
    two = mixed(np.array([0.5, 0.5]), np.array([[-1.0], [1.0]]), np.array([[0.1], [0.1]]))
    # 5 % of the whole are 10 % of the lower part
    assert two.low[0] == pytest.approx(-1 - 0.1 * 1.2815516)


def test_smoothed_estimates_are_drawn_apart_until_their_slope_is_one():
    rng = np.random.default_rng(4)
    truth = rng.normal(0, 0.4, 4000)
    seen = truth + rng.normal(0, 0.25, 4000)
    kept = 0.16 / (0.16 + 0.0625)
    smooth = normal(kept * seen, np.full(4000, np.sqrt(kept) * 0.25))
    assert np.polyfit(truth, smooth.mean, 1)[0] == pytest.approx(kept, abs=0.02)
    shown = unflattened(smooth)
    assert np.polyfit(truth, shown.estimate, 1)[0] == pytest.approx(1, abs=0.02)
    assert ((shown.low <= shown.estimate) & (shown.estimate <= shown.high)).all()
    # So one may lie on the end of its interval; what is said of an area by itself is in the middle.
    ends = np.exp([shown.low, shown.high]).T.tolist()
    said = np.log([likely_rate(low, high) for low, high in ends])
    assert said == pytest.approx(smooth.mean)
    assert not np.allclose(said, shown.estimate, atol=0.05)
    # Where there is no difference to see, noise is not made into one.
    alike = unflattened(normal(rng.normal(0, 0.001, 50), np.full(50, 0.2)))
    assert np.abs(alike.estimate).max() < 0.01


CATEGORIES = (Category("hazard", 2.5, 0.1), Category("light", 2.5, 0.05), Category("root", 2, 0.02))
UNEVEN = Scenario(frailty_shape=0.5, life_days=20.0, rate_structure=0.5)


@pytest.mark.slow
def test_a_city_of_uneven_incidents_that_vanish_is_recovered():
    """The intervals promise 90 %, and the means alone would be too flat."""
    city, neighbours = planar_city(40, 3)
    covered, slopes, flat = [], [], []
    for seed in range(3):
        log, truth = simulate(city, CATEGORIES, UNEVEN, seed, neighbours)
        seen = observe(log.requests(MOMENT, city.covariates[:, :2]), ObservationRule())
        rates = reporting_rates(seen, model="bym2", neighbours=neighbours)
        share = np.array([area.exposure_days for area in rates.areas])
        true = truth.log_rate - np.log(np.exp(truth.log_rate) @ share / share.sum())
        found = rates.log_rates
        covered.append((found.low <= true) & (true <= found.high))
        slopes.append(np.polyfit(true, found.estimate, 1)[0])
        flat.append(np.polyfit(true, found.mean, 1)[0])
        hyper = rates.model.smoothed.hyper
        assert 0.02 < hyper.frailty < 2
        assert 8 < hyper.reach_days < 60
    assert 0.8 <= np.mean(covered) <= 0.98
    assert 0.8 < np.mean(slopes) < 1.2
    assert np.mean(flat) < np.mean(slopes)


@pytest.mark.slow
def test_where_the_search_begins_makes_no_difference():
    city, neighbours = planar_city(12, 5)
    log, _ = simulate(city, CATEGORIES, UNEVEN, 1, neighbours)
    day, two = (observe(log.requests(MOMENT), ObservationRule(blackout_days=d)) for d in (1.0, 2.0))
    fit_to = partial(reporting_rates, model="bym2", neighbours=neighbours)
    near = fit_to(day).model
    afresh, begun = (one.log_rates for one in (fit_to(two), fit_to(two, near=near)))
    width = afresh.high - afresh.low
    for end in ("estimate", "low", "high"):
        assert (np.abs(getattr(afresh, end) - getattr(begun, end)) < 0.03 * width).all()


def test_census_figures_are_the_areas_and_the_risk_of_a_tree_is_its_own():
    city, neighbours = planar_city(12, 5)
    log, _ = simulate(city, CATEGORIES, Scenario(), 1, neighbours)
    seen = observe(log.requests(MOMENT, city.covariates[:, :1]), ObservationRule())
    risk = np.random.default_rng(1).integers(0, 3, seen.area.size).astype(float)
    both = replace(
        seen,
        covariates=np.column_stack([seen.covariates, risk]),
        covariate_names=("seniors", "risk"),
    )
    around = neighbourhood(12, neighbours)
    problem = pose(both, both.exposure_days, both.covariates, around, REACH)
    assert problem.census[:, 0].tolist() == city.covariates[:, 0].tolist()
    assert not problem.census[:, 1].any()


@pytest.mark.slow
def test_areas_without_incidents_lean_on_their_neighbours_and_get_no_figure():
    city, neighbours = planar_city(12, 5)
    log, _ = simulate(city, CATEGORIES, Scenario(), 1, neighbours)
    seen = observe(log.requests(MOMENT), ObservationRule())
    found = reporting_rates(seen.only(seen.area != 4), model="bym2", neighbours=neighbours)
    empty = found.areas[4]
    assert (empty.grade, empty.relative_rate, empty.effective_duplicates) == (Grade.C, None, 0.0)
    others = np.delete(found.log_rates.error, 4)
    assert found.log_rates.error[4] > others.max()
    with pytest.raises(EquityError, match="unknown-model"):
        fit(seen, model="magic")
