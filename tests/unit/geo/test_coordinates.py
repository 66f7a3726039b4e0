from math import inf, nan

import pytest

from geo.coordinates import CoordinateError, Extent, check_lon_lat
from geo.distance import metres_between

CHICAGO = Extent(-87.94, 41.64, -87.52, 42.03)
SAN_FRANCISCO = Extent(-122.52, 37.70, -122.35, 37.84)
TAMALE = Extent(-0.93, 9.33, -0.76, 9.48)


def slug_of(lon: float, lat: float, extent: Extent | None = None) -> str | None:
    try:
        check_lon_lat(lon, lat, extent)
    except CoordinateError as error:
        return error.slug
    return None


@pytest.mark.parametrize(("lon", "lat"), [(nan, 41.9), (-87.6, nan), (inf, 41.9), (-87.6, -inf)])
def test_what_is_no_number_is_refused(lon: float, lat: float) -> None:
    assert slug_of(lon, lat, CHICAGO) == "coordinates-not-numbers"


def test_the_edge_of_the_world_is_in_it_and_one_step_further_is_not() -> None:
    assert slug_of(180, -90) is None
    assert slug_of(180.001, 0) == "coordinates-outside-world"
    assert slug_of(0, 90.001, CHICAGO) == "coordinates-outside-world"


def test_exchanged_numbers_are_recognised_and_set_right() -> None:
    with pytest.raises(CoordinateError) as refused:
        check_lon_lat(41.88, -87.63, CHICAGO)
    assert refused.value.slug == "coordinates-swapped"
    assert refused.value.facts == {
        "lon": 41.88,
        "lat": -87.63,
        "likely_lon": -87.63,
        "likely_lat": 41.88,
    }
    # Exchanged, San Francisco's longitude is no latitude at all: the likelier fault is named.
    assert slug_of(37.77, -122.42, SAN_FRANCISCO) == "coordinates-swapped"


def test_a_place_outside_the_city_is_no_fault_of_the_numbers() -> None:
    assert slug_of(-87.6, 43.0, CHICAGO) is None
    assert slug_of(2.35, 48.86, CHICAGO) is None
    near_the_diagonal = Extent(9.9, 9.9, 10.1, 10.1)
    assert slug_of(9.95, 10.15, near_the_diagonal) is None
    assert slug_of(10.05, 9.85, near_the_diagonal) is None


@pytest.mark.parametrize("extent", [CHICAGO, TAMALE, Extent(151.0, -34.0, 151.3, -33.7)])
def test_padding_reaches_at_least_as_far_as_said_on_every_side(extent: Extent) -> None:
    padded = extent.padded(5_000)
    for lat in (extent.south, extent.north):
        assert metres_between(padded.west, lat, extent.west, lat) >= 4_999.9
        assert metres_between(padded.east, lat, extent.east, lat) >= 4_999.9
    assert metres_between(0, padded.north, 0, extent.north) == pytest.approx(5_000)
    assert metres_between(0, padded.south, 0, extent.south) == pytest.approx(5_000)
    assert metres_between(padded.west, extent.south, extent.west, extent.south) < 5_100
