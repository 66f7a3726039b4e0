"""Places by name: brought in whole or not at all, and found however somebody writes them."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from click.testing import Result
from worlds import FAR_AWAY, IN_SE, IN_SW, SOUTH, WEST, World

from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.uow import unit_of_work
from backend.places.describe_city import describe_city, lay_ground
from backend.places.import_places import ImportedPlaces, import_places
from backend.places.models import Address, NamedPlace, PlaceSource
from backend.places.nearest_streets import nearest_streets
from backend.places.place_file import PlaceFile, ReadAddress, ReadPlace
from backend.places.search_places import FoundPlace, search_places
from backend.places.typed_name import read_number

Command = Callable[..., Result]
METRE = 1 / 111_320

# Mill Street runs east through SW and SE; Abbey Road crosses it in SW, Oak Lane meets nothing.
MILL = [(WEST + 0.001, SOUTH + 0.005), (WEST + 0.019, SOUTH + 0.005)]
ABBEY = [(WEST + 0.004, SOUTH + 0.001), (WEST + 0.004, SOUTH + 0.009)]
OAK = [(WEST + 0.012, SOUTH + 0.012), (WEST + 0.018, SOUTH + 0.012)]


def house(street: str, number: str, lon: float, lat: float, is_exact: bool = True) -> ReadAddress:
    read = read_number(number)
    assert read is not None
    return ReadAddress(street, read, lon, lat, is_exact)


def a_file(sha256: str = "1" * 64, name: str = "addresses.gpkg") -> PlaceFile:
    """Four houses of Mill Street, one of its namesake 1.5 km away, and a school."""
    lat = SOUTH + 0.005
    return PlaceFile(
        name,
        sha256,
        (ReadPlace("school", "Harbour School", shapely.Point(IN_SE)),),
        (
            house("Mill St.", "2", WEST + 0.002, lat),
            house("Mill St.", "4", WEST + 0.006, lat),
            house("Mill St.", "12 A", WEST + 0.012, lat),
            house("Mill St.", "40-44", WEST + 0.015, lat),
            house("Mill Street", "7", WEST + 0.015, SOUTH + 0.0195),
        ),
    )


def lay_streets() -> None:
    with unit_of_work(OPERATOR) as work:
        describe_city(work, name="Testwick", country="GB")
        lines = [("Mill Street", MILL), ("Abbey Road", ABBEY), ("", MILL)]
        lay_ground(work, "street", [(name, shapely.LineString(line)) for name, line in lines])
        lay_ground(work, "arterial", [("Oak Lane", shapely.LineString(OAK))])
        lay_ground(work, "green", [("Castle Gardens", shapely.box(*IN_SW, *IN_SE))])


def bring(file: PlaceFile, **options: bool) -> ImportedPlaces:
    with unit_of_work(OPERATOR) as work:
        return import_places(work, file, **options)


def found(typed: str, **near: Any) -> list[FoundPlace]:
    return search_places(current_session(), typed, **near)


def rows() -> list[int]:
    session = current_session()
    models = (PlaceSource, NamedPlace, Address)
    return [session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in models]


def test_streets_houses_landmarks_and_districts_are_found_by_what_people_type(city: World) -> None:
    lay_streets()
    assert [one.name for one in found("mill")] == ["Mill Street"]
    assert bring(a_file()) == ImportedPlaces(True, 1, 5, 0)
    exact = found("4 Mill Str")[0]
    assert (exact.label, exact.kind, exact.is_approximate) == (
        "4 Mill Street, SW side",
        "address",
        False,
    )
    # The district is the house's, not that of the street's middle.
    assert found("mill st 12a")[0].label == "12A Mill Street, SE side"
    between = found("8 mlil street")[0]
    assert (between.label, between.is_approximate) == ("8 Mill Street, SW side", True)
    assert WEST + 0.006 < between.lon < WEST + 0.012
    # The namesake far away has houses of its own.
    assert found("7 mill street")[0].lat == pytest.approx(SOUTH + 0.0195)
    kinds = [found(typed)[0].kind for typed in ("harbor school", "castle gar", "se side", "oak ln")]
    assert kinds == ["school", "green", "district", "street"]
    assert found("Mill Street 900")[0].number is None
    assert found("xyzzy") == found("") == found("?!") == []


def test_of_two_places_alike_the_nearer_comes_first(city: World) -> None:
    lay_streets()
    bring(a_file())
    west, north = (WEST + 0.002, SOUTH + 0.005), (WEST + 0.015, SOUTH + 0.019)
    assert found("mill street", near=west)[0].lat == pytest.approx(SOUTH + 0.005)
    assert found("mill street", near=north)[0].lat == pytest.approx(SOUTH + 0.0195)
    assert len(found("mill street", limit=1)) == 1


def test_a_file_again_changes_nothing_and_another_of_its_name_replaces_it(city: World) -> None:
    bring(a_file())
    before, known = rows(), current_session().scalars(sa.select(PlaceSource.id)).all()
    assert bring(a_file()) == ImportedPlaces(False, 1, 5, 0)
    assert (rows(), current_session().scalars(sa.select(PlaceSource.id)).all()) == (before, known)
    assert found("harbour")[0].name == "Harbour School"
    other = PlaceFile("addresses.gpkg", "2" * 64, (ReadPlace("pool", "Baths", a_point()),), ())
    bring(other)
    assert (rows(), found("harbour"), found("baths")[0].kind) == ([1, 1, 0], [], "pool")
    bring(a_file(name="more.gpkg"), only=True)
    assert (rows()[0], found("baths")) == (1, [])


def a_point() -> shapely.Point:
    return shapely.Point(IN_SW)


def test_what_lies_far_outside_stays_out(city: World) -> None:
    away = house("Mill Street", "1", *FAR_AWAY)
    file = a_file()
    wide = PlaceFile("wide.gpkg", "3" * 64, file.places, (*file.addresses, away))
    assert bring(wide).outside == 1
    with pytest.raises(Invalid) as refusal:
        bring(PlaceFile("there.gpkg", "4" * 64, (), (away,)))
    assert (refusal.value.slug, refusal.value.facts["count"]) == ("places-elsewhere", 1)


def test_the_streets_around_are_told_by_what_crosses_them(city: World) -> None:
    lay_streets()
    here = (WEST + 0.0045, SOUTH + 0.005 + 30 * METRE)
    mill, abbey = nearest_streets(current_session(), *here)
    assert (mill.name, mill.crossings) == ("Mill Street", ("Abbey Road",))
    assert mill.metres == pytest.approx(30, abs=0.5)
    assert (mill.lon, mill.lat) == pytest.approx((here[0], SOUTH + 0.005), abs=1e-5)
    assert (abbey.name, abbey.crossings) == ("Abbey Road", ("Mill Street",))
    # Far from any street the nearest one is named; in another country none is.
    lonely = nearest_streets(current_session(), WEST + 0.03, SOUTH + 0.012)
    assert [(one.name, one.crossings) for one in lonely] == [("Oak Lane", ())]
    assert nearest_streets(current_session(), *FAR_AWAY) == []


def test_a_city_with_houses_alone_has_streets_too(city: World) -> None:
    assert nearest_streets(current_session(), *IN_SW) == []
    bring(a_file())
    nearest = nearest_streets(current_session(), WEST + 0.002, SOUTH + 0.005)[0]
    assert (nearest.name, nearest.crossings) == ("Mill St.", ())


def geojson(path: Path, *features: tuple[dict[str, Any], str, Any]) -> Path:
    drawn = [
        {"type": "Feature", "properties": said, "geometry": {"type": kind, "coordinates": shape}}
        for said, kind, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": drawn}))
    return path


def test_the_command_reads_lines_points_and_ranges(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    file = geojson(
        tmp_path / "places.geojson",
        ({"n": "Mill Street", "h": "2-20", "k": ""}, "LineString", MILL),
        ({"n": "Abbey Road", "h": "3", "k": ""}, "Point", ABBEY[0]),
        ({"n": "Town Library", "h": None, "k": "library"}, "Point", IN_SW),
        ({"n": " ", "h": "9", "k": ""}, "Point", IN_SW),
        ({"n": "Abbey Road", "h": "none", "k": ""}, "Point", IN_SW),
    )
    asked = ("city", "places", file, "--name", "n", "--number", "h", "--kind", "k")
    first, again = command(sqlite_city, *asked), command(sqlite_city, *asked)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "2 streets and landmarks, 3 addresses can be found" in first.output
    assert "2 rows have no name, no shape or no readable number" in first.output
    assert "nothing has changed" in again.output
    half = found("mill street 11")[0]
    assert half.is_approximate
    assert half.lon == pytest.approx(WEST + 0.01, abs=1e-4)
    assert [found(typed)[0].kind for typed in ("abbey road 3", "library")] == ["address", "library"]


@pytest.mark.filterwarnings("ignore:invalid value encountered in from_wkb")
def test_a_place_of_nowhere_is_left_out_and_the_others_are_found(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    lost = [ABBEY[0], [math.nan, IN_SW[1]]]
    file = geojson(
        tmp_path / "places.geojson",
        ({"n": "Mill Street"}, "LineString", MILL),
        ({"n": "Lost Street"}, "LineString", lost),
    )
    done = command(sqlite_city, "city", "places", file, "--name", "n")
    assert "1 rows have no name, no shape" in done.output
    with unit_of_work(OPERATOR) as work:
        far = shapely.LineString([IN_SW, (1e300, 1e300)])
        assert lay_ground(work, "street", [("Lost Road", far), ("No Road", None)]) == 0
    assert [one.name for one in found("mill street")] == ["Mill Street"]
    assert [found(typed) for typed in ("lost street", "lost road")] == [[], []]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Dear all,", "holds no streets, addresses or landmarks"),
        ('{"type":"FeatureCollection","features":[]}', "holds no streets"),
        (None, "no column n; it has other"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(
    sqlite_city: World, tmp_path: Path, command: Command, content: str | None, words: str
) -> None:
    file = tmp_path / "places.geojson"
    if content is None:
        geojson(file, ({"other": "Mill Street"}, "LineString", MILL))
    else:
        file.write_text(content)
    refused = command(sqlite_city, "city", "places", file, "--name", "n")
    assert refused.exit_code == 1
    assert words in refused.output
    assert rows() == [0, 0, 0]
