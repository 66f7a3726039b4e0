from dataclasses import replace

import numpy as np
import pytest

from equity.errors import EquityError
from equity.rates.events import LeftOut, ObservationRule, Observations
from equity.rates.rate_model import ModelTerms, fit_rate_model
from equity.rates.reporting_rate import Grade, Turnout, reporting_rates
from equity.rates.silence import silent_areas

MOMENT = np.datetime64("2026-01-01", "us")


def observations(*groups: tuple[int, int, int, float, int], areas=4, categories=2) -> Observations:
    """Groups of (area, category, incidents, days watched each, duplicates in all)."""
    area, category, days, duplicates = [], [], [], []
    for a, c, incidents, watched, found in groups:
        area += [a] * incidents
        category += [c] * incidents
        days += [watched] * incidents
        duplicates += [found // incidents + (i < found % incidents) for i in range(incidents)]
    return Observations(
        np.array(area, np.intp), np.array(category, np.intp), np.array(duplicates, np.intp),
        np.array(days, float), np.empty((len(area), 0)),
        tuple("ABCDEFGH"[:areas]), tuple("xyz"[:categories]), (),
        ObservationRule(), MOMENT, MOMENT, LeftOut(0, 0, 0, 0, 0),
    )  # fmt: skip


ONE_KIND = observations((0, 0, 100, 10.0, 80), (1, 0, 50, 8.0, 17), (2, 0, 40, 5.0, 16))


def test_with_one_kind_of_problem_the_rate_is_the_ratio_of_counts_per_day():
    rates = reporting_rates(ONE_KIND)
    a, b, c, d = rates.areas
    city = (80 + 17 + 16) / (1000 + 400 + 200)
    assert a.relative_rate == pytest.approx(80 / 1000 / city)
    assert b.relative_rate == pytest.approx(17 / 400 / city)
    assert [area.grade for area in rates.areas] == [Grade.A, Grade.B, Grade.C, Grade.C]
    assert c.relative_rate is c.low is c.high is None
    assert (d.incidents, d.duplicates, d.exposure_days) == (0, 0, 0.0)
    assert (rates.vintage.incidents, rates.vintage.duplicates) == (190, 113)


def test_the_interval_is_the_wider_of_the_model_and_the_sandwich():
    """Closed forms for B against the rest: duplicates alone, and with their spread."""
    bursts = observations((0, 0, 100, 10.0, 90), (1, 0, 50, 8.0, 30), areas=2)
    piled = replace(bursts, duplicates=np.where(np.arange(150) % 50 == 0, 40, 0))
    for seen, is_piled in ((bursts, False), (piled, True)):
        y = np.bincount(seen.area, seen.duplicates)
        t = np.bincount(seen.area, seen.exposure_days)
        expected = (y / t)[seen.area] * seen.exposure_days
        spread = np.bincount(seen.area, (seen.duplicates - expected) ** 2)
        variance = spread / y**2 if is_piled else 1 / y
        # log r_B - log R moves by the share of the other area in all duplicates
        error = y[0] / y.sum() * np.sqrt(variance.sum())
        rates = reporting_rates(seen)
        logs = rates.log_rates
        assert logs.high[1] - logs.estimate[1] == pytest.approx(1.6448536 * error)
        assert logs.estimate[1] - logs.low[1] == pytest.approx(1.6448536 * error)
        # One heap of forty is one event, and tells nothing of the area.
        b = rates.areas[1]
        assert b.effective_duplicates == pytest.approx(min(y[1], 1 / error**2))
        assert b.grade is (Grade.C if is_piled else Grade.B)
        assert b.high == (None if is_piled else pytest.approx(np.exp(logs.high[1])))


def test_an_area_is_not_blamed_for_the_kind_of_its_problems():
    rates = reporting_rates(
        observations(
            (0, 0, 90, 10.0, 180), (0, 1, 10, 10.0, 2), (1, 0, 10, 10.0, 20), (1, 1, 90, 10.0, 18)
        )
    )  # fmt: skip
    assert [round(area.relative_rate, 6) for area in rates.areas[:2]] == [1.0, 1.0]


def test_levels_without_a_duplicate_are_set_aside_and_change_nothing_but_the_mean():
    silent = observations(
        (0, 0, 100, 10.0, 80), (1, 0, 50, 8.0, 30), (2, 0, 40, 5.0, 0), (1, 1, 40, 5.0, 0)
    )
    with_them, without = fit_rate_model(silent), fit_rate_model(silent.only(np.arange(230) < 150))
    assert with_them.set_aside == ("C(category)[T.y]", "C(area)[T.C]")
    assert with_them.fit.coefficients.tolist() == without.fit.coefficients.tolist()
    assert with_them.fit.log_likelihood == without.fit.log_likelihood
    shares = np.array([1000, 600, 200]) / 1800
    expected = 0.08 / (shares @ [0.08, 30 / 400, 0.0])
    assert reporting_rates(silent).areas[0].relative_rate == pytest.approx(expected)


@pytest.mark.parametrize(
    "groups", [[(0, 0, 5, 9.0, 0)], [], [(0, 0, 90, 9.0, 90), (1, 0, 9, 1.0, 0)]]
)
def test_without_anything_to_compare_nothing_can_be_told(groups):
    rates = reporting_rates(observations(*groups))
    assert {area.grade for area in rates.areas} == {Grade.C}
    assert all(area.relative_rate is None for area in rates.areas)


def test_the_reference_level_changes_names_not_rates():
    chosen = reporting_rates(ONE_KIND, terms=ModelTerms("Ward", "Kind", reference_area="C"))
    assert chosen.model.names == ("Intercept", "C(Ward)[T.A]", "C(Ward)[T.B]")
    for ours, theirs in zip(chosen.areas, reporting_rates(ONE_KIND).areas, strict=True):
        assert ours.high == (theirs.high and pytest.approx(theirs.high))
    for wrong, slug in (("Z", "unknown-reference"), ("D", "reference-without-duplicates")):
        with pytest.raises(EquityError, match=slug):
            fit_rate_model(ONE_KIND, ModelTerms(reference_area=wrong))


def test_a_covariate_fixed_within_areas_is_refused_beside_the_areas_and_fitted_without_them():
    census = replace(ONE_KIND, covariates=ONE_KIND.area[:, None] * 2.0, covariate_names=("old",))
    with pytest.raises(EquityError, match="collinear-columns"):
        fit_rate_model(census)
    assert fit_rate_model(census, by_area=False).names == ("Intercept", "old")
    # An area without a duplicate says something about a rate that it shares.
    quiet = replace(ONE_KIND, duplicates=np.where(ONE_KIND.area == 2, 0, ONE_KIND.duplicates))
    shared = fit_rate_model(quiet, by_area=False)
    assert np.exp(shared.fit.coefficients) == pytest.approx(97 / 1600)
    with pytest.raises(EquityError, match="covariate-constant"):
        fit_rate_model(replace(census, covariates=np.ones((190, 1))))


def test_an_area_is_silent_below_the_others_fifth_percentile_whatever_its_duplicates():
    population = np.full(8, 10_000.0)
    reports = np.array([100, 90, 110, 80, 120, 95, 105, 20])
    assert silent_areas(reports, population).tolist() == [False] * 7 + [True]
    # 100 expected: the 5th percentile of Poisson(100) is 84
    even = np.array([100] * 7 + [84])
    assert not silent_areas(even, population).any()
    even[7] = 83
    assert silent_areas(even, population).nonzero()[0].tolist() == [7]
    assert not silent_areas(np.zeros(8, int), population).any()
    assert not silent_areas(reports, np.append(population[:7], 0.0))[7]
    with pytest.raises(EquityError, match="population-impossible"):
        silent_areas(reports, -population)

    turnout = Turnout(np.array([20, 100, 90, 110]), population[:4])
    rates = reporting_rates(ONE_KIND, turnout=turnout)
    assert [area.grade for area in rates.areas] == [Grade.S, Grade.B, Grade.C, Grade.C]
    assert rates.areas[0].relative_rate is not None
