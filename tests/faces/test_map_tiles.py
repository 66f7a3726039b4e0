"""Tiles over HTTP: what is in them, when they change, and what the public is not told."""

import gzip
from pathlib import Path

import pytest
from acting import do
from tile_reader import address, cells, layers, numbers, tile_at
from worlds import IN_NW, IN_SE, IN_SW, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.uow import unit_of_work
from backend.reports.change_severity import change_severity
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeSeverity, ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.import_services import import_services
from backend.reports.map_cells import map_tile, on_map
from backend.reports.models import Service
from backend.reports.public_place import public_place
from backend.reports.workflow import State
from geo.tiles import bounds_of

pytestmark = pytest.mark.both


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


def test_more_than_there_is_room_for_are_counted_and_the_closest_tiles_are_cut(
    city: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_tile, "MOST_POINTS", 2)
    for number, service in enumerate(("POTHOLE", "BENCH", "WIRES"), start=1):
        do(ANONYMOUS, file_report, a_report(number, IN_SW, service_code=service))
    for client, face in ((city.signed_in(Role.WARD_STAFF), "desk"), (city.client(), "map")):
        for zoom in (14, 16):
            assert cells(client, address(tile_at(IN_SW, zoom), face), tmp_path) == [(3, False)]
        found = layers(client, address(tile_at(IN_SW, 19), face), tmp_path)
        # The most severe ones.
        assert {one["service"] for one in found["reports"]} == {"WIRES", "POTHOLE"}
        (said,) = found["cut"]
        assert int(said["shown"]) == 500
        one = address(tile_at(IN_SW, 14), face, service="WIRES")
        assert len(layers(client, one, tmp_path)["reports"]) == 1


def test_more_than_can_be_looked_at_are_counted_without_what_no_counter_knows(
    city: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, service in enumerate(("POTHOLE", "BENCH", "WIRES", "POTHOLE"), start=1):
        do(ANONYMOUS, file_report, a_report(number, IN_SW, service_code=service))
    client = city.signed_in(Role.WARD_STAFF)
    asked = {"band": "0"}
    for zoom, here in ((9, "cells"), (13, "cells"), (14, "reports"), (18, "reports")):
        found = layers(client, address(tile_at(IN_SW, zoom), **asked), tmp_path)
        assert [*found] == [here]
        assert int(found[here][0].get("incidents", 1)) == 1
    for module in (map_tile, on_map):
        monkeypatch.setattr(module, "MOST_READ", 3)
    for zoom in (9, 14, 16):
        tile = tile_at(IN_SW, zoom)
        assert cells(client, address(tile, **asked), tmp_path) == [(4, True)]
        # Another kind is no reason to look at each: the counters know it.
        assert cells(client, address(tile, service="POTHOLE"), tmp_path) == [(2, False)]
    newest = layers(client, address(tile_at(IN_SW, 18)), tmp_path)["reports"]
    assert {one["service"] for one in newest} == {"BENCH", "WIRES", "POTHOLE"}
    only = numbers(client, address(tile_at(IN_SW, 18), **asked), tmp_path)
    assert len(only) == 1
    # Where the finest square is four tiles, one of them has its number.
    monkeypatch.setattr(map_tile, "MOST_READ", 0)
    zoom, column, row = tile_at(IN_SW, 17)
    four = [(zoom, column & ~1 | right, row & ~1 | down) for right in (0, 1) for down in (0, 1)]
    (said,) = (one for tile in four for one in cells(client, address(tile), tmp_path))
    assert said == (4, False)


@pytest.mark.parametrize("most_by_index", [30_000, 0])
def test_the_list_beside_the_map_has_what_was_drawn(
    sqlite_city: World, most_by_index: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it is found from the newest one on."""
    monkeypatch.setattr(on_map, "MOST_BY_INDEX", most_by_index)
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
        for wrong in ("area=1,2,x", "district=GONE", "service=NOPE"):
            assert who.get(f"{page}?{wrong}").status_code == 422
    cut = client.get(f"/desk/map?area={triangle}").text
    assert inside in cut
    assert outside not in cut
    assert "worker-src 'self'" in client.get("/desk/map").headers["Content-Security-Policy"]
