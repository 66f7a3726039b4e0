"""Where the public is told a report is."""

from hypothesis import given
from hypothesis import strategies as st

from backend.reports.public_place import public_place
from geo.distance import metres_between

POINTS = st.tuples(st.floats(-180, 180), st.floats(-85, 85))


@given(POINTS, st.integers(10, 5000))
def test_a_place_is_moved_within_its_cell_and_no_second_time(
    point: tuple[float, float], grid: int
) -> None:
    shown = public_place(*point, grid)
    # Half the diagonal of a cell that is about as wide as it is high, and a rounding of 0.1 m.
    assert metres_between(*point, *shown) <= grid * 0.75 + 0.2
    assert public_place(*shown, grid) == shown
    assert public_place(*point, None) == point


def test_every_report_of_a_cell_has_the_same_place() -> None:
    lon, lat = public_place(13.4, 52.5, 500)
    around = {
        public_place(lon + east * 0.003, lat + north * 0.002, 500)
        for east in (-1, 0, 1)
        for north in (-1, 0, 1)
    }
    assert around == {(lon, lat)}
    assert public_place(lon, lat + 0.005, 500) != (lon, lat)
