"""A tablet that everybody votes at: it asks whether anybody is there, and leaves nothing behind."""

from typing import Any

import pytest
from patience import until
from playwright.sync_api import expect
from sites import Site
from voters import ARABIC_DIGITS, LETTER, databases, open_vote, sequences

pytestmark = pytest.mark.slow

# Storage of every kind; of the caches the client's own files are the only one.
LEFT = """async () => [
  localStorage.length, sessionStorage.length,
  (await caches.keys()).filter((one) => one !== "client").length,
]"""


@pytest.fixture
def tablet(site: Site, new_phone: Any) -> Any:
    """A tablet that staff made one for voting."""
    open_vote(site, kind="approval", max=2)
    page = new_phone().new_page()
    page.goto("/app/kiosk")
    way = page.get_by_role("link", name="More", exact=True)
    expect(way).to_have_attribute("aria-current", "page")
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").click()
    page.get_by_role("button", name="Begin voting at this tablet").click()
    return page


def fill_in(page: Any) -> None:
    page.get_by_label("The code in your letter").fill(LETTER.translate(ARABIC_DIGITS))
    page.get_by_role("button", name="Open my ballot").click()
    page.get_by_role("button", name="Whole city").click()
    page.get_by_role("checkbox", name="I choose this: Project C2").check()


def nothing_is_left(page: Any) -> None:
    expect(page.get_by_label("The code in your letter")).to_have_value("")
    # A page that begins looks for ballots whose vote is over, and leaves no place for any.
    until(page, "indexedDB.databases().then((all) => all.length === 1)")
    assert databases(page) == ["evenward"]
    assert page.evaluate(LEFT) == [0, 0, 0]
    # Going back shows nothing either, however often.
    for _ in range(3):
        page.go_back()
        expect(page.get_by_label("The code in your letter")).to_have_value("")
        expect(page.get_by_text("Project C2")).to_have_count(0)


def test_a_tablet_nobody_touches_asks_and_then_clears_itself(tablet: Any) -> None:
    # A language alone is something of whoever chose it.
    tablet.get_by_role("button", name="العربية").click()
    expect(tablet.locator("html")).to_have_attribute("lang", "ar")
    tablet.clock.run_for(112_000)
    expect(tablet.locator("html")).to_have_attribute("lang", "en")
    fill_in(tablet)
    tablet.get_by_role("button", name="Next part").focus()
    tablet.clock.run_for(91_000)
    warning = tablet.get_by_role("alertdialog", name="Are you still there?")
    expect(warning.get_by_role("button", name="I am still here")).to_be_focused()
    tablet.keyboard.press("Enter")
    expect(warning).to_have_count(0)
    # The key that answered did nothing on the page behind.
    expect(tablet.get_by_role("button", name="Next part")).to_be_focused()
    expect(tablet.get_by_role("checkbox", name="I choose this: Project C2")).to_be_checked()
    tablet.clock.run_for(111_000)
    nothing_is_left(tablet)


def test_a_ballot_sent_at_a_tablet_leaves_only_the_box(site: Site, tablet: Any) -> None:
    fill_in(tablet)
    # Loaded anew it knows nothing of whoever voted.
    tablet.reload()
    nothing_is_left(tablet)
    fill_in(tablet)
    # While the voter is there, Back is one step and costs nothing, however often.
    heading = tablet.get_by_role("heading", level=1)
    for _ in range(3):
        heading.blur()
        tablet.go_back()
        expect(heading).to_have_text("Your ballot")
        # The step before looks like this one; that it was drawn shows by where the page begins.
        expect(heading).to_be_focused()
    expect(tablet.get_by_text("1 of at most 2 chosen.")).to_be_visible()
    tablet.get_by_role("button", name="Whole city").click()
    tablet.get_by_role("button", name="Next part").click()
    tablet.get_by_role("button", name="Check my ballot").click()
    tablet.get_by_role("button", name="Put it into the box").click()
    expect(tablet.locator(".code-shown")).to_be_visible()
    tablet.go_back()
    expect(tablet.locator(".code-shown")).to_be_visible()
    # Within the page, and nowhere else.
    ways = tablet.get_by_role("link").evaluate_all("(all) => all.map((one) => one.hash)")
    assert ways == ["#main"]
    tablet.get_by_role("button", name="Done. Clear this tablet").click()
    nothing_is_left(tablet)
    assert sequences(site) == [1]
