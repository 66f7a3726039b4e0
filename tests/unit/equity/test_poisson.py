import numpy as np
import pytest
from scipy.sparse import csr_array

from equity.errors import EquityError
from equity.rates.poisson import fit_poisson

NAMES = ("Intercept", "x", "g")


def cells_and_counts(seed: int):
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(40), rng.normal(size=40) * 50, rng.integers(0, 2, 40)])
    cell = rng.integers(0, 40, 900)
    exposure = rng.gamma(1.0, 9.0, 900) + 0.1
    mean = np.exp(design @ [-3.0, 0.01, 0.7])[cell] * exposure
    return design, cell, rng.poisson(mean * rng.gamma(0.5, 2.0, 900)), exposure


@pytest.mark.slow
def test_the_fit_is_that_of_statsmodels_down_to_the_sandwich():
    sm = pytest.importorskip("statsmodels.api")
    design, cell, counts, exposure = cells_and_counts(3)
    ours = fit_poisson(csr_array(design), cell, counts, exposure, NAMES)
    theirs = sm.Poisson(counts, design[cell], exposure=exposure)
    plain = theirs.fit(method="newton", disp=False, tol=1e-12)
    robust = theirs.fit(method="newton", disp=False, tol=1e-12, cov_type="HC0")
    np.testing.assert_allclose(ours.coefficients, plain.params, rtol=1e-9)
    np.testing.assert_allclose(ours.covariances[0], plain.cov_params(), rtol=1e-7)
    np.testing.assert_allclose(ours.covariances[1], robust.cov_params(), rtol=1e-7)
    assert ours.log_likelihood == pytest.approx(plain.llf, abs=1e-8)


def refusal(design, counts) -> EquityError:
    design = np.asarray(design, float)
    with pytest.raises(EquityError) as refused:
        fit_poisson(
            csr_array(design),
            np.arange(len(design)),
            np.asarray(counts),
            np.full(len(design), 2.0),
            tuple("abcdef"[: design.shape[1]]),
        )
    return refused.value


def test_a_column_others_explain_is_named():
    design = np.column_stack([np.ones(6), [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1], np.arange(6)])
    design = np.column_stack([design, design[:, 1] - 3 * design[:, 2]])
    error = refusal(design, [1, 2, 3, 4, 5, 6])
    assert error.slug == "collinear-columns"
    assert len(error.facts["columns"]) == 1


def test_a_coefficient_without_a_finite_maximum_is_refused_and_named():
    assert refusal([[1, 0], [1, 0], [1, 1], [1, 1]], [3, 1, 0, 0]).facts == {"columns": ["b"]}
    # Both areas and both kinds have duplicates, but only where the other area cannot be compared.
    nested = [[1, 0, 0], [1, 0, 1], [1, 1, 1]]
    assert refusal(nested, [5, 0, 5]).slug == "separated-columns"


def test_no_duplicates_at_all_is_its_own_refusal():
    assert refusal([[1.0], [1.0]], [0, 0]).slug == "no-duplicates"
