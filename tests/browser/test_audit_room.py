"""An analyst's hour before the council meets: by keyboard, without a script, and never alone."""

from typing import Any

import pytest
from sites import Site, sign_in

from backend.core.actors import Role

PAGES = (
    "/audit/districts",
    "/audit/districts/SW",
    "/audit/maps",
    "/audit/compare",
    "/audit/sensitivity",
    "/audit/weights",
    "/audits/promises",
    "/audits/definitions",
)


@pytest.mark.slow
def test_weights_come_into_force_by_two_people_and_go_back(chromium: Any, site: Site) -> None:
    with (
        chromium.new_context(java_script_enabled=False) as analyst,
        chromium.new_context(java_script_enabled=False) as other,
    ):
        page, second = analyst.new_page(), other.new_page()
        sign_in(page, site, Role.ANALYST)
        page.goto(f"{site.url}/audit/weights")
        page.get_by_label("Strength").fill("0.5")
        page.get_by_label("Strength").press("Enter")
        assert "Version 2 is proposed" in page.get_by_role("status").inner_text()
        newest = page.locator("section.entry").first
        assert newest.get_by_role("button", name="Approve").count() == 0
        assert "somebody else has to approve it" in newest.inner_text()
        sign_in(second, site, Role.ADMIN)
        for version in (1, 2):
            second.goto(f"{site.url}/audit/weights")
            form = second.locator("section.entry", has_text=f"Version {version}").locator("form")
            form.get_by_label("Reason").fill("The council asked for it")
            form.get_by_role("button", name="Approve").click()
        page.goto(f"{site.url}/audit/weights")
        summary = page.locator("summary", has_text="Go back to version 1")
        summary.focus()
        page.keyboard.press("Enter")
        form = page.locator("form", has=page.locator("[value=go-back]"))
        form.get_by_label("Reason").fill("The stronger one did harm")
        form.get_by_role("button").press("Enter")
        assert "Version 1: In force." in page.get_by_role("status").inner_text()


@pytest.mark.slow
def test_every_page_fits_a_narrow_screen_and_opens_its_table_by_keyboard(
    chromium: Any, site: Site
) -> None:
    with chromium.new_context(viewport={"width": 320, "height": 640}) as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        for path in PAGES:
            assert page.goto(site.url + path).status == 200
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide), path
        page.goto(f"{site.url}/audit/districts/SW")
        summary = page.locator("details.behind summary").first
        summary.focus()
        page.keyboard.press("Enter")
        assert page.locator("details.behind table").first.is_visible()
        file = page.request.get(f"{site.url}/audit/districts/SW.csv")
        assert file.headers["content-type"].startswith("text/csv")
