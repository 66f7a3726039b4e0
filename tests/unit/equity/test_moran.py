"""Moran's I against the formula written out, deviance residuals against statsmodels."""

import numpy as np
import pytest
from statsmodels.genmod.families import NegativeBinomial, Poisson

from equity.errors import EquityError
from equity.measures.moran import deviance_residuals, morans_i

SIDE = 8
CELLS = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
PAIRS = np.vstack(
    [
        np.column_stack([CELLS[:, :-1].ravel(), CELLS[:, 1:].ravel()]),
        np.column_stack([CELLS[:-1].ravel(), CELLS[1:].ravel()]),
    ]
)


def slow_i(values: np.ndarray, pairs: np.ndarray) -> float:
    weights = np.zeros((values.size, values.size))
    for one, other in pairs:
        weights[one, other] = weights[other, one] = 1
    weights /= weights.sum(axis=1, keepdims=True)
    centred = values - values.mean()
    top = sum(
        weights[i, j] * centred[i] * centred[j]
        for i in range(values.size)
        for j in range(values.size)
    )
    return float(values.size / weights.sum() * top / (centred**2).sum())


def test_it_is_the_formula_and_an_island_changes_nothing() -> None:
    values = np.random.default_rng(1).standard_normal(SIDE * SIDE)
    found = morans_i(values, PAIRS, seed=1)
    assert found.i == pytest.approx(slow_i(values, PAIRS))
    assert found.expected == -1 / 63
    with_island = morans_i(np.insert(values, 0, 99.0), PAIRS + 1, seed=1)
    assert (with_island.i, with_island.p) == (found.i, found.p)
    assert (with_island.areas, with_island.islands) == (64, 1)


def test_structure_is_found_and_noise_is_not() -> None:
    random = np.random.default_rng(6)
    slope = CELLS.ravel() // SIDE + random.standard_normal(64)
    assert morans_i(slope, PAIRS, seed=2).p == 0.001
    chances = [
        morans_i(random.standard_normal(64), PAIRS, seed=s, permutations=99).p for s in range(100)
    ]
    assert 0.02 <= np.mean(np.array(chances) <= 0.1) <= 0.2
    checkered = np.where((CELLS.ravel() // SIDE + CELLS.ravel()) % 2, 1.0, -1.0)
    assert morans_i(checkered, PAIRS, seed=2).p == 0.001


def test_nothing_to_compare_is_refused() -> None:
    for values, pairs in (
        (np.ones(64), PAIRS),
        (np.arange(3.0), np.empty((0, 2), int)),
        (np.arange(3.0), np.array([[0, 1]])),
    ):
        with pytest.raises(EquityError, match="too-few-neighbours"):
            morans_i(values, pairs, seed=0)


def test_residuals_are_those_of_a_generalised_linear_model() -> None:
    counts = np.array([0.0, 1, 5, 17, 40])
    means = np.array([0.5, 1.0, 9, 12, 80])
    assert deviance_residuals(counts, means) == pytest.approx(Poisson().resid_dev(counts, means))
    oracle = NegativeBinomial(alpha=1 / 3).resid_dev(counts, means)
    assert deviance_residuals(counts, means, size=3) == pytest.approx(oracle)
