"""The map beside its list in a real browser, under the policy that lets no text become a script."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sites import Site, sign_in

from backend.core.actors import Role
from backend.core.db import current_session
from backend.places.draw_basemap import draw_basemap
from backend.reports.map_cells import map_tile

pytestmark = pytest.mark.slow


@pytest.fixture
def troubles() -> list[str]:
    """What the browser complained of."""
    return []


@pytest.fixture
def map_page(chromium: Any, site: Site, troubles: list[str]) -> Any:
    """The desk's map, drawn, on the city's own ground."""
    with site.world.app.app_context():
        draw_basemap(current_session(), site.world.data_dir)
    with chromium.new_context(viewport={"width": 1200, "height": 900}) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: said.type == "error" and troubles.append(said.text))
        sign_in(page, site, Role.WARD_STAFF)
        with page.expect_response(lambda answer: "/desk/tiles/" in answer.url):
            page.goto(f"{site.url}/desk/map")
        page.get_by_role("region", name="Map of the reports").wait_for()
        yield page


def test_a_drawn_box_is_what_the_list_shows(
    map_page: Any, troubles: list[str], tmp_path: Path
) -> None:
    page = map_page
    rows = page.locator("#in-view tbody tr")
    before = rows.count()
    assert before > 1
    canvas = page.locator("[data-canvas] canvas").bounding_box()
    page.get_by_role("button", name="Draw a box").click()
    left, top = canvas["x"] + 4, canvas["y"] + 4
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 30, top + 30, steps=3)
    page.mouse.up()
    page.get_by_text("Nothing is reported here").wait_for()
    assert "area=" in page.url
    # The address alone says it again, and the link takes it back.
    page.reload()
    page.get_by_text("Nothing is reported here").wait_for()
    page.get_by_role("link", name="Take the area away").click()
    expect(rows).to_have_count(before)
    page.get_by_role("checkbox", name="How readily people report").check()
    page.locator("[data-coverage-legend]").wait_for()
    assert page.get_by_text("Reports are not problems").is_visible()
    assert troubles == []


def test_numbers_that_do_not_know_what_was_chosen_say_so(
    map_page: Any, site: Site, troubles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_tile, "MOST_READ", 0)
    with map_page.expect_response(lambda answer: "/desk/tiles/" in answer.url) as asked:
        map_page.goto(f"{site.url}/desk/map?band=2&overdue=1")
    assert asked.value.url.endswith(".mvt?band=2&overdue=1")
    map_page.get_by_text("without the severity, what is overdue").wait_for()
    assert map_page.get_by_text("so many, also without what you chose").is_visible()
    assert troubles == []


def test_the_list_is_whole_without_a_script(chromium: Any, site: Site) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.url}/reports/map")
        page.select_option("#service", "POTHOLE")
        page.get_by_role("button", name="Show", exact=True).click()
        page.wait_for_url("**service=POTHOLE**")
        assert page.locator("#in-view tbody tr").count()
        assert page.locator("[data-map]").is_hidden()
        assert page.get_by_text("Reports are not problems").is_visible()


def test_only_pages_with_a_map_load_it(chromium: Any, site: Site) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        page.goto("about:blank")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{site.url}/desk/incidents/{site.open_number}")
        page.wait_for_load_state("networkidle")
        assert not [one for one in asked if "city_map" in one or "maplibre" in one]
