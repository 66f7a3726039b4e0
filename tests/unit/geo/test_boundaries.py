from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from geo.boundaries import BoundaryError, Problem, check_boundaries
from geo.geojson import Feature
from geo.projection import Plane

# Near the equator a thousandth of a degree is 111.32 m eastward and 110.57 m northward.
STEP = 0.001
STEP_AREA_M2 = 111.32 * 110.57


def block(column: float, row: float, width: float = 1, height: float = 1) -> Polygon:
    return box(*(STEP * k for k in (column, row, column + width, row + height)))


def problems_of(ids: list[str], geometries: list[Any]) -> dict[str, Problem]:
    with pytest.raises(BoundaryError) as refused:
        check_boundaries(ids, [f"Area {n}" for n in range(len(ids))], geometries)
    assert refused.value.slug == "boundaries-refused"
    return {problem.slug: problem for problem in refused.value.facts["problems"]}


def test_a_sound_set_passes_unchanged() -> None:
    geometries = [block(0, 0), MultiPolygon([block(1, 0), block(5, 5)]), block(0, 1, 2)]
    checked = check_boundaries(["1", "2", "3"], ["A", "B", "C"], geometries)
    assert (checked.ids, checked.names) == (("1", "2", "3"), ("A", "B", "C"))
    assert list(checked.geometries) == geometries
    assert (checked.repaired, checked.slivers, checked.gaps) == ((), (), ())


def test_every_problem_is_reported_at_once() -> None:
    collapsed = Polygon([(0, 0), (STEP, STEP), (0, 0), (0, 0)])
    in_metres = box(448_000, 4_636_000, 449_000, 4_637_000)
    found = problems_of(
        ["1", "1", " ", "line", "none", "metres", "flat", "empty", "big", "inside"],
        [
            block(0, 0),
            block(2, 0),
            block(4, 0),
            LineString([(0, 0), (1, 1)]),
            None,
            in_metres,
            collapsed,
            Polygon(),
            block(10, 0, 4, 4),
            block(11, 1),
        ],
    )
    assert {slug: problem.areas for slug, problem in found.items()} == {
        "ids-blank": ("Area 2 (#3)",),
        "ids-repeated": ("Area 0 (1)", "Area 1 (1)"),
        "not-polygons": ("Area 3 (line)", "Area 4 (none)"),
        "not-degrees": ("Area 5 (metres)",),
        "beyond-repair": ("Area 6 (flat)", "Area 7 (empty)"),
        "overlaps": ("big / inside",),
    }


def test_nothing_and_nothing_usable_are_refused() -> None:
    assert set(problems_of([], [])) == {"no-areas"}
    assert set(problems_of(["a"], [block(1e9, 0)])) == {"not-degrees"}


def test_overlaps_are_listed_largest_first_with_area_and_place() -> None:
    geometries = [block(0, 0, 2, 2), block(1, 1, 2, 2), block(2.5, 1, 2, 2)]
    first, second = problems_of(["c", "a", "b"], geometries)["overlaps"].overlaps
    assert (first.first, first.second) == ("c", "a")
    assert (second.first, second.second) == ("a", "b")
    assert first.area_m2 == pytest.approx(STEP_AREA_M2, rel=1e-3)
    assert second.area_m2 == pytest.approx(STEP_AREA_M2, rel=1e-3)
    assert block(1, 1).contains(shapely.Point(first.lon, first.lat))


def test_a_thin_overlap_is_a_sliver_and_a_wider_or_larger_one_is_not() -> None:
    left = block(0, 0, 5, 5)

    def both(east_by: float, height: float = 5) -> list[Polygon]:
        return [left.union(block(0, 0, 5, height)), block(5 - east_by, 0, 5, height)]

    checked = check_boundaries(["l", "r"], ["", ""], both(0.15))
    (sliver,) = checked.slivers
    assert sliver.area_m2 == pytest.approx(0.15 * 5 * STEP_AREA_M2, rel=1e-3)
    assert "overlaps" in problems_of(["l", "r"], both(0.2))  # 22 m wide
    assert "overlaps" in problems_of(["l", "r"], both(0.15, height=8))  # 17 m but over a hectare


def test_gaps_are_listed_and_told_apart_by_width() -> None:
    ring = block(0, 0, 9, 9) - block(3, 3, 3, 3)
    lake_with_island = [ring, block(4, 4)]
    (gap,) = check_boundaries(["ring", "island"], ["", ""], lake_with_island).gaps
    assert not gap.is_thin
    assert gap.area_m2 == pytest.approx(8 * STEP_AREA_M2, rel=1e-3)
    assert (block(3, 3, 3, 3) - block(4, 4)).contains(shapely.Point(gap.lon, gap.lat))
    (crack,) = check_boundaries(["r", "i"], ["", ""], [ring, block(3, 3, 3, 2.9)]).gaps
    assert crack.is_thin


def test_rings_are_repaired_where_ground_is_left() -> None:
    bow_tie = Polygon([(0, 0), (2 * STEP, 2 * STEP), (2 * STEP, 0), (0, 2 * STEP)])
    checked = check_boundaries(["bow", "box"], ["", ""], [bow_tie, block(2, 0)])
    assert checked.repaired == ("bow",)
    assert shapely.is_valid(checked.geometries).all()
    area = Plane(0, 0).to_plane(checked.geometries[0]).area
    assert area == pytest.approx(2 * STEP_AREA_M2, rel=1e-3)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "key", "slivers", "wide_gaps"),
    [
        ("chicago_community_areas_acs2014", "area_id", 0, 3),
        ("sf_tracts", "geoid", 0, 0),
        ("trafford_wards_pop65_imd2025", "area_code", 0, 0),
        ("nyc_community_districts", "boro_cd", 20, 6),
        ("nyc_census_tracts_2020", "geoid", 50, 1),
    ],
)
def test_real_cities_pass_with_their_slivers_listed(
    real_areas: Callable[[str], tuple[Feature, ...]],
    name: str,
    key: str,
    slivers: int,
    wide_gaps: int,
) -> None:
    areas = real_areas(name)
    ids = [str(area.properties[key]) for area in areas]
    checked = check_boundaries(ids, ids, [area.geometry for area in areas])
    assert checked.repaired == ()
    assert len(checked.slivers) == slivers
    assert sum(not gap.is_thin for gap in checked.gaps) == wide_gaps
    # What overlaps is counted once by the union, what is shared by two districts twice.
    flat = Plane.around(checked.geometries).to_plane(np.array(checked.geometries))
    claimed_twice = shapely.area(flat).sum() - shapely.union_all(flat).area
    assert sum(sliver.area_m2 for sliver in checked.slivers) == pytest.approx(claimed_twice, abs=1)
