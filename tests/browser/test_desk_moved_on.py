"""What one officer types stays while another joins the report to a second, or closes it."""

from collections.abc import Iterator
from typing import Any

import pytest
from acting import do
from playwright.sync_api import expect
from sites import Site, signed_in_page
from worlds import IN_SE, STAFF, a_report

from backend.core.actors import ANONYMOUS, Role
from backend.core.db import db
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus, MergeIncidents
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.file_report import file_report
from backend.reports.workflow import State

pytestmark = pytest.mark.slow
# As when the page comes back into sight, rather than after 15 seconds.
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"
TYPED = {
    "#note-words": "Half a thought",
    "#answer-words": "Somebody comes on Monday.",
    "#place-reason": "The school opens",
    "#other-reason": "The same hole",
}


def elsewhere(site: Site, use_case: Any, command: Any, actor: Any = STAFF) -> Any:
    with site.world.app.app_context():
        done = do(actor, use_case, command).number
        db.session.remove()
    return done


@pytest.fixture
def page(chromium: Any, site: Site) -> Iterator[Any]:
    """Of a ward officer, who opened the report."""
    elsewhere(site, change_status, ChangeStatus(site.open_number, State.TRIAGED, 1))
    with signed_in_page(chromium, site, Role.WARD_STAFF) as page:
        page.goto(f"{site.url}/desk/incidents/{site.open_number}")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        yield page


def joined(site: Site) -> str:
    """What the open report is joined to by a colleague."""
    other = elsewhere(site, file_report, a_report(70, IN_SE), ANONYMOUS)
    elsewhere(site, merge_incidents, MergeIncidents(site.open_number, other, "One hole"))
    return str(other)


@pytest.mark.parametrize("is_sent", [False, True])
def test_what_is_typed_goes_along_to_the_report_it_was_joined_to(
    page: Any, site: Site, is_sent: bool
) -> None:
    for field, words in TYPED.items():
        page.fill(field, words)
    other = joined(site)
    if is_sent:
        page.get_by_role("button", name="Keep the note").click()
        page.get_by_text(f"lies under {other} since you opened it").first.wait_for()
        assert page.evaluate("document.activeElement.id") == "refused"
    else:
        page.evaluate(LOOK)
        page.get_by_role("link", name="Show it").click()
        page.get_by_text(f"{site.open_number} was joined to {other}.").wait_for()
        assert page.evaluate("document.activeElement.id") == "joined"
    assert other in page.title()
    assert {field: page.input_value(field) for field in TYPED} == TYPED
    # Of the two forms that join it, each keeps its own reason.
    assert page.input_value("#link-reason") == ""
    assert page.locator("#without-place").is_hidden()
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_text("The note is kept").wait_for()
    assert page.locator("#note-words").input_value() == ""
    assert page.input_value("#answer-words") == TYPED["#answer-words"]


def test_words_whose_form_is_gone_can_be_copied_until_they_are_put_away(
    page: Any, site: Site
) -> None:
    question, reason = "Which <b>side</b>?\nLeft?", "The school opens"
    page.fill("#question-words", question)
    page.fill("#place-reason", reason)
    page.fill("#note-words", "Half a thought")
    elsewhere(site, change_status, ChangeStatus(site.open_number, State.RESOLVED, 2))
    page.evaluate(LOOK)
    page.get_by_role("link", name="Show it").click()
    part, lines = page.locator("#without-place"), page.locator("#without-place li")
    part.wait_for()
    assert page.evaluate("document.activeElement.id") == "without-place"
    assert set(lines.all_text_contents()) == {question, reason}
    assert page.locator("#question-words").count() == 0
    # They stay while the rest is worked on.
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_text("The note is kept").wait_for()
    page.fill("#note-words", "Second thought")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_text("Second thought").wait_for()
    assert set(lines.all_text_contents()) == {question, reason}
    page.get_by_role("link", name="Put them away").click()
    assert part.is_hidden()
    assert lines.count() == 0


@pytest.mark.parametrize("also", [None, "Half a thought"])
def test_what_is_sent_by_a_form_that_is_gone_stays_too(
    page: Any, site: Site, also: str | None
) -> None:
    page.fill("#question-words", "Which side?")
    if also:
        page.fill("#note-words", also)
    elsewhere(site, change_status, ChangeStatus(site.open_number, State.RESOLVED, 2))
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#without-place li")).to_have_text(["Which side?"])
    assert page.input_value("#note-words") == (also or "")
