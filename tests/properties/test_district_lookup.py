"""The two ways of finding a point's district agree with testing every district in turn."""

from itertools import compress, pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.districts import DistrictIndex

PARTS = 12
# Corners on a lattice make borders shared, crossing and touching likely; a third of a degree is
# no round number, so most points meant for a border fall a hair to one side of it.
corner = st.integers(0, PARTS).map(lambda k: 7 + k / 3)
place = st.tuples(corner, corner)
piece = st.integers(0, 8).map(lambda k: k / 8) | st.floats(0, 1)

names = st.text("01aZé", min_size=1, max_size=4)


def boxes() -> st.SearchStrategy[Any]:
    return (
        st.tuples(place, place)
        .map(lambda ends: shapely.box(*np.min(ends, axis=0), *np.max(ends, axis=0)))
        .filter(lambda box: box.area > 0)
    )


@st.composite
def districts(draw: st.DrawFn) -> list[Any]:
    """Triangles that share their sides, and boxes, some with a hole, lying over them."""
    corners = draw(st.lists(place, min_size=3, max_size=12, unique=True))
    triangles = shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(corners)))
    over = draw(st.lists(boxes(), min_size=1, max_size=4))
    bitten = [one - other for one, other in pairwise(over)]
    return [shape for shape in [*triangles, *over, *bitten] if shape.area > 0]


@st.composite
def probes(draw: st.DrawFn, shapes: list[Any]) -> NDArray[np.float64]:
    """Corners, points along borders, and points anywhere near, also outside and not numbers."""
    ends = np.concatenate([shapely.get_coordinates(shape) for shape in shapes])
    share = np.array(draw(st.lists(piece, min_size=4, max_size=4)))[:, None, None]
    along = (ends[:-1] + share * (ends[1:] - ends[:-1])).reshape(-1, 2)
    near = st.floats(6, 12) | st.just(float("nan"))
    loose = draw(st.lists(st.tuples(near, near), min_size=1, max_size=20))
    return np.concatenate([ends, along, loose])


@pytest.mark.slow
@given(st.data())
def test_both_ways_agree_on_every_point_in_any_order(data: st.DataObject) -> None:
    shapes = data.draw(districts())
    points = data.draw(probes(shapes))
    count = len(shapes)
    ids = data.draw(st.lists(names, min_size=count, max_size=count, unique=True))
    order = data.draw(st.permutations(range(count)))

    index = DistrictIndex([ids[i] for i in order], [shapes[i] for i in order])
    in_bulk = [index.ids[i] if i >= 0 else None for i in index.locate_many(*points.T)]
    singly = [index.locate(lon, lat) for lon, lat in points.tolist()]
    held = np.array([shapely.intersects_xy(shape, *points.T) for shape in shapes])
    one_by_one = [min(compress(ids, holding), default=None) for holding in held.T]
    assert in_bulk == singly == one_by_one
