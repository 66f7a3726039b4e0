"""Two at the desk work on one report, and one changes many together."""

from typing import Any

import pytest
from sites import Site, sign_in

from backend.core.actors import Role

pytestmark = pytest.mark.slow


def test_what_a_colleague_did_is_shown_and_nothing_typed_is_lost(chromium: Any, site: Site) -> None:
    address = f"{site.url}/desk/incidents/{site.open_number}"
    with chromium.new_context() as mine, chromium.new_context() as theirs:
        page, other = mine.new_page(), theirs.new_page()
        for one, role in ((page, Role.WARD_STAFF), (other, Role.ADMIN)):
            sign_in(one, site, role)
            one.goto(address)
        page.fill("#note-words", "Half a thought")
        other.locator("#answer summary").click()
        other.fill("#answer-words", "Somebody comes on Monday.")
        other.get_by_role("button", name="Say it").click()
        # As when the page comes back into sight, rather than after 15 seconds.
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.get_by_role("link", name="Show it").click()
        page.get_by_text("Somebody comes on Monday.").wait_for()
        assert page.input_value("#note-words") == "Half a thought"
        assert page.locator("#moved-on p").is_hidden()


def test_many_are_changed_and_put_back_without_script(chromium: Any, site: Site) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        page.goto(f"{site.url}/desk/bulk?all=1&service=POTHOLE")
        page.select_option("#to", "triaged")
        page.fill("#reason", "All of them are looked at this week.")
        page.get_by_role("button", name="Look who is affected").click()
        page.get_by_role("button", name="Change ", exact=False).last.click()
        assert "Residents are told at" in page.locator("main").inner_text()
        page.get_by_role("button", name="Take it back").click()
        assert "taken back" in page.locator("main").inner_text()
