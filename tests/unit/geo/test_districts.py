from collections.abc import Callable
from math import inf, nan

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, box

from geo.districts import DistrictIndex
from geo.geojson import Feature


def test_a_shared_border_belongs_to_the_first_id_whatever_the_order_given() -> None:
    west, east = box(0, 0, 1, 1), box(1, 0, 2, 1)
    for index in (
        DistrictIndex(["9", "10"], [west, east]),
        DistrictIndex(["10", "9"], [east, west]),
    ):
        assert index.locate(1, 0.5) == "10"  # by code points, not by number
        assert index.locate(0.999, 0.5) == "9"
        assert [index.ids[i] for i in index.locate_many([1, 0.999], [0.5, 0.5])] == ["10", "9"]


def test_holes_islands_and_what_is_outside() -> None:
    ring = box(0, 0, 9, 9) - box(3, 3, 6, 6)
    index = DistrictIndex(
        ["ring", "isles"], [ring, MultiPolygon([box(4, 4, 5, 5), box(20, 0, 21, 1)])]
    )
    lons = [3.5, 4.5, 20.5, 15, 3, nan, 4.5, inf, -inf, 4.5, 9]
    lats = [3.5, 4.5, 0.5, 0.5, 4, 4.5, nan, 4.5, 4.5, inf, 9]
    expected = [None, "isles", "isles", None, "ring", None, None, None, None, None, "ring"]
    assert [index.locate(lon, lat) for lon, lat in zip(lons, lats, strict=True)] == expected
    found = index.locate_many(lons, lats)
    assert [index.ids[i] if i >= 0 else None for i in found] == expected


def test_no_districts_hold_no_point_and_each_needs_an_id_of_its_own() -> None:
    assert DistrictIndex([], []).locate(0, 0) is None
    assert DistrictIndex([], []).locate_many([0], [0]).tolist() == [-1]
    for ids in (["a", "a"], ["a"]):
        with pytest.raises(ValueError, match="an id of its own"):
            DistrictIndex(ids, [box(0, 0, 1, 1), box(1, 0, 2, 1)])


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "key"), [("nyc_census_tracts_2020", "geoid"), ("nyc_community_districts", "boro_cd")]
)
def test_real_areas_answer_alike_by_every_way(
    real_areas: Callable[[str], tuple[Feature, ...]], name: str, key: str
) -> None:
    areas = real_areas(name)
    ids = [str(area.properties[key]) for area in areas]
    geometries = np.array([area.geometry for area in areas])
    rng = np.random.default_rng(7)
    vertices = shapely.get_coordinates(geometries)
    west, south, east, north = shapely.total_bounds(geometries)
    anywhere = rng.uniform((west, south), (east, north), (20_000, 2))
    middles = (vertices[1:] + vertices[:-1]) / 2
    points = np.concatenate([vertices, middles, anywhere])

    shuffled = rng.permutation(len(ids))
    index = DistrictIndex([ids[i] for i in shuffled], geometries[shuffled])
    found = np.append(index.ids, "")[index.locate_many(*points.T)]

    expected = np.full(len(points), "\U0010ffff", dtype=object)
    at, holding = shapely.STRtree(geometries).query(shapely.points(points), predicate="intersects")
    np.minimum.at(expected, at, np.array(ids, dtype=object)[holding])
    expected[expected == "\U0010ffff"] = ""
    assert (found == expected).all()
    assert (expected[: len(vertices)] != "").all()
    some = rng.choice(len(points), 2_000, replace=False)
    assert [index.locate(*points[i]) or "" for i in some] == expected[some].tolist()
