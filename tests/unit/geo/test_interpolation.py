"""Figures carried to other boundaries: nothing lost, means never summed, margins with them."""

from collections.abc import Callable
from csv import DictReader
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.geojson import Feature
from geo.interpolation import Places, crosswalk

COVARIATES = Path(__file__).parents[4] / "shared/data/geo/nyc_tracts2020_covariates.csv"

# Two squares side by side, 8 km wide, and what is drawn across them.
WEST, EAST = shapely.box(-74.1, 40.6, -74.0, 40.7), shapely.box(-74.0, 40.6, -73.9, 40.7)
SOURCES = [WEST, EAST]


def test_a_count_is_shared_out_by_ground_and_a_mean_is_not_summed() -> None:
    targets = [shapely.box(-74.1, 40.6, -74.05, 40.7), shapely.box(-74.05, 40.6, -73.9, 40.7)]
    carried = crosswalk(SOURCES, targets)
    people = np.array([1000.0, 600.0])
    assert carried.sums(people) == pytest.approx([500, 1100], rel=1e-4)
    assert carried.sums(people).sum() == pytest.approx(1600, rel=1e-15)
    income = np.array([10.0, 40.0])
    expected = [10, (500 * 10 + 600 * 40) / 1100]
    assert carried.means(income, people) == pytest.approx(expected, rel=1e-4)
    assert carried.means(np.array([np.nan, 40]), people) == pytest.approx([np.nan, 40], nan_ok=True)


def test_margins_add_as_squares_and_follow_the_handbook() -> None:
    targets = [shapely.box(-74.1, 40.6, -74.05, 40.7), shapely.box(-74.05, 40.6, -73.9, 40.7)]
    carried = crosswalk(SOURCES, targets)
    margins, people = np.array([60.0, 80.0]), np.array([1000.0, 600.0])
    assert carried.sums_margin(margins) == pytest.approx([30, np.hypot(30, 80)], rel=1e-4)
    of_mean = carried.means_margin(np.array([10.0, 40.0]), people, np.array([1.1, 2.2]))
    expected = [1.1, np.hypot(500 * 1.1, 600 * 2.2) / 1100]
    assert of_mean == pytest.approx(expected, rel=1e-4)


def test_slivers_are_drawing_error_and_the_sea_has_no_residents() -> None:
    # The border is drawn 20 m further east, and the shore two kilometres further inland.
    targets = [shapely.box(-74.1, 40.625, -73.9998, 40.7), shapely.box(-73.9998, 40.6, -73.9, 40.7)]
    people = np.array([1000.0, 600.0])
    carried = crosswalk(SOURCES, targets)
    assert carried.sums(people) == pytest.approx([1000, 600], abs=1e-9)
    apart = crosswalk(SOURCES, targets, is_outside_apart=True)
    assert apart.unplaced == pytest.approx([0.25, 0], rel=1e-3)
    assert apart.sums(people).sum() + apart.unplaced @ people == pytest.approx(1600, rel=1e-15)
    exact = crosswalk(SOURCES, targets, least_share=0)
    assert exact.sums(people)[0] == pytest.approx(1000 + 600 * 0.002 * 0.75, rel=1e-3)
    far = crosswalk(SOURCES, [shapely.box(10, 50, 11, 51)])
    assert far.unplaced.tolist() == [1, 1]
    assert far.sums(people).tolist() == [0]


def test_people_are_where_their_homes_are() -> None:
    targets = [shapely.box(-74.1, 40.6, -74.05, 40.7), shapely.box(-74.05, 40.6, -73.9, 40.7)]
    homes = Places(
        lons=np.array([-74.08, -74.02, -70.0]),
        lats=np.array([40.65, 40.65, 40.65]),
        weights=np.array([1.0, 3.0, 50.0]),
    )
    carried = crosswalk(SOURCES, targets, places=homes)
    # The east has no home on the list, so it is spread evenly.
    assert carried.sums(np.array([1000.0, 600.0])) == pytest.approx([250, 1350], rel=1e-12)


@pytest.mark.shared
def test_new_york_keeps_its_people(real_areas: Callable[[str], tuple[Feature, ...]]) -> None:
    """Tracts to community districts, against the district the city itself gives each tract."""
    tracts, districts = (
        real_areas(name) for name in ("nyc_census_tracts_2020", "nyc_community_districts")
    )
    with COVARIATES.open() as file:
        known = {row["GEOID"]: float(row["population"] or 0) for row in DictReader(file)}
    people = np.array([known.get(t.properties["geoid"], 0.0) for t in tracts])
    carried = crosswalk([t.geometry for t in tracts], [d.geometry for d in districts])
    found = carried.sums(people)
    assert people.sum() > 8_000_000
    assert found.sum() + carried.unplaced @ people == pytest.approx(people.sum(), rel=1e-12)
    assert carried.unplaced @ people < 0.001 * people.sum()
    code = {"MANHATTAN": "MN", "BRONX": "BX", "BROOKLYN": "BK", "QUEENS": "QN"}
    names = [
        f"{code.get(borough, 'SI')}{number:02}"
        for d in districts
        for borough, number in [(d.properties["borough"], d.properties["district_number"])]
    ]
    own = np.array([t.properties["cdta2020"] for t in tracts])
    official = np.array([people[own == name].sum() for name in names])
    in_districts = np.isin(own, names)
    assert np.abs(found - official).sum() < 0.02 * people[in_districts].sum()
    assert official.sum() > 0.97 * people.sum()
