"""The maps on the phone: a quiet ground of the city's own, a pin that keys move, pins that part."""

from collections.abc import Callable
from typing import Any

import pytest
import shapely
from playwright.sync_api import expect
from protomaps_tiles import Thing, protomaps_file
from sites import Site
from worlds import SOUTH, STAFF, WEST, a_report

from backend.core.actors import OPERATOR
from backend.core.db import current_session, db
from backend.core.uow import unit_of_work
from backend.places.describe_city import lay_ground
from backend.places.draw_basemap import draw_basemap
from backend.reports.file_report import file_report

pytestmark = pytest.mark.slow

MIDDLE = SOUTH + 0.005
# Twelve metres east of the crossing, on Mill Street.
START = {"latitude": MIDDLE, "longitude": WEST + 0.00217, "accuracy": 8}
STEP_DEGREES = 5 / 111_195

# Every colour of the ground that covers more than a hundredth of a drawn tile.
COLOURS = """() => {
  const colours = new Map();
  for (const tile of document.querySelectorAll("canvas.leaflet-tile-loaded")) {
    const { data } = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height);
    for (let at = 0; at < data.length; at += 4) {
      const colour = data.slice(at, at + 4).join();
      colours.set(colour, (colours.get(colour) ?? 0) + 4 / data.length);
    }
  }
  return [...colours].filter(([, share]) => share > 0.01).map(([colour]) => colour);
}"""
# How many pixels of the drawn tiles nothing covers.
HOLES = """() => {
  let holes = 0;
  for (const tile of document.querySelectorAll("canvas.leaflet-tile-loaded")) {
    const { data } = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height);
    for (let at = 3; at < data.length; at += 4) if (data[at] < 255) holes += 1;
  }
  return holes;
}"""
TOKENS = """names => names.map(name => {
  const on = document.createElement("canvas").getContext("2d");
  on.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--" + name);
  on.fillRect(0, 0, 1, 1);
  return on.getImageData(0, 0, 1, 1).data.join();
})"""
DRAFT = """() => new Promise(done => {
  const opening = indexedDB.open("evenward");
  opening.onsuccess = () => {
    const asked = opening.result.transaction("draft").objectStore("draft").getAll();
    asked.onsuccess = () => { opening.result.close(); done(asked.result[0]?.report ?? {}); };
  };
})"""
COMES_NEARER = """() => {
  const many = document.querySelector(".pin-many");
  many?.click();
  return !many && document.querySelectorAll(".pin").length === 4;
}"""
KEPT = "async name => (await (await caches.open(name)).keys()).length"


@pytest.fixture
def town(site: Site) -> Site:
    """The city with two streets and a water as its ground, and four reports close together."""
    mill = shapely.LineString([(WEST, MIDDLE), (WEST + 0.02, MIDDLE)])
    abbey = shapely.LineString([(WEST + 0.002, SOUTH), (WEST + 0.002, SOUTH + 0.01)])
    pond = shapely.box(WEST + 0.0022, MIDDLE + 0.0002, WEST + 0.004, MIDDLE + 0.002)
    with site.world.app.app_context():
        with unit_of_work(OPERATOR) as work:
            lay_ground(work, "street", [("Mill Street", mill), ("Abbey Road", abbey)])
            lay_ground(work, "water", [("Long Pond", pond)])
        with unit_of_work(STAFF) as work:
            for n in range(3):
                file_report(work, a_report(40 + n, (WEST + 0.003, MIDDLE)))
            file_report(work, a_report(44, (WEST + 0.0034, MIDDLE)))
        draw_basemap(current_session(), site.world.data_dir, attribution="© Land survey")
        db.session.remove()
    return site


class Watched:
    """A page, and whatever it asked or complained of."""

    def __init__(self, phone: Any) -> None:
        self.page = phone.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def shows(self, *tokens: str) -> None:
        """The ground is drawn in these colours of the page."""
        self.page.locator("canvas.leaflet-tile-loaded").first.wait_for()
        wanted = set(self.page.evaluate(TOKENS, list(tokens)))
        self.until(lambda: wanted <= set(self.page.evaluate(COLOURS)))

    def until(self, is_so: Callable[[], bool]) -> None:
        # The page's policy forbids the waiting that is done inside of it.
        for _ in range(150):
            if is_so():
                return
            self.page.wait_for_timeout(100)
        pytest.fail("It did not come so far within 15 seconds.")


def to_the_place_step(page: Any) -> None:
    page.goto("/app/report")
    page.get_by_role("textbox", name="What did you see?").fill("A deep hole")
    page.get_by_role("button", name="Choose from the list").click()
    page.get_by_role("radio", name="Pothole").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Show it on a map").click()


def in_pieces(route: Any, data: bytes) -> None:
    """Answer a request for a part of a file."""
    first, last = map(int, route.request.headers["range"].removeprefix("bytes=").split("-"))
    part = data[first : last + 1]
    headers = {"Content-Range": f"bytes {first}-{first + len(part) - 1}/{len(data)}"}
    route.fulfill(status=206, body=part, headers=headers)


def protomaps_things() -> list[Thing]:
    """What lies around the start, in thousandths of a degree: one of each kind."""

    def line(*places: tuple[float, float]) -> shapely.LineString:
        return shapely.LineString(
            [(START["longitude"] + x / 1000, MIDDLE + y / 1000) for x, y in places]
        )

    def area(*places: tuple[float, float]) -> shapely.Polygon:
        return shapely.Polygon(line(*places))

    lake = area((0.6, 0.3), (2.4, 0.4), (2.2, 1.6), (0.8, 1.4))
    park = area((-3, 0.3), (-0.5, 0.3), (-0.5, 2.2), (-3, 2.2))
    return [
        ("earth", {"kind": "earth"}, area((-40, -40), (40, -40), (40, 40), (-40, 40))),
        ("earth", {"kind": "cliff"}, line((-0.8, -0.3), (-0.6, -1), (0.6, -0.9))),
        ("landuse", {"kind": "park", "name": "Abbey Park"}, park),
        ("landuse", {"kind": "residential"}, area((0, -2), (3, -2), (3, 0))),
        ("water", {"kind": "lake", "name": "Mirror Lake"}, lake),
        ("water", {"kind": "stream"}, line((2, 1), (3, -2), (4, -3))),
        ("water", {"kind": "lake", "name": "Mirror Lake"}, lake.centroid),
        ("roads", {"kind": "major_road", "name": "Harbour Road"}, line((-9, 0), (9, 0))),
        ("roads", {"kind": "minor_road", "name": "Weir Lane"}, line((-0.2, -9), (-0.2, 9))),
        ("roads", {"kind": "path"}, line((-3, 0.3), (-0.5, 2.2))),
        ("roads", {"kind": "path", "kind_detail": "sidewalk"}, line((-9, 0.1), (9, 0.1))),
        ("roads", {"kind": "rail", "name": "Line 7"}, line((-9, -1), (9, -1))),
        ("roads", {"kind": "aeroway", "name": "Runway"}, line((-9, -2), (9, -2))),
        ("buildings", {"kind": "building"}, area((0.1, -0.5), (0.5, -0.5), (0.5, -0.2))),
        ("places", {"kind": "locality", "name": "Testwick"}, park.centroid),
    ]


def another_ground(
    route: Any, kind: str = "raster", url: str = "/not-there/{z}/{x}/{y}.png"
) -> None:
    answer = route.fetch()
    said = {"kind": kind, "url": url, "attribution": "Somebody"}
    route.fulfill(response=answer, json=answer.json() | said)


def test_the_pin_is_moved_by_keys_on_the_citys_own_ground_offline_too(
    new_phone: Any, town: Site
) -> None:
    phone = new_phone(geolocation=START, permissions=["geolocation"])
    watched = Watched(phone)
    page = watched.page
    to_the_place_step(page)
    expect(page.get_by_text("© Land survey")).to_be_visible()
    watched.shows("ground", "water")
    ground = page.get_by_role("application", name="Map with a pin")
    for _ in range(4):
        ground.press("ArrowRight")
    ground.press("Shift+ArrowUp")
    said = page.locator(".map-says")
    expect(said).to_have_text("Mill Street, near Abbey Road")
    # The last key is the one to the north.
    north = pytest.approx(START["latitude"] + STEP_DEGREES / 5, abs=1e-7)
    watched.until(lambda: page.evaluate(DRAFT).get("lat") == north)
    east = (page.evaluate(DRAFT)["lon"] - START["longitude"]) * 0.642
    assert east == pytest.approx(4 * STEP_DEGREES, rel=0.01)
    # By day and by night, each in the page's colours.
    page.emulate_media(color_scheme="dark")
    watched.shows("ground", "water")
    assert not watched.complaints
    assert all(url.startswith(town.url) for url in watched.asked)
    # After the first look the ground is on the phone.
    watched.until(lambda: page.evaluate(KEPT, "ground") == 1)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    phone.set_offline(True)
    page.reload()
    page.get_by_role("button", name="Show it on a map").click()
    watched.shows("ground", "water")
    page.get_by_role("application", name="Map with a pin").press("ArrowLeft")
    expect(said).to_have_text("On or beside Mill Street")
    # The map knows the streets by name as well, each as a whole.
    page.get_by_role("textbox", name="Address").fill("12 Mill Stre")
    page.get_by_role("button", name="Mill Street").click()
    expect(page.get_by_text("That is somewhere in the middle")).to_be_visible()
    watched.until(lambda: page.evaluate(DRAFT)["lon"] == pytest.approx(WEST + 0.01, abs=1e-4))
    assert page.evaluate(DRAFT)["lat"] == pytest.approx(MIDDLE, abs=1e-5)
    assert page.evaluate(DRAFT)["address"] == "12 Mill Stre"


def test_a_configured_ground_in_the_layers_of_protomaps_is_drawn_right(
    new_phone: Any, town: Site
) -> None:
    watched = Watched(new_phone(geolocation=START, permissions=["geolocation"]))
    page, tiles = watched.page, protomaps_file(protomaps_things())
    page.route("**/v1/basemap", lambda one: another_ground(one, "pmtiles", "/tiles.pmtiles"))
    page.route("**/tiles.pmtiles", lambda route: in_pieces(route, tiles))
    to_the_place_step(page)
    watched.shows("ground", "water", "green", "paper")
    expect(page.get_by_text("Somebody · © Map makers")).to_be_visible()
    # The line of a cliff is no edge of the land, and no hole in it.
    assert page.evaluate(HOLES) == 0


def test_pins_that_lie_together_are_one_until_somebody_comes_near(
    new_phone: Any, town: Site
) -> None:
    phone = new_phone(geolocation=START, permissions=["geolocation"], reduced_motion="reduce")
    watched = Watched(phone)
    page = watched.page
    # Somebody else's ground that does not come gives way to the city's own.
    page.route("**/v1/basemap", lambda route: another_ground(route))
    page.goto("/app/near")
    page.get_by_role("button", name="Show on a map").click()
    watched.shows("ground")
    expect(page.get_by_text("© Land survey")).to_be_visible()
    many = page.get_by_role("button", name="pins close together")
    pins = page.locator(".pin")
    many.first.press("Enter")
    # However long a slow phone takes to come nearer, and whichever parts first.
    page.wait_for_function(COMES_NEARER, polling=150)
    expect(pins).to_have_count(4)
    places = [one.bounding_box() for one in pins.all()]
    apart = [
        max(abs(a["x"] - b["x"]), abs(a["y"] - b["y"]))
        for index, a in enumerate(places)
        for b in places[:index]
    ]
    assert min(apart) > 24
    pins.first.click()
    page.wait_for_url("**/app/reports/*")
    assert not [one for one in watched.complaints if "404" not in one]
