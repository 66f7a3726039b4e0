"""The made-up town is a town: districts without gaps, dry streets, and the same for its seed."""

from collections.abc import Callable

import numpy as np
import pytest
import shapely

from backend.demo.street_points import StreetPoints
from backend.demo.town import Town, build_town


@pytest.fixture(params=(1, 7))
def town(request: pytest.FixtureRequest, town_of: Callable[[int], Town]) -> Town:
    return town_of(request.param)


def as_bytes(town: Town) -> bytes:
    shapes = [town.outline, town.railway, *(w.polygon for w in town.water)]
    shapes += [d.polygon for d in town.districts] + [s.line for s in town.streets]
    names = [d.name for d in town.districts] + [s.name for s in town.streets]
    return b"".join(shape.wkb for shape in shapes) + "|".join(names).encode()


@pytest.mark.slow
def test_districts_tile_the_outline(town: Town) -> None:
    polygons = [district.polygon for district in town.districts]
    assert len(polygons) == 24
    assert shapely.is_valid(polygons).all()
    assert shapely.get_type_id(polygons).tolist() == [shapely.GeometryType.POLYGON] * 24
    assert shapely.coverage_is_valid(polygons)
    assert town.outline.geom_type == "Polygon"
    assert not town.outline.interiors
    assert shapely.union_all(polygons).equals(town.outline)
    assert 50 < sum(district.area_km2 for district in town.districts) < 110
    assert min(district.area_km2 for district in town.districts) > 0.2


def test_names_and_ids_tell_apart(town: Town) -> None:
    assert len({district.id for district in town.districts}) == 24
    assert len({district.name for district in town.districts}) == 24
    parks = [park.name for park in town.parks]
    assert 6 <= len(parks) == len(set(parks))
    assert not {district.name for district in town.districts} & set(parks)


def test_only_bridges_run_over_water(town: Town) -> None:
    water = shapely.union_all([stretch.polygon for stretch in town.water])
    dry = [street.line for street in town.streets if street.kind != "bridge"]
    bridges = [street.line for street in town.streets if street.kind == "bridge"]
    assert not shapely.intersects(dry, water).any()
    assert len(bridges) >= 4
    assert shapely.intersects(bridges, water).all()


def test_streets_go_round_parks_and_stay_in_town(town: Town) -> None:
    lines = np.array([street.line for street in town.streets])
    # About twenty metres in degrees: a street may run along a park's edge.
    inside = shapely.union_all([park.polygon.buffer(-2.5e-4) for park in town.parks])
    assert shapely.length(shapely.intersection(lines, inside)).sum() == 0
    assert shapely.within(lines, town.outline.buffer(2e-6)).all()
    assert {street.kind for street in town.streets} == {"arterial", "street", "lane", "bridge"}
    assert 400 < len(lines) < 3_000


def test_a_street_leads_somewhere(town: Town) -> None:
    """Nearly every street touches another at both ends: a network, not a scatter."""
    lines = np.array([street.line for street in town.streets if street.kind != "bridge"])
    ends = shapely.points(
        np.concatenate([shapely.get_coordinates(shapely.get_point(lines, i)) for i in (0, -1)])
    )
    tree = shapely.STRtree(lines)
    end, _ = tree.query(ends, predicate="dwithin", distance=2e-6)
    met = np.bincount(end, minlength=len(ends)) > 1
    assert met.mean() > 0.85


def test_drawn_places_lie_in_their_district_beside_their_street(town: Town) -> None:
    points, rng = StreetPoints(town), np.random.default_rng(3)
    water = shapely.union_all([stretch.polygon for stretch in town.water])
    for district in town.districts:
        spots = points.draw(rng, district.id, 200)
        assert spots.longitude.shape == spots.latitude.shape == spots.street.shape == (200,)
        assert shapely.contains_xy(district.polygon, spots.longitude, spots.latitude).all()
        assert not shapely.intersects_xy(water, spots.longitude, spots.latitude).any()
        lines = shapely.transform([town.streets[i].line for i in spots.street], to_metres(town))
        places = shapely.transform(shapely.points(spots.longitude, spots.latitude), to_metres(town))
        assert (shapely.distance(lines, places) < 10).all()


def to_metres(town: Town):
    return lambda degrees: np.column_stack(town.plane.forward(*degrees.T))


@pytest.mark.slow
def test_same_seed_same_bytes_other_seed_other_town(town_of: Callable[[int], Town]) -> None:
    assert as_bytes(town_of(1)) == as_bytes(build_town(1))
    assert as_bytes(town_of(1)) != as_bytes(town_of(7))
