"""Behind a proxy everybody keeps an address of their own, and nobody puts a host into our links."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from sites import served
from worlds import World, create_world

from backend.cli.serve import server_options
from backend.core.runtime import EXTENSION

HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"


def sign_in_from(url: str, address: str) -> int:
    """The status of a wrong password, sent through a proxy that others may have misled."""
    said = json.dumps({"username": "nobody", "password": "a wrong password"}).encode()
    headers = {"Content-Type": "application/json", "X-Forwarded-For": f"203.0.113.1, {address}"}
    try:
        with urlopen(Request(f"{url}/v1/desk/sessions", said, headers), timeout=10) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        return refusal.code


@pytest.mark.parametrize(("hops", "statuses"), [(1, [403, 429, 403]), (0, [403, 429, 429])])
def test_limits_count_who_asks_and_not_the_proxy(
    sqlite_city: World, hops: int, statuses: list[int]
) -> None:
    rules = {"sign_in_limit": "1 per minute", "proxy_hops": hops, "port": 0}
    app = create_world(sqlite_city.data_dir, **rules).app
    with served(app, **server_options(app.extensions[EXTENSION].settings)) as url:
        assert [sign_in_from(url, one) for one in (HOME, HOME, ELSEWHERE)] == statuses


def test_links_name_the_host_that_the_proxy_passes(sqlite_city: World) -> None:
    client = create_world(sqlite_city.data_dir, proxy_hops=1).app.test_client()
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "81"}
    headers |= {"X-Forwarded-Proto": "https"}
    for page in ("/embed", "/feeds/requests.atom"):
        text = client.get(page, base_url="http://reports.example", headers=headers).text
        assert "https://reports.example/" in text
        assert "evil.example" not in text
        assert ":81" not in text
