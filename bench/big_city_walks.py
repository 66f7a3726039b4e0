"""What a ward officer, an analyst and a citizen do in a day, step by step."""

from collections.abc import Callable

from clocked_page import ClockedPage
from playwright.sync_api import expect

expect.set_options(timeout=30_000)
LINES = "table.queue > tbody > tr"
CHOSEN = 200


def works_the_queue(clock: ClockedPage) -> None:
    """By the keyboard, as somebody who does it all morning."""
    page = clock.page
    clock.opens("the queue", "/desk/queue")
    clock.does("further rows", page.get_by_role("link", name="Further rows").click)
    clock.opens("filtered: one district, overdue", "/desk/queue?district=D07&overdue=1")
    clock.opens("filtered: phoned in", "/desk/queue?channel=phone")
    clock.opens("searched: two words", "/desk/queue?q=deep+mill")
    clock.opens("in a drawn area", "/desk/queue?area=11.49,52.46,11.51,52.47")
    clock.opens("as they came in", "/desk/queue?state=received")
    page.keyboard.press("j")
    number = page.locator(LINES).first.get_attribute("id") or ""

    def moves() -> None:
        page.keyboard.press("s")
        page.keyboard.press("Tab")
        page.keyboard.type("a crew goes there")
        page.keyboard.press("Tab")
        with page.expect_response(lambda one: "/desk/queue/status" in one.url):
            page.keyboard.press("Enter")
        # The answer is the list anew, which comes after where it is was said.
        expect(page.locator("#take-back")).to_contain_text(number)

    def takes_back() -> None:
        with page.expect_response(lambda one: "/desk/queue/taking-back" in one.url):
            page.keyboard.press("u")
        expect(page.locator("#take-back")).to_have_count(0)

    def gives() -> None:
        page.keyboard.press("a")
        expect(page.locator("#give")).to_be_visible()
        page.locator("#give select").select_option(index=1)
        with page.expect_response(lambda one: "/desk/queue/assignment" in one.url):
            page.locator("#give button").first.press("Enter")

    clock.does("moved on", moves)
    clock.does("taken back", takes_back)
    clock.does("given to somebody", gives)
    page.keyboard.press("j")
    clock.does("the next one opened", lambda: opens_the_line(clock))
    clock.opens("what its reporter sees", f"/reports/{number}")


def opens_the_line(clock: ClockedPage) -> None:
    clock.page.keyboard.press("o")
    # The line's mark in the list's address is a navigation too.
    clock.page.wait_for_url("**/desk/incidents/*")


def looks_at_the_map(clock: ClockedPage) -> None:
    """From the whole city to one report."""
    page = clock.page
    clock.opens("the map", "/desk/map")
    clock.opens("the map of a kind, all states", "/desk/map?service=POTHOLE&state=all")
    clock.opens("the map, near", "/desk/map?area=11.499,52.466,11.503,52.469")
    clock.does("a report from the map", page.locator("#in-view tbody a").first.click)


def changes_many(clock: ClockedPage) -> None:
    """All that fit a filter, 500 at most, together, with one note, and back."""
    page = clock.page
    clock.opens("all that fit", "/desk/bulk?all=1&state=received&channel=phone")
    page.locator("#to").select_option("triaged")
    page.locator("#reason").fill("A crew looks at all of these this week.")
    clock.does("who is affected", page.get_by_role("button", name="Look who is affected").click)
    change = page.locator("form[action^='/desk/bulk/acts'] button").first
    clock.does("changed together", change.click)
    clock.does("taken back together", page.get_by_role("button", name="Take").first.click)


def takes_a_call(clock: ClockedPage) -> None:
    page = clock.page
    clock.opens("the form for a call", "/desk/enter")
    page.locator("#description").fill("A deep pothole, a cyclist nearly fell")
    page.locator("#address").fill("Mill")
    places, others = page.locator("[name=place]"), page.locator("[name=same][value=none]")

    def looks_up() -> None:
        page.get_by_role("button", name="Look up").click()
        places.first.wait_for()

    def saves() -> None:
        page.get_by_role("button", name="Save").first.click()
        others.or_(page.locator(".saved-number")).first.wait_for()

    clock.does("looked up", looks_up)
    places.first.check()
    page.locator("#service_code").select_option("POTHOLE")
    clock.does("saved", saves)
    if others.count():
        others.check()
        clock.does("saved as another one", saves)


def plans_the_day(clock: ClockedPage) -> None:
    clock.opens("messages", "/desk/leads")
    clock.opens("what was done together", "/desk/bulk")
    clock.opens("sweeps", "/desk/sweeps")
    clock.opens("outreach", "/desk/outreach")
    clock.opens("today", "/desk/today/")


def asks_what_is_fair(clock: ClockedPage) -> None:
    """An analyst before a council meeting."""
    for label, path in (
        ("reporting rates", "/audit"),
        ("districts", "/audit/districts"),
        ("a district's profile", "/audit/districts/D07"),
        ("the same as CSV", "/audit/districts/D07.csv"),
        ("maps", "/audit/maps"),
        ("maps of refusals", "/audit/maps?figure=closed-without-action"),
        ("two quarters compared", "/audit/compare"),
        ("sensitivity", "/audit/sensitivity"),
        ("targets", "/audit/targets"),
        ("weights, with what they would change", "/audit/weights"),
        ("findings", "/audits"),
        ("a finding", "/audits/1"),
        ("a promise", "/audits/preregistrations/new"),
    ):
        # A file is saved, not shown.
        if path.endswith(".csv"):
            clock.fetches(label, path)
        else:
            clock.opens(label, path)


def is_sceptical(clock: ClockedPage) -> None:
    """A citizen who signs in nowhere."""
    for label, path in (
        ("start", "/"),
        ("reports", "/reports"),
        ("reports, searched", "/reports?state=all&words=lamp"),
        ("reports, closed, of a kind", "/reports?state=closed&kind=POTHOLE"),
        ("map", "/reports/map"),
        ("map, near", "/reports/map?area=11.499,52.466,11.503,52.469"),
        ("how each district is served", "/served"),
        ("overdue", "/overdue"),
        ("decisions", "/decisions"),
        ("open data", "/data"),
        ("a place to report", "/report/new?lat=52.467&lon=11.501"),
        ("for other sites", "/embed/reports"),
        ("privacy", "/privacy"),
        ("how the numbers are made", "/how/equity"),
    ):
        clock.opens(label, path)
    clock.opens("a list of reports", "/reports")
    clock.does("one report", clock.page.locator("main a[href^='/reports/']").first.click)


def keeps_the_city(clock: ClockedPage) -> None:
    """An administrator."""
    for path in ("services", "teams", "users", "running", "catalogue"):
        clock.opens(path, f"/admin/{path}")


WALKS: tuple[tuple[str, tuple[Callable[[ClockedPage], None], ...]], ...] = (
    (
        "ward",
        (works_the_queue, looks_at_the_map, changes_many, takes_a_call, plans_the_day),
    ),
    ("analyst", (asks_what_is_fair,)),
    ("admin", (keeps_the_city,)),
    ("", (is_sceptical,)),
)
