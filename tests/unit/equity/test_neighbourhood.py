"""The scaled autoregression against its definition by dense matrices."""

import numpy as np
import pytest

from equity.errors import EquityError
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
    covariance = (around.directions * around.structured) @ around.directions.T
    for part in (RING, PAIR):
        np.testing.assert_allclose(covariance[np.ix_(part, part)], dense(part), atol=1e-12)
        assert np.log(np.diag(covariance)[part]).mean() == pytest.approx(0)
        assert np.abs(covariance[part].sum(axis=1)).max() < 1e-12
    assert covariance[ISLAND, ISLAND] == pytest.approx(1)
    assert np.abs(covariance[np.ix_(RING, [*PAIR, ISLAND])]).max() < 1e-12
    assert (around.islands, around.is_mapped, around.size) == (1, True, 8)


def test_parts_have_levels_of_their_own_only_where_there_are_several():
    around = neighbourhood(8, PAIRS)
    levels = (around.directions * around.level) @ around.directions.T
    for part in (RING, PAIR):
        np.testing.assert_allclose(levels[np.ix_(part, part)], 1.0)
    assert levels[ISLAND, ISLAND] == 0
    assert not neighbourhood(7, PAIRS[:-1]).level.any()


def test_variances_add_structure_noise_and_level():
    around = neighbourhood(8, PAIRS)
    np.testing.assert_allclose(around.directions.T @ around.directions, np.eye(8), atol=1e-12)
    mixed = (around.directions * around.variances(0.5, 0.6)) @ around.directions.T
    expected = 0.25 * (0.6 * dense(RING) + 0.4 * np.eye(5)) + 1.0
    np.testing.assert_allclose(mixed[np.ix_(RING, RING)], expected, atol=1e-12)
    alone = neighbourhood(3)
    assert not alone.is_mapped
    assert alone.variances(0.5, 0.6).tolist() == [0.25] * 3


@pytest.mark.parametrize("pairs", [[[0, 8]], [[-1, 0]], [[2, 2]]])
def test_a_pair_that_is_none_is_refused(pairs):
    with pytest.raises(EquityError, match="neighbours-impossible"):
        neighbourhood(8, np.array(pairs))
