import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import nbinom

from equity.rates.poisson import fit_poisson
from equity.rates.shaped_counts import Family, NegativeBinomial, ZeroInflatedPoisson, fit_shaped

NAMES = ("Intercept", "x")
FAMILIES = pytest.mark.parametrize("family", [NegativeBinomial(), ZeroInflatedPoisson()])


def data(size: int = 3000, alike: bool = False):
    rng = np.random.default_rng(8)
    design = np.column_stack([np.ones(6), np.linspace(-1, 1, 6)])
    cell = rng.integers(0, 6, size)
    exposure = np.full(size, 10.0) if alike else rng.gamma(2.0, 5.0, size)
    mean = np.exp(design @ [-2.0, 0.5])[cell] * exposure
    unseen = np.ones(size) if alike else rng.gamma(0.5, 2.0, size) * (rng.uniform(size=size) < 0.7)
    counts = np.full(size, 2) if alike else rng.poisson(mean * unseen)
    return csr_array(design), cell, counts, exposure, NAMES


@FAMILIES
@pytest.mark.parametrize("shape", [-1.2, 0.4])
def test_the_derivatives_are_those_of_the_likelihood(family: Family, shape: float):
    counts, mean = np.array([0, 0, 1, 4, 19]), np.array([0.02, 3.0, 1.0, 2.5, 40.0])
    here, step = family.terms(counts, mean, shape), 1e-5
    rates = [family.terms(counts, mean * np.exp(side * step), shape) for side in (1, -1)]
    shapes = [family.terms(counts, mean, shape + side * step) for side in (1, -1)]

    def slope(pair, name):
        return (getattr(pair[0], name) - getattr(pair[1], name)) / (2 * step)

    for found, expected in (
        (here.by_rate, slope(rates, "value")),
        (here.by_shape, slope(shapes, "value")),
        (here.rate_rate, -slope(rates, "by_rate")),
        (here.rate_shape, -slope(shapes, "by_rate")),
        (here.shape_shape, -slope(shapes, "by_shape")),
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


@FAMILIES
def test_the_fit_is_a_maximum_above_that_of_poisson_with_wider_errors(family: Family):
    arguments = data()
    found, poisson = fit_shaped(*arguments, family), fit_poisson(*arguments)
    assert found.log_likelihood > poisson.log_likelihood + 100
    assert (found.variances > poisson.variances).all()
    design, cell, counts, exposure, _ = arguments
    mean = np.exp(design @ found.coefficients)[cell] * exposure
    best = family.terms(counts, mean, found.shape.value).value.sum()
    assert best == pytest.approx(found.log_likelihood)
    for away in (-0.1, 0.1):
        assert family.terms(counts, mean, found.shape.value + away).value.sum() < best
        assert family.terms(counts, mean * np.exp(away), found.shape.value).value.sum() < best
    assert found.shape.error > found.shape.error_alone > 0


def test_the_negative_binomial_is_the_mixture_of_poisson_over_frailties():
    counts, mean, k = np.array([0, 2, 7]), np.array([0.5, 1.0, 3.0]), 0.4
    found = NegativeBinomial().terms(counts, mean, np.log(k)).value
    np.testing.assert_allclose(found, nbinom.logpmf(counts, k, k / (k + mean)))


@FAMILIES
def test_counts_no_more_uneven_than_poisson_need_no_shape(family: Family):
    arguments = data(alike=True)
    found, poisson = fit_shaped(*arguments, family), fit_poisson(*arguments)
    assert found.shape is None
    assert found.log_likelihood == poisson.log_likelihood
