"""An analyst's hour before the council meets: by keyboard, without a script, and never alone."""

from typing import Any

import pytest
from playwright.sync_api import expect
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
        expect(page.get_by_role("status")).to_contain_text("Version 2 is proposed")
        newest = page.locator("section.entry").first
        expect(newest).to_contain_text("somebody else has to approve it")
        assert newest.get_by_role("button", name="Approve").count() == 0
        sign_in(second, site, Role.ADMIN)
        for version in (1, 2):
            second.goto(f"{site.url}/audit/weights")
            form = second.locator("section.entry", has_text=f"Version {version}").locator("form")
            form.get_by_label("Reason").fill("The council asked for it")
            form.get_by_role("button", name="Approve").click()
            expect(second.get_by_role("status")).to_contain_text(f"Version {version}: In force.")
        page.goto(f"{site.url}/audit/weights")
        summary = page.locator("summary", has_text="Go back to version 1")
        summary.focus()
        page.keyboard.press("Enter")
        form = page.locator("form", has=page.locator("[value=go-back]"))
        form.get_by_label("Reason").fill("The stronger one did harm")
        form.get_by_role("button").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Version 1: In force.")


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
