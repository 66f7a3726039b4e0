import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.distance import EARTH_RADIUS_M, box_around, metres_between, metres_between_many


def test_a_degree_along_the_equator_and_half_way_round() -> None:
    assert metres_between(0, 0, 1, 0) == pytest.approx(np.pi * EARTH_RADIUS_M / 180)
    assert metres_between(0, 90, 0, -90) == pytest.approx(np.pi * EARTH_RADIUS_M)
    assert metres_between(179.999, 10, -179.999, 10) == pytest.approx(219, abs=1)
    assert metres_between(13.4, 52.5, 13.4, 52.5) == 0


def test_within_six_in_a_thousand_of_the_ellipsoid() -> None:
    rng = np.random.default_rng(5)
    lon_a, lon_b = rng.uniform(-180, 180, (2, 500))
    lat_a, lat_b = rng.uniform(-89, 89, (2, 500))
    *_, truth = Geod(ellps="WGS84").inv(lon_a, lat_a, lon_b, lat_b)
    ours = metres_between_many(lon_a, lat_a, lon_b, lat_b)
    assert np.abs(ours / truth - 1).max() < 0.006


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(0.1, 9_000_000))
def test_the_box_holds_the_whole_circle(lon: float, lat: float, metres: float) -> None:
    west, south, east, north = box_around(lon, lat, metres)
    bearing, angle, up = np.radians(np.arange(360)), metres / EARTH_RADIUS_M, np.radians(lat)
    sine = np.sin(up) * np.cos(angle) + np.cos(up) * np.sin(angle) * np.cos(bearing)
    turn = np.arctan2(
        np.sin(bearing) * np.sin(angle) * np.cos(up), np.cos(angle) - np.sin(up) * sine
    )
    lats, lons = np.degrees(np.arcsin(sine.clip(-1, 1))), lon + np.degrees(turn)
    slack = 1e-6
    assert (lats >= south - slack).all()
    assert (lats <= north + slack).all()
    if (west, east) != (-180, 180):
        assert (lons >= west - slack).all()
        assert (lons <= east + slack).all()


def test_the_box_is_no_larger_than_needed() -> None:
    west, south, east, north = box_around(24.9, 60.2, 1_000)
    lats = np.linspace(south, north, 2_001)
    assert metres_between_many(24.9, 60.2, east, lats).min() == pytest.approx(1_000, rel=1e-6)
    assert (24.9 - west) == pytest.approx(east - 24.9)
    assert metres_between(24.9, 60.2, 24.9, north) == pytest.approx(1_000)


def test_the_box_over_a_pole_or_the_date_line_takes_in_every_longitude() -> None:
    assert box_around(20, 89.999, 1_000)[::2] == (-180, 180)
    assert box_around(20, 89.999, 1_000)[3] == 90
    assert box_around(179.999, -17, 1_000)[::2] == (-180, 180)
