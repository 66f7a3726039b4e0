"""Tiles over HTTP: what is in them, when they change, and what the public is not told."""

import gzip
from pathlib import Path
from typing import Any

import pytest
import shapely
from acting import do
from flask.testing import FlaskClient
from pyogrio import list_layers
from pyogrio.raw import read
from worlds import IN_NW, IN_SE, IN_SW, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.uow import unit_of_work
from backend.reports.change_severity import change_severity
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeSeverity, ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.import_services import import_services
from backend.reports.map_cells import map_tile
from backend.reports.models import Service
from backend.reports.public_place import public_place
from backend.reports.workflow import State
from geo.tiles import bounds_of, column_and_row, square_at

pytestmark = pytest.mark.both


def tile_at(place: tuple[float, float], zoom: int) -> tuple[int, int, int]:
    return zoom, *column_and_row(square_at(*place, zoom))


def address(tile: tuple[int, int, int], face: str = "desk", **asked: str) -> str:
    query = "&".join(f"{name}={text}" for name, text in asked.items())
    return f"/{face}/tiles/{'/'.join(map(str, tile))}.mvt?{query}"


def layers(client: FlaskClient, address: str, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What GDAL reads in a tile, the places in parts of its side from the south-west."""
    answer = client.get(address)
    assert answer.status_code == 200
    file = folder / "one.mvt"
    file.write_bytes(answer.data)
    found = {}
    for layer in list_layers(file)[:, 0] if answer.data else ():
        meta, _, shapes, columns = read(file, layer=layer)
        named = dict(zip(meta["fields"], columns, strict=True))
        found[layer] = [
            {name: column[row] for name, column in named.items() if name != "mvt_id"}
            | {"place": (point.x / 4096, point.y / 4096)}
            for row, point in enumerate(shapely.from_wkb(shapes))
        ]
    return found


def numbers(client: FlaskClient, address: str, folder: Path) -> list[str]:
    return sorted(one["number"] for one in layers(client, address, folder).get("reports", ()))


def test_far_tiles_count_and_near_ones_show_what_the_filter_lets_through(
    city: World, tmp_path: Path
) -> None:
    first, second, third = (
        do(ANONYMOUS, file_report, a_report(number, place, service_code=service)).number
        for number, (place, service) in enumerate(
            ((IN_SW, "POTHOLE"), (IN_SW, "WIRES"), (IN_SE, "BENCH")), start=1
        )
    )
    do(STAFF, change_status, ChangeStatus(second, State.RESOLVED, 1, None))
    client = city.signed_in(Role.WARD_STAFF)
    for zoom in (0, 5, 8):
        cells = layers(client, address(tile_at(IN_SW, zoom), state="all"), tmp_path)["cells"]
        assert sum(one["incidents"] for one in cells) == 3
    near, side = tile_at(IN_SW, 15), tile_at(IN_SE, 15)
    assert numbers(client, address(near), tmp_path) == [first]
    assert numbers(client, address(near, state="closed"), tmp_path) == [second]
    assert numbers(client, address(near, state="all", service="WIRES"), tmp_path) == [second]
    assert numbers(client, address(side, district="SE"), tmp_path) == [third]
    assert numbers(client, address(side, district="SW"), tmp_path) == []
    (hole,) = layers(client, address(near), tmp_path)["reports"]
    west, south, east, north = bounds_of(*near)
    place = ((IN_SW[0] - west) / (east - west), (IN_SW[1] - south) / (north - south))
    assert hole.pop("place") == pytest.approx(place, abs=0.001)
    said = {"number": first, "service": "POTHOLE", "state": "received", "band": 2, "reports": 1}
    assert hole == said
    (known,) = layers(city.client(), address(near, "map"), tmp_path)["reports"]
    assert {*known} == {"number", "service", "state", "place"}
    assert client.get(address(near, state="gone")).status_code == 422
    assert client.get("/desk/tiles/3/8/0.mvt").status_code == 404


def test_a_tile_changes_only_with_what_lies_in_it(city: World) -> None:
    client = city.signed_in(Role.WARD_STAFF)
    asked = [address(tile_at(IN_SW, 16)), address(tile_at(IN_SE, 16)), address(tile_at(IN_SW, 9))]

    def changed() -> list[bool]:
        """Which of the tiles are not what they were; then they are known anew."""
        answers = [client.get(one, headers={"If-None-Match": tags.get(one, "")}) for one in asked]
        tags.update(
            {one: answer.headers["ETag"] for one, answer in zip(asked, answers, strict=True)}
        )
        return [answer.status_code == 200 for answer in answers]

    tags: dict[str, str] = {}
    number = do(ANONYMOUS, file_report, a_report(1, IN_SW)).number
    assert changed() == [True, True, True]
    assert changed() == [False, False, False]
    do(ANONYMOUS, file_report, a_report(2, IN_SE))
    assert changed() == [False, True, True]
    do(STAFF, change_severity, ChangeSeverity(number, 1, 1, "It is deep"))
    assert changed() == [True, False, True]
    do(ANONYMOUS, file_report, a_report(3, IN_SW, repeat_of=number))
    assert changed() == [True, False, True]
    packed = client.get(asked[0], headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == client.get(asked[0]).data
    assert packed.headers["Cache-Control"] == "private, no-cache"
    assert "public" in city.client().get(asked[0].replace("desk", "map")).headers["Cache-Control"]


def test_the_public_finds_a_rounded_place_and_never_the_exact_one(
    city: World, tmp_path: Path
) -> None:
    grid = 700
    with unit_of_work(OPERATOR) as work:
        import_services(
            work,
            [
                Service(
                    code="BENCH",
                    name="New bench",
                    severity_band=4,
                    target_hours=720,
                    public_grid_metres=grid,
                )
            ],
        )
    number = do(ANONYMOUS, file_report, a_report(1, IN_NW, service_code="BENCH")).number
    staff, public = city.signed_in(Role.WARD_STAFF), city.client()
    exact, shown = tile_at(IN_NW, 16), tile_at(public_place(*IN_NW, grid), 16)
    assert exact != shown
    assert numbers(public, address(exact, "map"), tmp_path) == []
    assert numbers(public, address(shown, "map"), tmp_path) == [number]
    assert numbers(staff, address(exact), tmp_path) == [number]
    etag = staff.get(address(exact)).headers["ETag"]
    do(STAFF, change_status, ChangeStatus(number, State.RESOLVED, 1, None))
    assert staff.get(address(exact)).headers["ETag"] != etag
    assert numbers(public, address(shown, "map"), tmp_path) == []


def test_a_tile_says_when_not_everything_is_in_it(
    city: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_tile, "MOST_POINTS", 2)
    for number in range(1, 4):
        do(ANONYMOUS, file_report, a_report(number, IN_SW))
    client = city.signed_in(Role.WARD_STAFF)
    for zoom, cut in ((15, {"shown": 2, "of": 3}), (19, {"shown": 2})):
        found = layers(client, address(tile_at(IN_SW, zoom)), tmp_path)
        assert len(found["reports"]) == 2
        (said,) = found["cut"]
        assert {name: int(said[name]) for name in said if name != "place"} == cut
    first = numbers(client, address(tile_at(IN_SW, 15), service="WIRES"), tmp_path)
    assert first == []


def test_the_list_beside_the_map_has_what_was_drawn(sqlite_city: World) -> None:
    inside, outside = (
        do(ANONYMOUS, file_report, a_report(number, place)).number
        for number, place in enumerate((IN_SW, IN_SE), start=1)
    )
    client = sqlite_city.signed_in(Role.WARD_STAFF)
    west, south = IN_SW[0] - 0.001, IN_SW[1] - 0.001
    triangle = f"{west},{south},{west + 0.02},{south},{west},{south + 0.0015}"
    for page, who in (("/desk/map", client), ("/reports/map", sqlite_city.client())):
        whole = who.get(page).text
        assert inside in whole
        assert outside in whole
        drawn = who.get(f"{page}?area={west},{south},{west + 0.004},{south + 0.004}").text
        assert inside in drawn
        assert outside not in drawn
        assert "Reports are not problems" in drawn
        assert who.get(f"{page}?area=1,2,x").status_code == 422
    cut = client.get(f"/desk/map?area={triangle}").text
    assert inside in cut
    assert outside not in cut
    assert "worker-src 'self'" in client.get("/desk/map").headers["Content-Security-Policy"]
