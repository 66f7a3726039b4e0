"""What browsers run comes from the build, is kept for good, and no page hangs on it."""

import pytest
from worlds import World

from backend.web import built_scripts


def test_a_page_names_sheets_of_this_build_which_are_kept_for_good(sqlite_city: World) -> None:
    client = sqlite_city.client()
    with sqlite_city.app.test_request_context():
        address = built_scripts.sheet("fonts").split('"')[-2]
    assert address in client.get("/").text
    taken = {"Accept-Encoding": "br"}
    answer = client.get(address, headers=taken)
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "br")
    assert "immutable" in answer.headers["Cache-Control"]
    again = client.get(address, headers=taken | {"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    for name in ("files.json", "..%2Fface.py", "missing.js"):
        assert client.get(f"/built/{name}").status_code == 404


def test_a_page_without_a_build_is_whole(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built_scripts, "_files", dict)
    answer = sqlite_city.client().get("/")
    assert answer.status_code == 200
    assert "/built/" not in answer.text


def test_no_text_becomes_a_script(sqlite_city: World) -> None:
    policy = sqlite_city.client().get("/").headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
