import numpy as np
import pytest
import shapely
from pyproj import Geod, Proj

from geo.projection import Plane

CITIES = [(-73.97, 40.73), (24.94, 60.17), (151.2, -33.87), (36.8, -1.3), (18.95, 69.65)]


@pytest.mark.parametrize(("lon", "lat"), CITIES)
def test_agrees_with_proj_and_comes_back(lon: float, lat: float) -> None:
    rng = np.random.default_rng(3)
    lons, lats = lon + rng.uniform(-1, 1, 500), lat + rng.uniform(-0.6, 0.6, 500)
    plane = Plane(lon, lat)
    x, y = plane.forward(lons, lats)
    reference = Proj(proj="laea", lon_0=lon, lat_0=lat, ellps="WGS84")
    np.testing.assert_allclose((x, y), reference(lons, lats), atol=1e-6)
    np.testing.assert_allclose(plane.inverse(x, y), (lons, lats), rtol=0, atol=1e-12)
    np.testing.assert_allclose(plane.inverse(*plane.forward(lon, lat)), (lon, lat), atol=1e-12)


@pytest.mark.parametrize(("lon", "lat"), CITIES)
def test_areas_and_lengths_are_true_within_fifty_kilometres(lon: float, lat: float) -> None:
    geod = Geod(ellps="WGS84")
    far_lon, far_lat, _ = geod.fwd(lon, lat, 40, 50_000)
    block = shapely.box(far_lon, far_lat, far_lon + 0.001, far_lat + 0.001)
    truth_m2, truth_m = geod.geometry_area_perimeter(block.segmentize(1e-5))
    flat = Plane(lon, lat).to_plane(block.segmentize(1e-5))
    assert flat.area == pytest.approx(abs(truth_m2), rel=1e-6)
    assert flat.length == pytest.approx(truth_m, rel=1e-5)
