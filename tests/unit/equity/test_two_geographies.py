"""Two sets of boundaries may tell two stories, and then it is said."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from equity.measures.cluster_bootstrap import Estimate
from equity.measures.two_geographies import Agreement, read_on_both, where_they_differ
from geo.interpolation import Crosswalk


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Estimate(2, 1, 3), Estimate(2.5, 0.5, 4), Agreement.AGREE),
        (Estimate(0.2, -1, 1), Estimate(-0.2, -1, 1), Agreement.AGREE),
        (Estimate(2, 1, 3), Estimate(9, 8, 10), Agreement.SIZE),
        (Estimate(2, 1, 3), Estimate(0.2, -1, 1), Agreement.SURENESS),
        (Estimate(2, 1, 3), Estimate(-2, -3, -1), Agreement.DIRECTION),
        (Estimate(2, 1, 3), Estimate(2), Agreement.UNTOLD),
    ],
)
def test_what_two_readings_say(one: Estimate, other: Estimate, expected: Agreement) -> None:
    figures = {"wards": one, "tracts": other}
    assert read_on_both(figures.__getitem__, "wards", "tracts").agreement is expected
    assert read_on_both(figures.__getitem__, "tracts", "wards").agreement is expected


def test_areas_are_named_where_the_figure_hangs_on_the_lines() -> None:
    # Wards of 1, 2 and 3 tracts: in the second, one tract makes the figure; in the third, none.
    shares = csr_array(np.repeat(np.eye(3), [1, 2, 3], axis=1))
    tracts = np.array([1.2, 1.0, 5.0, 2.0, 2.1, np.nan])
    wards = np.array([1.0, 1.0, 2.0])
    found = where_they_differ(wards, tracts, Crosswalk(shares, np.zeros(6)), np.ones(6), most=1.5)
    assert found.tolist() == [False, True, False]
