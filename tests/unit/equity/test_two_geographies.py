"""Two sets of boundaries may tell two stories, and then it is said."""

import pytest

from equity.measures.cluster_bootstrap import Estimate
from equity.measures.two_geographies import Agreement, read_on_both


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
