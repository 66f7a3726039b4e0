"""The scaled autoregression against its definition by dense matrices."""

import numpy as np
import pytest

from equity.errors import EquityError
from equity.rates import area_prior
from equity.rates.area_prior import AreaPrior, Posterior
from equity.rates.cells import Blocks
from equity.rates.neighbourhood import neighbourhood

# A ring with a chord, a pair, and an island in between.
RING, PAIR, ISLAND = [0, 1, 2, 3, 5], [6, 7], 4
PAIRS = np.array([[0, 1], [1, 2], [2, 3], [3, 5], [5, 0], [1, 3], [7, 6]])


def dense(areas: list[int]) -> np.ndarray:
    """Generalised inverse of the graph's Laplacian, scaled to geometric mean variance one."""
    laplacian = np.zeros((8, 8))
    for one, other in PAIRS:
        laplacian[[one, other], [other, one]] -= 1
        laplacian[[one, other], [one, other]] += 1
    covariance = np.linalg.pinv(laplacian[np.ix_(areas, areas)])
    return covariance / np.exp(np.log(np.diag(covariance)).mean())


def test_every_part_is_scaled_by_itself_and_an_island_is_independent():
    around = neighbourhood(8, PAIRS)
    root = around.structured()
    covariance = root @ root.T
    for part in (RING, PAIR):
        np.testing.assert_allclose(covariance[np.ix_(part, part)], dense(part), atol=1e-12)
        assert np.log(np.diag(covariance)[part]).mean() == pytest.approx(0)
        assert np.abs(covariance[part].sum(axis=1)).max() < 1e-12
    assert covariance[ISLAND, ISLAND] == pytest.approx(1)
    assert np.abs(covariance[np.ix_(RING, [*PAIR, ISLAND])]).max() < 1e-12
    assert (sorted(around.mapped), around.is_mapped) == ([*RING[:-1], 5, 6, 7], True)
    assert not neighbourhood(3).is_mapped


def prior_covariance(pairs: np.ndarray) -> np.ndarray:
    """Of 8 areas with deviation 0.5, of whose variance 0.6 is structured."""
    parts = (RING, PAIR) if len(pairs) == len(PAIRS) else (RING,)
    covariance = 0.25 * np.eye(8)
    for part in parts:
        block = 0.25 * (0.6 * dense(part) + 0.4 * np.eye(len(part))) + (len(parts) > 1)
        covariance[np.ix_(part, part)] = block
    return covariance


@pytest.mark.parametrize("few", [0, 50])
@pytest.mark.parametrize("pairs", [PAIRS, PAIRS[:-1]])
@pytest.mark.parametrize("empty", [RING, PAIR, []])
def test_sparse_solutions_are_those_of_dense_matrices(monkeypatch, few, pairs, empty):
    """Structure, noise and levels of several parts add up; also where an area says nothing, and
    where one says less than nothing, as far from the maximum."""
    monkeypatch.setattr(area_prior, "_FEW", few)
    covariance = prior_covariance(pairs)
    prior = AreaPrior(neighbourhood(8, pairs), 0.5, 0.6)
    rng = np.random.default_rng(1)
    across, own = rng.normal(size=(2, 8)), rng.uniform(1, 5, 8)
    across[:, empty] = own[empty] = 0.0
    own[ISLAND] = -0.5
    precision = np.linalg.inv(covariance)
    whole = np.block([[9 * np.eye(2), across], [across.T, np.diag(own) + precision]])
    found = Posterior(Blocks(9 * np.eye(2), across, own), prior)
    np.testing.assert_allclose(found.solve(np.eye(10)), np.linalg.inv(whole), atol=1e-6)
    np.testing.assert_allclose(prior.pull(own), precision @ own, rtol=1e-6, atol=1e-6)
    volume = np.linalg.slogdet(precision)[1] - np.linalg.slogdet(whole)[1]
    assert prior.log_size - found.log_size == pytest.approx(volume, abs=1e-6)
    own[0] = -100.0
    with pytest.raises(np.linalg.LinAlgError):
        Posterior(Blocks(9 * np.eye(2), across, own), prior)


@pytest.mark.parametrize("pairs", [[[0, 8]], [[-1, 0]], [[2, 2]]])
def test_a_pair_that_is_none_is_refused(pairs):
    with pytest.raises(EquityError, match="neighbours-impossible"):
        neighbourhood(8, np.array(pairs))
