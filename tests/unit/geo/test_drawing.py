import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import shapely
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from geo.adjacency import neighbour_pairs
from geo.drawing import Frame, simplified_coverage
from geo.geojson import Feature

Rings = list[list[tuple[float, float]]]


def drawn(path: str) -> Rings:
    """The points an SVG reader sees, from the grammar of path data (SVG 2, section 9.3)."""
    rings: Rings = []
    for command, arguments in re.findall(r"([Mlz])([^Mlz]*)", path):
        numbers = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", arguments)]
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            if command == "M":
                rings.append([(x, y)])
            else:
                last = rings[-1][-1]
                rings[-1].append((round(last[0] + x, 1), round(last[1] + y, 1)))
    return rings


def test_north_is_up_and_the_padding_is_kept() -> None:
    city = box(24.9, 60.1, 25.1, 60.3)  # twice as high as wide on the ground, nearly
    frame = Frame.around([city], width=400, padding=20)
    assert frame.height == pytest.approx(40 + 360 * 2.01, abs=8)
    (left, bottom), (right, top) = frame.point(24.9, 60.1), frame.point(25.1, 60.3)
    assert 20 <= left < right <= 380
    assert 20 <= top < bottom <= frame.height - 20
    assert frame.point(25.0, 60.2) == pytest.approx((200, frame.height / 2), abs=1)
    assert frame.place(*frame.point(24.95, 60.25)) == pytest.approx((24.95, 60.25), abs=1e-4)


def test_a_path_says_every_corner_to_a_tenth_of_a_pixel() -> None:
    city = box(0, 0, 0.1, 0.1)
    frame = Frame.around([city], width=100)
    holed = Polygon(
        [(0.01, 0.01), (0.09, 0.01), (0.0905, 0.013), (0.02, 0.09)],
        [[(0.03, 0.03), (0.04, 0.03), (0.03, 0.04)]],
    )
    island = box(0.05, 0.08, 0.06, 0.09)
    street = LineString([(0, 0.05), (0.0503, 0.0502), (0.0503, 0.0502), (0.1, 0.02)])
    rings = [
        holed.exterior.coords[:-1],
        holed.interiors[0].coords[:-1],
        island.exterior.coords[:-1],
    ]
    expected = [[frame.point(*corner) for corner in ring] for ring in rings]
    path = frame.path(MultiPolygon([holed, island]))
    assert drawn(path) == expected
    assert path.count("z") == 3
    line = frame.path(GeometryCollection([street, GeometryCollection([island])]))
    first, *_, last = street.coords
    assert drawn(line) == [
        [frame.point(*first), frame.point(0.0503, 0.0502), frame.point(*last)],
        expected[2],
    ]
    assert frame.path(Point(0.05, 0.05).buffer(1e-6)) == ""


def test_the_label_stands_where_there_is_most_room() -> None:
    spoon = box(0, 0.009, 0.1, 0.011).union(box(0.1, 0, 0.12, 0.02))
    frame = Frame.around([spoon], width=600)
    bowl = frame.point(0.11, 0.01)
    assert frame.label_point(spoon) == pytest.approx(bowl, abs=2)
    far_speck = MultiPolygon([box(0.0, 0.0, 0.001, 0.001), box(0.1, 0, 0.12, 0.02)])
    assert frame.label_point(far_speck) == pytest.approx(bowl, abs=2)


@pytest.mark.shared
def test_simplified_neighbours_still_meet(
    real_areas: Callable[[str], tuple[Feature, ...]],
) -> None:
    shapes = np.array([area.geometry for area in real_areas("chicago_community_areas_acs2014")])
    simple = simplified_coverage(shapes, tolerance_metres=200)
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(shapes).sum() / 2
    assert shapely.coverage_is_valid(simple)
    assert shapely.area(simple).sum() == pytest.approx(shapely.area(shapes).sum(), rel=0.01)
    # Drawn, the border between two neighbours is the same line from both sides.
    frame = Frame.around(simple, width=640, padding=4)
    sides = [
        {
            frozenset(side)
            for ring in drawn(frame.path(shape))
            for side in pairwise([*ring, ring[0]])
        }
        for shape in simple
    ]
    for one, other in neighbour_pairs(simple):
        border = frame.path(simple[one] & simple[other])
        between = {frozenset(side) for line in drawn(border) for side in pairwise(line)}
        assert between
        assert between <= sides[one] & sides[other]
