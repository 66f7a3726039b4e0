"""Two at the desk work on one report, and one changes many together."""

from typing import Any

import pytest
from playwright.sync_api import expect
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
        other.get_by_text("Somebody comes on Monday.").wait_for()
        # As when the page comes back into sight, rather than after 15 seconds.
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.get_by_role("link", name="Show it").click()
        page.get_by_text("Somebody comes on Monday.").wait_for()
        assert page.input_value("#note-words") == "Half a thought"
        assert page.locator("#is-changed").is_hidden()


def test_what_is_typed_in_one_form_outlives_the_sending_of_another(
    chromium: Any, site: Site
) -> None:
    address = f"{site.url}/desk/incidents/{site.open_number}"
    with chromium.new_context() as context:
        page, other = context.new_page(), context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        for one in (page, other):
            one.goto(address)
        page.fill("#note-words", "Ask the foreman")
        page.select_option("#to", "triaged")
        page.fill("#reason", "Seen on Monday")
        # Somebody else is faster: the words of both forms stay.
        other.select_option("#to", "in_progress")
        other.get_by_role("button", name="Change the state").click()
        other.get_by_text("You changed this a moment ago.").wait_for()
        page.get_by_role("button", name="Change the state").click()
        page.get_by_text("has changed since you opened it").first.wait_for()
        assert page.evaluate("document.activeElement.id") == "refused"
        assert page.input_value("#note-words") == "Ask the foreman"
        assert page.input_value("#reason") == "Seen on Monday"
        page.get_by_role("button", name="Keep the note").click()
        page.get_by_text("The note is kept").wait_for()
        assert page.input_value("#note-words") == ""
        assert page.input_value("#reason") == "Seen on Monday"
        # Where the session has ended it is said, and nothing is lost or kept on the computer.
        page.fill("#note-words", "He comes at nine")
        other.get_by_role("button", name="Sign out").click()
        other.get_by_text("You are signed out.").wait_for()
        page.get_by_role("button", name="Keep the note").click()
        page.get_by_text("This was not sent.").wait_for()
        sign_in(other, site, Role.WARD_STAFF)
        page.get_by_role("link", name="Then go on here").click()
        page.locator("#not-sent").wait_for(state="hidden")
        page.get_by_role("button", name="Keep the note").click()
        page.get_by_text("He comes at nine").wait_for()
        assert page.input_value("#reason") == "Seen on Monday"
        # Somebody else who signs in there does not find it in forms of theirs.
        other.get_by_role("button", name="Sign out").click()
        other.get_by_text("You are signed out.").wait_for()
        sign_in(other, site, Role.ADMIN)
        page.fill("#note-words", "Half a thought")
        page.get_by_role("button", name="Keep the note").click()
        page.get_by_role("link", name="Then go on here").click()
        page.get_by_role("link", name="Administration").wait_for()
        assert (page.input_value("#reason"), page.input_value("#note-words")) == ("", "")
        kept = "[localStorage, sessionStorage].map((one) => JSON.stringify({...one})).join()"
        assert "Monday" not in page.evaluate(kept)


def test_many_are_changed_and_put_back_without_script(chromium: Any, site: Site) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        page.goto(f"{site.url}/desk/bulk?all=1&service=POTHOLE")
        page.select_option("#to", "triaged")
        page.fill("#reason", "All of them are looked at this week.")
        page.get_by_role("button", name="Look who is affected").click()
        page.get_by_role("button", name="Change ", exact=False).last.click()
        expect(page.locator("main")).to_contain_text("Residents are told at")
        page.get_by_role("button", name="Take it back").click()
        expect(page.locator("main")).to_contain_text("taken back")
