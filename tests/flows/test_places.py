"""Districts: refused as a whole or in force as a whole, in versions, and without any doubt."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
import sqlalchemy as sa
from click.testing import Result
from worlds import FAR_AWAY, IN_SE, IN_SW, SIDE, SOUTH, WEST, World, a_report
from worlds import square_districts as squares

from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.db import current_session, db
from backend.core.uow import unit_of_work
from backend.places.boundary_file import DistrictFile
from backend.places.import_boundaries import import_boundaries
from backend.places.locate import district_map
from backend.places.models import BoundarySet, CensusFigure, District
from backend.places.queries import (
    census_margins_of,
    census_of,
    current_boundary_set,
    current_districts,
)
from backend.reports.file_report import file_report
from backend.reports.models import Incident, ServiceRequest
from backend.reports.reread_districts import reread_districts
from geo.boundaries import check_boundaries

pytestmark = pytest.mark.both

Command = Callable[..., Result]
Ring = list[tuple[float, float]]

MIDDLE = (WEST + SIDE, SOUTH + SIDE)


def square(west: float, south: float, side: float = 1.0) -> Ring:
    east, north = west + side, south + side
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def geojson(path: Path, *areas: tuple[object, str, Any]) -> Path:
    """A file with one polygon for each ring; a single position makes a point instead."""
    features = [
        {
            "type": "Feature",
            "properties": {"id": id_, "name": name},
            "geometry": {"type": "Polygon", "coordinates": [shape]}
            if isinstance(shape, list)
            else {"type": "Point", "coordinates": shape},
        }
        for id_, name, shape in areas
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def text(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def without_projection(folder: Path) -> Path:
    import geopandas

    frame = geopandas.GeoDataFrame(
        {"id": ["a"], "name": ["A"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326
    )
    frame.to_file(folder / "areas.shp")
    (folder / "areas.prj").unlink()
    return folder / "areas.shp"


def refused_files(folder: Path) -> dict[str, tuple[Path, tuple[str, ...]]]:
    """Each kind of unusable boundary file, and words its refusal must hold."""
    two = square(0, 0), square(1, 0)
    file = folder.joinpath
    return {
        "no file": (file("none.geojson"), ("no such file", "none.geojson")),
        "text": (text(file("a.txt"), "Dear all,\nhere are the wards."), ("a.txt", "no areas")),
        "text that says it is geojson": (text(file("a.geojson"), "wards"), ("a.geojson",)),
        "bytes": (text(file("b.gpkg"), bytes(range(256)) * 20), ("b.gpkg", "no areas")),
        "no feature": (geojson(file("c.geojson")), ("c.geojson", "no areas")),
        "a table": (text(file("d.csv"), "id,name\n1,North\n"), ("d.csv", "no areas")),
        "points": (geojson(file("e.geojson"), (1, "North", (0, 0))), ("North (1)",)),
        "no shapes": (
            text(
                file("f.geojson"),
                '{"type":"FeatureCollection","features":[{"type":"Feature",'
                '"properties":{"id":7,"name":"North"},"geometry":null}]}',
            ),
            ("f.geojson",),
        ),
        "no coordinate system": (without_projection(folder), ("areas.shp", "coordinate")),
        "metres": (
            geojson(file("g.geojson"), (1, "North", square(500_000, 4_000_000))),
            ("North (1)",),
        ),
        "overlap": (
            geojson(file("h.geojson"), (1, "North", two[0]), (2, "South", square(0.5, 0))),
            ("1 / 2",),
        ),
        "duplicate ids": (
            geojson(file("i.geojson"), (1, "North", two[0]), (1, "South", two[1])),
            ("North (1)", "South (1)"),
        ),
        "blank id": (
            geojson(file("j.geojson"), (None, "North", two[0]), (2, "South", two[1])),
            ("North (#1)",),
        ),
        "a ring beyond repair": (
            geojson(
                file("k.geojson"),
                (1, "North", [(0, 0), (1, 1), (2, 2), (0, 0)]),
                (2, "South", two[1]),
            ),
            ("North (1)",),
        ),
        "no such column": (
            geojson(file("l.geojson"), (1, "North", two[0])).rename(file("m.geojson")),
            ("m.geojson", "code", "id, name"),
        ),
        "an id too long": (
            geojson(file("n.geojson"), ("x" * 61, "North", two[0])),
            ("North", "60"),
        ),
    }


@pytest.mark.filterwarnings("ignore:Several features with id")  # GDAL's word for repeated ids
def test_what_is_no_set_of_districts_is_refused_with_names(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    before = stored()
    for kind, (file, words) in refused_files(tmp_path).items():
        id_column = "code" if kind == "no such column" else "id"
        answer = import_file(command, sqlite_city, file, id_column)
        assert (kind, answer.exit_code, answer.stdout) == (kind, 1, "")
        assert [word for word in words if word not in answer.stderr] == [], (kind, answer.stderr)
        assert stored() == before, kind


CENSUS = {
    "another city's ids": ("ward,people\nX9,10\n", ("ward", "is the id of an area")),
    "words for figures": ("ward,people\nSW,10\nSE,many\n", ("line 3", "people")),
    "not a number": ("ward,people\nSW,nan\n", ("line 2",)),
    "no end": ("ward,people\nSW,1e999\n", ("line 2",)),
    "another column": ("ward,inhabitants\nSW,10\n", ("people", "ward, inhabitants")),
    "nothing": ("", ("census.csv", "ward")),
    "two rows for one": ("ward,people\nSW,10\nSE,7\nSW,11\n", ("Line 4", "SW", "second")),
    "another encoding": ("ward,people\nSW,10\nÖst,1\n".encode("latin-1"), ("UTF-8",)),
    "bytes": (b"\x00\xff\xfe" * 90, ("census.csv",)),
    "a cell without end": ("ward,people\nSW," + "1" * 140_000 + "\n", ("census.csv",)),
}


def test_a_census_that_does_not_fit_is_refused(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    before, areas = stored(), two_squares(tmp_path)
    for kind, (content, words) in CENSUS.items():
        census = text(tmp_path / "census.csv", content)
        options = ("--census", census, "--join", "ward", "--column", "population=people")
        answer = import_file(command, sqlite_city, areas, "id", *options)
        assert (kind, answer.exit_code, answer.stdout) == (kind, 1, "")
        assert [word for word in words if word not in answer.stderr] == [], (kind, answer.stderr)
        assert stored() == before, kind


def test_what_the_census_does_not_know_is_left_open(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    """Blank cells, short lines and zeros a spreadsheet has dropped."""
    areas = geojson(
        tmp_path / "areas.geojson",
        *((f"00{n}", f"Area {n}", square(n, 0)) for n in range(1, 5)),
    )
    census = text(tmp_path / "c.csv", 'ward,people,income\n1,"1,200",9\n2,,7\n3\n')
    columns = ("--column", "population=people", "--column", "median_income=income")
    options = ("--census", census, "--join", "ward", *columns, "--json")
    answer = import_file(command, sqlite_city, areas, "id", *options)
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["without_figures"] == ["004"]
    version = json.loads(answer.stdout)["version"]
    figures = list(census_of(current_session(), version).values())
    assert figures == [{"population": 1200.0, "median_income": 9.0}, {"median_income": 7.0}]


def test_the_same_file_again_brings_new_figures_and_no_new_version(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    areas = two_squares(tmp_path)
    first = json.loads(import_file(command, sqlite_city, areas, "id", "--json").stdout)["version"]
    census = text(tmp_path / "c.csv", "ward,people,moe\nSW,120,15\nSE,80,-555555555\n")
    columns = ("--column", "population=people", "--margin", "population=moe")
    told = ("--source", "Statistics Office", "--vintage", "2020-2024", "--licence", "CC0")
    options = ("--census", census, "--join", "ward", *columns, *told, "--json")
    again = import_file(command, sqlite_city, areas, "id", *options)
    assert json.loads(again.stdout)["version"] == first, again.output
    session = current_session()
    assert [one["population"] for one in census_of(session, first).values()] == [120, 80]
    assert list(census_margins_of(session, first).values()) == [{"population": 15}]
    now = current_boundary_set(session)
    assert now is not None
    assert (now.census_source, now.census_vintage, now.census_licence) == told[1::2]
    other_names = import_file(command, sqlite_city, areas, "name")
    assert f"version {first + 1}" in other_names.stdout, other_names.output


def test_the_oddities_of_a_set_are_listed(
    sqlite_city: World, tmp_path: Path, command: Command
) -> None:
    bowtie = [(0, 0), (0.01, 0), (0.01, 0.01), (0.02, 0.01), (0.02, 0), (0.01, 0), (0, 0)]
    areas = geojson(
        tmp_path / "areas.geojson",
        ("a", "Crossed", bowtie),
        ("b", "Left", square(1, 0, 0.01)),
        ("c", "Right", square(1.00999, 0, 0.01)),
        ("d", None, square(2, 0, 0.01)),
    )
    answer = import_file(command, sqlite_city, areas, "id")
    assert answer.exit_code == 0, answer.output
    assert "4 districts are in force (version 2)" in answer.stdout
    assert "Rings were repaired in: a." in answer.stdout
    assert "Sliver between b and c" in answer.stdout
    names = {one.code: one.name for one in current_districts(current_session())}
    assert names["d"] == "d"


def test_reports_keep_the_district_they_had(city: World) -> None:
    numbers = {place: filed(n, place) for n, place in enumerate([IN_SW, IN_SE, FAR_AWAY], start=1)}
    assert {districts_now(number) for number in numbers.values()} == {
        ("1:SW", "1:SW"),
        ("1:SE", "1:SE"),
        (None, None),
    }
    # Squares of half the size: SE of before is outside now, and of SW only a part is left.
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, squares(SIDE / 2))
    assert districts_now(numbers[IN_SE]) == ("1:SE", "1:SE")
    with unit_of_work(OPERATOR) as work:
        assert reread_districts(work) == 2
    assert districts_now(numbers[IN_SW]) == ("1:SW", "2:SW")
    assert districts_now(numbers[IN_SE]) == ("1:SE", None)
    outside = sa.select(Incident.number).where(Incident.is_outside)
    assert set(current_session().scalars(outside)) == {numbers[IN_SE], numbers[FAR_AWAY]}
    with unit_of_work(OPERATOR) as work:
        assert reread_districts(work) == 0
    assert len(census_of(current_session(), 1)) == len(census_of(current_session(), 2)) == 4


def test_a_city_without_districts_has_no_outside(city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.update(BoundarySet).values(is_current=False))
    assert districts_now(filed(1, FAR_AWAY)) == (None, None)
    request = current_session().scalars(sa.select(ServiceRequest)).one()
    assert not request.is_outside


def test_boundaries_that_were_undone_leave_no_trace(city: World) -> None:
    """The map built for them inside the transaction is not used for those that come later."""

    class Undone(Exception):
        pass

    def one(code: str, west: float) -> DistrictFile:
        shape = shapely.box(west, SOUTH, west + SIDE, SOUTH + SIDE)
        return DistrictFile("one", "0" * 64, check_boundaries([code], [code], [shape]))

    with pytest.raises(Undone), unit_of_work(OPERATOR) as work:  # noqa: PT012
        import_boundaries(work, one("undone", WEST + 1))
        reread_districts(work)
        raise Undone
    city.clock.advance(seconds=1)
    with unit_of_work(OPERATOR) as work:
        version = import_boundaries(work, one("kept", WEST)).id
    assert districts_now(filed(1, IN_SW))[1] == f"{version}:kept"


def test_a_point_on_a_border_has_one_district_on_every_path(city: World) -> None:
    """On shared borders and corners the first code in order holds it, one at a time and in bulk."""
    west, south, (x, y) = WEST, SOUTH, MIDDLE
    half = SIDE / 2
    expected = {
        MIDDLE: "NE",
        (x, y - half): "SE",
        (x, y + half): "NE",
        (x - half, y): "NW",
        (x + half, y): "NE",
        (west, south): "SW",
        (x + SIDE, y + SIDE): "NE",
        (x + SIDE, y): "NE",
        (x, south): "SE",
        (np.nextafter(west, 0.0), south): None,
        (west, np.nextafter(south, 0.0)): None,
    }
    districts = district_map(current_session())
    assert districts is not None
    code = {row.id: row.code for row in current_districts(current_session())} | {None: None}
    lons, lats = zip(*expected, strict=True)
    assert [code[found] for found in districts.locate_many(lons, lats)] == [*expected.values()]
    assert [code[districts.locate(*place)] for place in expected] == [*expected.values()]
    for number, (place, district) in enumerate(expected.items()):
        here = districts_now(filed(number, (float(place[0]), float(place[1]))))[0]
        assert here == (district and f"1:{district}")


REAL = {
    "chicago_community_areas_acs2014.geojson": ("area_id", "name", 77),
    "trafford_wards_pop65_imd2025.geojson": ("area_code", "area_name", 21),
    "nyc_community_districts.geojson": ("boro_cd", "name", 59),
    "nyc_census_tracts_2020.geojson": ("boroct2020", "name", 2325),
}


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("name", REAL)
def test_real_districts_go_in(
    sqlite_city: World, shared: Path, command: Command, name: str
) -> None:
    id_column, name_column, count = REAL[name]
    file = shared / "data" / "geo" / name
    answer = import_file(command, sqlite_city, file, id_column, "--json", name=name_column)
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["districts"] == count
    rows = current_districts(current_session())
    assert len(rows) == count
    assert 20e6 < sum(row.area_m2 for row in rows) < 1500e6
    shapes = [shapely.from_wkb(row.shape) for row in rows]
    assert shapely.is_valid(shapes).all()


def import_file(
    command: Command, world: World, file: Path, id_column: str, *options: object, name: str = "name"
) -> Result:
    columns = ("--id", id_column, "--name", name)
    return command(world, "city", "import", "--boundaries", file, *columns, *options)


def two_squares(folder: Path) -> Path:
    areas = [("SW", "South-west", square(0, 0)), ("SE", "South-east", square(1, 0))]
    return geojson(folder / "two.geojson", *areas)


def stored() -> tuple[int | None, ...]:
    """How many sets, districts and figures there are, and which set is in force."""
    with db.engine.connect() as connection:
        counts = [
            connection.scalar(sa.select(sa.func.count()).select_from(model))
            for model in (BoundarySet, District, CensusFigure)
        ]
        current = sa.select(BoundarySet.id).where(BoundarySet.is_current)
        return (*counts, *connection.scalars(current))


def filed(number: int, place: tuple[float, float]) -> str:
    with unit_of_work(ANONYMOUS) as work:
        return file_report(work, a_report(number, place)).number


def districts_now(number: str) -> tuple[str | None, str | None]:
    """The district of a request and of its incident, as "version:code"."""
    session = current_session()
    request = session.scalars(
        sa.select(ServiceRequest).where(ServiceRequest.number == number)
    ).one()
    incident = session.get_one(Incident, request.incident_id)

    def label(district_id: int | None) -> str | None:
        district = session.get(District, district_id) if district_id else None
        return district and f"{district.boundary_set_id}:{district.code}"

    assert current_boundary_set(session) is None or incident.is_outside == (
        incident.district_id is None
    )
    return label(request.district_id), label(incident.district_id)
