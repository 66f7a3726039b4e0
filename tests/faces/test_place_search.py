"""Places by name and the map's ground as a phone meets them."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import shapely
from described import check_described
from werkzeug.test import TestResponse
from worlds import IN_SE, IN_SW, SOUTH, WEST, World

from backend.core.actors import OPERATOR
from backend.core.basemap_setting import read_basemap
from backend.core.db import current_session
from backend.core.runtime import EXTENSION
from backend.core.uow import unit_of_work
from backend.places.basemap import Basemap, basemap_folder, put_in_force, tiles_of
from backend.places.describe_city import lay_ground
from backend.places.draw_basemap import DRAW_JOB, draw_basemap

TILES = bytes(range(256)) * 40
client_files = import_module("mobile_api.client_files")
OUTSIDE = "https://tiles.example.org"


def get(city: World, path: str, **asked: Any) -> TestResponse:
    answer: TestResponse = city.client().get(path, query_string=asked)
    check_described(path, answer)
    return answer


def lay_streets() -> None:
    middle = SOUTH + 0.005
    mill = shapely.LineString([(WEST, middle), (WEST + 0.02, middle)])
    abbey = shapely.LineString([(IN_SW[0], SOUTH), (IN_SW[0], SOUTH + 0.01)])
    with unit_of_work(OPERATOR) as work:
        lay_ground(work, "street", [("Mill Street", mill), ("Abbey Road", abbey)])


def test_a_place_is_picked_by_name_and_stays_with_the_report(
    city: World, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_streets()
    (place,) = get(city, "/v1/places/search", q="abby roa", near=f"{SOUTH},{WEST}").get_json()[
        "places"
    ]
    assert place == {
        "label": "Abbey Road, SW side",
        "kind": "street",
        "name": "Abbey Road",
        "number": None,
        "district": {"id": "SW", "name": "SW side"},
        "lat": pytest.approx(SOUTH + 0.005),
        "lon": pytest.approx(IN_SW[0]),
        "is_approximate": True,
    }
    # What somebody looks for is not written down anywhere.
    assert "abb" not in "".join(capsys.readouterr()).lower()
    report = {
        "id": "01890000-0000-7000-8000-00000000c001",
        "service_code": "POTHOLE",
        "description": "Deep hole",
        "lat": place["lat"],
        "lon": place["lon"],
        "address": place["label"],
    }
    number = city.client().post("/v1/reports", json=report).get_json()["number"]
    asked = city.client().get(f"/open311/v2/requests/{number}.json").get_json()
    assert asked[0]["address"] == "Abbey Road, SW side"


def test_the_streets_around_need_no_map(city: World) -> None:
    lay_streets()
    lon, lat = IN_SW[0] + 0.0005, SOUTH + 0.0052
    near = get(city, "/v1/places/streets", lat=lat, lon=lon).get_json()["streets"]
    assert [one["label"] for one in near] == [
        "Mill Street, near Abbey Road",
        "Abbey Road, near Mill Street",
    ]
    assert [one["metres"] for one in near] == [pytest.approx(22, abs=1), pytest.approx(36, abs=1)]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/places/search", {}),
        ("/v1/places/search", {"q": ""}),
        ("/v1/places/search", {"q": "x" * 201}),
        ("/v1/places/search", {"q": "mill", "near": "here"}),
        ("/v1/places/search", {"q": "mill", "near": "95,10"}),
        ("/v1/places/search", {"q": "mill", "limit": "0"}),
        ("/v1/places/streets", {"lat": "50"}),
        ("/v1/places/streets", {"lat": "nan", "lon": "10"}),
    ],
)
def test_what_cannot_be_meant_is_refused(
    sqlite_city: World, path: str, asked: dict[str, str]
) -> None:
    assert get(sqlite_city, path, **asked).status_code == 422


def test_the_ground_is_read_in_pieces_and_kept_by_its_version(sqlite_city: World) -> None:
    client = sqlite_city.client()
    before = get(sqlite_city, "/v1/basemap").get_json()
    assert (before["kind"], before["url"], before["attribution"]) == ("city", None, "Testwick")
    assert before["center"] == pytest.approx([WEST + 0.01, SOUTH + 0.01])
    assert client.get("/basemap/city.pmtiles").status_code == 404
    put(sqlite_city, "a" * 16)
    said = get(sqlite_city, "/v1/basemap").get_json()
    assert said["url"] == said["city_url"] == f"/basemap/city.pmtiles?v={'a' * 16}"
    with client.get(said["url"], headers={"Range": "bytes=256-259"}) as piece:
        assert (piece.status_code, piece.data) == (206, TILES[256:260])
    assert piece.headers["Content-Range"] == f"bytes 256-259/{len(TILES)}"
    assert "immutable" in piece.headers["Cache-Control"]
    beyond = client.get(said["url"], headers={"Range": f"bytes={len(TILES)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(TILES)}"
    same = {"If-None-Match": piece.headers["ETag"]}
    with client.get("/basemap/city.pmtiles", headers=same) as again:
        assert (again.status_code, again.headers["Cache-Control"]) == (304, "no-cache")
    # Whoever reads the version before reads on; the one before that is gone.
    put(sqlite_city, "b" * 16)
    with client.get(said["url"]) as older:
        assert older.data == TILES
    put(sqlite_city, "c" * 16)
    assert client.get(said["url"]).status_code == 404
    for other in ("../../city", "", "A" * 16):
        assert client.get("/basemap/city.pmtiles", query_string={"v": other}).status_code == 404


def put(city: World, version: str) -> None:
    folder = basemap_folder(city.data_dir)
    folder.mkdir(exist_ok=True)
    tiles = folder / "draft.pmtiles"
    tiles.write_bytes(TILES)
    basemap = Basemap(version, "Land survey", (WEST, SOUTH, WEST + 0.02, SOUTH + 0.02), 10, 14)
    put_in_force(city.data_dir, basemap, tiles)


def test_only_a_city_that_names_another_host_lets_its_pages_ask_it(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = tmp_path / "index.html"
    page.write_text("<!doctype html>")
    monkeypatch.setattr(client_files, "_BUILT", tmp_path)
    assert "https:" not in policy(sqlite_city)
    choice = read_basemap(f"raster {OUTSIDE}/{{z}}/{{x}}/{{y}}.png © Somebody & Co")
    runtime = sqlite_city.app.extensions[EXTENSION]
    runtime.settings = replace(runtime.settings, basemap=choice)
    said = get(sqlite_city, "/v1/basemap").get_json()
    assert (said["kind"], said["url"]) == ("raster", choice.url)
    assert (said["attribution"], said["city_url"]) == ("© Somebody & Co", None)
    allowed = [part for part in policy(sqlite_city).split("; ") if part.endswith(f" {OUTSIDE}")]
    assert [part.split()[0] for part in allowed] == ["img-src", "connect-src"]


def policy(city: World) -> str:
    with city.client().get("/app/") as page:
        return page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "text",
    [
        "osm",
        "city https://tiles.example.org",
        "pmtiles",
        "pmtiles http://tiles.example.org/a.pmtiles",
        "pmtiles https://user:word@tiles.example.org/a.pmtiles",
        "pmtiles https://tiles.example.org;script-src/a.pmtiles",
        "raster https://tiles.example.org/{z}/{x}/{y}.png",
        "raster https://tiles.example.org/tiles.png Somebody",
        "raster https://{s}.example.org/{z}/{x}/{y}.png Somebody",
    ],
)
def test_a_ground_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_basemap(text)


@pytest.mark.slow
def test_the_ground_is_drawn_from_what_was_laid(city: World) -> None:
    from pyogrio import read_dataframe, read_info

    lay_streets()
    with unit_of_work(OPERATOR) as work:
        lay_ground(work, "water", [("Mere", shapely.box(*IN_SW, *IN_SE).buffer(0.001))])
    session = current_session()
    drawn = draw_basemap(session, city.data_dir, attribution="© Land survey")
    tiles = tiles_of(city.data_dir, drawn.version)
    assert read_info(tiles)["layer_name"] == "city"
    frame = read_dataframe(tiles)
    named = set(zip(frame["kind"], frame["name"], strict=True))
    assert {("street", "Mill Street"), ("water", "Mere"), ("boundary", "SE side")} <= named
    assert set(basemap_folder(city.data_dir).iterdir()) == {tiles, tiles.parent / "city.json"}
    # Drawn again at night, it is the same and keeps whose it is; with another ground it is another.
    written = tiles.stat().st_mtime_ns
    DRAW_JOB.prepare(session, city.clock.now(), {})
    assert get(city, "/v1/basemap").get_json()["attribution"] == "© Land survey"
    assert tiles.stat().st_mtime_ns == written
    with unit_of_work(OPERATOR) as work:
        lay_ground(work, "water", [])
    assert draw_basemap(session, city.data_dir).version != drawn.version
