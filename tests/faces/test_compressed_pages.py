"""Pages and sheets come small where a browser takes them so, and say the same."""

import gzip

from worlds import World

TAKES = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_page_and_its_sheet_come_small_and_whole(sqlite_city: World) -> None:
    client = sqlite_city.client()
    for path in ("/privacy", "/static/base.css", "/sign-in"):
        plain, small = client.get(path), client.get(path, headers=TAKES)
        assert small.headers["Content-Encoding"] == "gzip", path
        assert len(small.data) < len(plain.data) / 2
        assert gzip.decompress(small.data) == plain.data
        assert "Content-Encoding" not in plain.headers
        # What stands between may keep both, and not give one for the other.
        assert plain.vary.as_set() >= {"accept-encoding"} <= small.vary.as_set()


def test_a_sheet_that_came_small_is_known_again(sqlite_city: World) -> None:
    client = sqlite_city.client()
    small = client.get("/static/base.css", headers=TAKES)
    asked = TAKES | {"If-None-Match": small.headers["ETag"]}
    again = client.get("/static/base.css", headers=asked)
    assert small.headers["ETag"].startswith("W/")
    assert (again.status_code, again.data) == (304, b"")


def test_what_gains_nothing_is_left_alone(sqlite_city: World) -> None:
    client = sqlite_city.client()
    for path in ("/static/mark.svg", "/decisions.jsonl", "/v1/services"):
        assert "Content-Encoding" not in client.get(path, headers=TAKES).headers, path


def test_the_length_does_not_tell_what_a_page_repeats(sqlite_city: World) -> None:
    client = sqlite_city.client()
    lengths = {len(client.get("/privacy", headers=TAKES).data) for _ in range(40)}
    assert len(lengths) > 10
