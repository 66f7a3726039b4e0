"""The page of open data: every public file stands on it, and can be taken away."""

import re
from html import unescape
from urllib.parse import urlsplit

from full_city import FullCity
from worlds import World

from backend.core.access import declared_access
from backend.core.db import current_session
from backend.places.draw_basemap import draw_basemap

# Parts of the program and of its pages: what they show is on the page as data.
NO_DATA = {
    "web.plain_map",
    "web.public_tile",
    "web.public_coverage",
    "web.today_worker",
    "web.built",
    "web.static",
    "web.method",
}
# The app for phones, and what the discovery document of Open311, which is on the page, names.
OF_OTHERS = ("client.", "open311.", "open311_test.")


def file_routes(world: World) -> set[str]:
    """The routes that anybody may read and whose last part names a file."""
    found = set()
    for rule in world.app.url_map.iter_rules():
        last = rule.rule.rpartition("/")[2]
        access = declared_access(rule.endpoint, "GET") if "GET" in (rule.methods or ()) else None
        if access and access.roles is None and ("." in last or last.endswith("name>")):
            found.add(rule.endpoint)
    return {one for one in found - NO_DATA if not one.startswith(OF_OTHERS)}


def test_every_public_file_is_on_the_page_and_there(full_city: FullCity) -> None:
    world, client = full_city.world, full_city.world.client()
    draw_basemap(current_session(), world.data_dir)
    page = client.get("/data").text
    main = page[page.index("<main") : page.index("</main")]
    addresses = {urlsplit(unescape(one)).path for one in re.findall(r'href="(/[^"]*)"', main)}
    routes = world.app.url_map.bind("localhost")
    shown = {routes.match(one)[0]: one for one in addresses}
    assert file_routes(world) - shown.keys() == set()
    for endpoint in sorted(file_routes(world)):
        with client.get(shown[endpoint]) as answer:
            assert answer.status_code == 200, shown[endpoint]
