"""The phone client's files: what may run on its page, what may be kept, and for how long."""

import gzip
import json
import re
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from pathlib import Path

import mobile_api
import pytest
from PIL import Image
from worlds import World

from backend.core.runtime import EXTENSION

POLICY = "Content-Security-Policy"
SOURCE = Path(mobile_api.__file__).parents[1] / "client" / "src"
BUILT = Path(mobile_api.__file__).parent / "client"


@pytest.fixture
def built() -> list[str]:
    """The names of the client's modules and sheets."""
    if not (BUILT / "index.html").exists():
        pytest.skip("the phone client is not built here; installing with npm's registry builds it")
    return [path.name for path in (BUILT / "assets").iterdir() if path.suffix in {".js", ".css"}]


@pytest.mark.usefixtures("built")
def test_every_address_of_the_client_is_the_one_page_with_a_policy_that_lets_nothing_else_run(
    sqlite_city: World,
) -> None:
    client = sqlite_city.client()
    answers = [client.get(path) for path in ("/app/", "/app/reports/10000000", "/app/a/b/c")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.data for answer in answers}) == 1
    policy = answers[0].headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert b"<script" in answers[0].data
    assert b"<script>" not in answers[0].data


@pytest.mark.usefixtures("built")
def test_only_a_city_with_firebase_lets_its_page_ask_there(sqlite_city: World) -> None:
    own = "connect-src 'self'"
    runtime = sqlite_city.app.extensions[EXTENSION]
    before = sqlite_city.client().get("/app/").headers[POLICY]
    assert f"{own};" in before
    known = {"firebase_project": "demo-civic", "firebase_web": "{}"}
    runtime.settings = replace(runtime.settings, **known)
    after = sqlite_city.client().get("/app/").headers[POLICY]
    assert after == before.replace(own, f"{own} https://identitytoolkit.googleapis.com")


def test_files_named_for_their_content_are_kept_for_good_and_everything_else_asked_for_again(
    sqlite_city: World, built: list[str]
) -> None:
    client = sqlite_city.client()
    for name in built:
        assert "immutable" in client.get(f"/app/assets/{name}").headers["Cache-Control"]
    for path in ("/app/", "/app/service-worker.js", "/app/manifest.webmanifest", "/app/icon.svg"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-cache"
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_a_browser_that_takes_gzip_gets_the_same_module_in_fewer_bytes(
    sqlite_city: World, built: list[str]
) -> None:
    client = sqlite_city.client()
    largest = max(built, key=lambda name: (BUILT / "assets" / name).stat().st_size)
    plain = client.get(f"/app/assets/{largest}")
    small = client.get(f"/app/assets/{largest}", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 2


@pytest.mark.usefixtures("built")
def test_nothing_beside_the_client_is_served(sqlite_city: World) -> None:
    client = sqlite_city.client()
    for name in ("none.js", "files.json", "a\\b.js", "..\\face.py"):
        assert client.get(f"/app/assets/{name}").status_code == 404
    page = client.get("/app/").data
    for way_out in ("../face.py", "..%2fface.py", "%2e%2e/%2e%2e/face.py"):
        assert client.get(f"/app/assets/{way_out}").data == page


def test_a_phone_can_install_it_with_the_citys_name_and_mark(sqlite_city: World) -> None:
    client = sqlite_city.client()
    spanish = {"Accept-Language": "es-MX"}
    manifest = json.loads(client.get("/app/manifest.webmanifest", headers=spanish).data)
    assert manifest["name"] == manifest["short_name"]
    assert (manifest["lang"], manifest["dir"]) == ("es", "ltr")
    assert manifest["shortcuts"][0] == {"name": "Reportar un problema", "url": "/app/report"}
    assert manifest["scope"] == manifest["start_url"] == "/app/"
    for icon in manifest["icons"]:
        answer = client.get(icon["src"])
        assert answer.content_type.startswith(icon["type"])
        if icon["type"] == "image/png":
            picture = Image.open(BytesIO(answer.data))
            assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_every_link_of_the_client_leads_to_a_page_of_the_city(sqlite_city: World) -> None:
    addresses = sqlite_city.app.url_map.bind("testwick.example")
    found = {
        link
        for path in SOURCE.rglob("*.ts")
        for link in re.findall(r"href=(?:\"|\$\{`)(/[^\"`?]*)", path.read_text(encoding="utf-8"))
        if not link.startswith("/app")
    }
    assert {"/", "/report", "/decisions", "/budget/${cycle.slug}"} < found
    for link in sorted(found):
        # What the script fills in is there by then.
        assert addresses.test(re.sub(r"\$\{[^}]+\}", "1", link), "GET"), link
        assert "${" in link or sqlite_city.client().get(link).status_code == 200, link


def test_an_installation_without_the_client_says_what_to_do(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(import_module("mobile_api.client_files"), "_BUILT", tmp_path)
    answer = sqlite_city.client().get("/app/")
    assert answer.status_code == 503
    assert "/report" in answer.get_data(as_text=True)
