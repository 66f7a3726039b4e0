"""A ward officer's morning: without script, and without a mouse."""

from typing import Any

import pytest
from sites import Site, sign_in, signed_in_page
from worlds import PASSWORD, STAFF

from backend.core.actors import Role
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.workflow import State

expect = pytest.importorskip("playwright.sync_api").expect


def test_an_officer_works_the_queue_without_script(chromium: Any, site: Site) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.url}/desk/queue")
        sign_in(page, site, Role.WARD_STAFF)
        assert page.get_by_role("heading", level=1).inner_text() == "6 open problems"
        rows = page.locator("table.queue > tbody > tr")
        assert "Danger" in rows.first.inner_text()
        page.goto(f"{site.url}/desk/queue?district=SE")
        assert rows.count() == 2
        page.goto(f"{site.url}/desk/incidents/{site.open_number}")
        assert "030 5550100" in page.locator("main").inner_text()
        form = page.locator("form", has=page.locator("[name=to]"))
        form.locator("[name=to]").select_option("refused")
        form.locator("[name=reason]").fill("The owner of the car park looks after it.")
        form.get_by_role("button").click()
        expect(page.get_by_role("status")).to_contain_text("Refused")
        page.goto(f"{site.url}/reports/{site.open_number}")
        public = page.locator("main").inner_text()
        assert "The owner of the car park looks after it." in public
        assert "030 5550100" not in public


def test_the_reason_of_a_position_opens_by_keyboard(chromium: Any, site: Site) -> None:
    with signed_in_page(chromium, site, Role.WARD_STAFF) as page:
        summary = page.locator("td.why summary").first
        summary.focus()
        page.keyboard.press("Enter")
        table = page.locator("td.why table").first
        factors = [float(cell) for cell in table.locator("tbody .number").all_inner_texts()]
        score = float(table.locator("tfoot .number").inner_text())
        assert abs(factors[0] * factors[1] * factors[2] - score) < 0.01


@pytest.mark.slow
def test_a_line_is_changed_given_and_taken_back_by_keys_alone(chromium: Any, site: Site) -> None:
    with signed_in_page(chromium, site, Role.WARD_STAFF) as page:
        page.goto(f"{site.url}/desk/queue?service=POTHOLE")
        lines = page.locator("table.queue > tbody > tr")
        before = lines.count()
        page.keyboard.press("j")
        page.keyboard.press("j")
        number = lines.nth(1).get_attribute("id")
        line = page.locator(f"#{number}")
        assert page.evaluate("document.activeElement.closest('tr').id") == number

        page.keyboard.press("s")
        page.keyboard.type("Being")
        page.keyboard.press("Tab")
        # Keys are letters while somebody types.
        page.keyboard.type("just asked")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(line.locator(".standing-now")).to_contain_text("Being worked on")
        expect(page.locator("#announcements")).to_contain_text("Being worked on")
        assert page.evaluate("document.activeElement.closest('tr').id") == number
        page.keyboard.press("u")
        expect(line.locator(".standing-now")).to_contain_text("Received")

        page.keyboard.press("a")
        expect(page.locator("#give")).to_be_visible()
        page.keyboard.type("Me")
        page.keyboard.press("Enter")
        page.locator("#give button").first.focus()
        page.keyboard.press("Enter")
        expect(line).to_contain_text("Ward_Staff")
        page.keyboard.press("u")
        expect(line).not_to_contain_text("Ward_Staff")
        page.keyboard.press("u")
        expect(page.locator("#said")).to_have_text("There is nothing to take back.")
        page.keyboard.press("x")
        expect(page.locator("#announcements")).to_have_text("1 chosen")
        assert lines.count() == before

        page.keyboard.press("?")
        page.keyboard.press("Space")
        page.keyboard.press("Escape")
        page.keyboard.press("k")
        assert page.evaluate("document.activeElement.closest('tr').id") == number


@pytest.mark.slow
def test_what_somebody_else_did_is_said_and_shown(chromium: Any, site: Site) -> None:
    with signed_in_page(chromium, site, Role.WARD_STAFF) as page:
        page.goto(f"{site.url}/desk/queue?q=hole")
        line = page.locator(f"#{site.open_number}")
        with site.world.app.app_context(), unit_of_work(STAFF) as work:
            change_status(work, ChangeStatus(site.open_number, State.TRIAGED, 1))
        line.locator(".change summary").click()
        line.locator("select").select_option("in_progress")
        line.locator("textarea").fill("We are on it")
        line.locator(".change button").click()
        expect(line.get_by_role("alert")).to_contain_text("Somebody else was faster")
        expect(line.locator(".standing-now")).to_contain_text("Looked at")
        # Nothing goes off for the new state before somebody opened it anew.
        expect(line.locator("details.drop")).not_to_have_attribute("open", "")
        assert page.evaluate("document.activeElement.closest('tr').id") == site.open_number
        page.keyboard.press("s")
        expect(line.locator("textarea")).to_have_value("We are on it")
        line.locator(".change button").click()
        expect(line.locator(".standing-now")).to_contain_text("Being worked on")
        # What is done leaves the list; its line stays in place until the list is read anew.
        line.locator(".change summary").click()
        line.locator("select").select_option("resolved")
        line.locator(".change button").click()
        expect(line).to_contain_text("It has left this list.")
        page.reload()
        expect(line).to_have_count(0)


@pytest.mark.slow
def test_a_colleague_s_change_is_never_written_over_by_a_second_press(
    chromium: Any, site: Site
) -> None:
    with signed_in_page(chromium, site, Role.WARD_STAFF) as page:
        number = site.open_number
        line = page.locator(f"#{number}")
        sent: list[str] = []
        page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
        page.goto(f"{site.url}/desk/queue?q=hole#{number}")
        page.keyboard.press("a")
        moved(site, State.TRIAGED, 1)
        page.locator("#give button").first.focus()
        page.keyboard.press("Enter")
        expect(line.get_by_role("alert")).to_contain_text("Somebody else was faster")
        expect(line.locator(".standing-now")).to_contain_text("Looked at")
        expect(page.locator("#give")).to_be_hidden()
        assert page.evaluate("document.activeElement.closest('tr').id") == number
        assert len(sent) == 1

        # With a filter it does not fit any more: it says so, and leads to the report.
        page.goto(f"{site.url}/desk/queue?q=hole&state=triaged#{number}")
        page.keyboard.press("s")
        moved(site, State.IN_PROGRESS, 2)
        line.locator(".change button").focus()
        page.keyboard.press("Enter")
        expect(line.get_by_role("alert")).to_contain_text("Somebody else was faster")
        expect(line).to_contain_text("It has left this list.")
        expect(line.get_by_role("link", name=f"Open {number}")).to_be_visible()
        assert page.evaluate("document.activeElement.closest('tr').id") == number
        assert len(sent) == 2


def moved(site: Site, after: State, version: int) -> None:
    """A colleague was faster."""
    with site.world.app.app_context(), unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(site.open_number, after, version))


@pytest.mark.slow
@pytest.mark.parametrize("has_script", [True, False])
def test_a_change_whose_session_ended_waits_in_its_line(
    chromium: Any, site: Site, *, has_script: bool
) -> None:
    site.world.clock.advance(hours=1)
    with chromium.new_context(java_script_enabled=has_script) as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        page.goto(f"{site.url}/desk/queue?q=hole")
        line = page.locator(f"#{site.open_number}")
        line.locator(".change summary").click()
        line.locator("select").select_option("in_progress")
        line.locator("textarea").fill("We are on it")
        sign_out_elsewhere(context, site)
        line.locator(".change button").click()
        expect(page.get_by_text("so this was not sent yet")).to_be_visible()
        assert "We are on it" not in page.content()
        sign_in_here(page)
        expect(page.get_by_text("We are on it")).to_be_visible()
        page.get_by_role("button", name="Go back to it").click()
        page.wait_for_url(f"**#{site.open_number}")
        expect(line.locator("textarea")).to_have_value("We are on it")
        expect(line.locator("select")).to_have_value("in_progress")
        expect(line.locator(".standing-now")).to_contain_text("Received")
        line.locator(".change button").click()
        expect(line.locator(".standing-now")).to_contain_text("Being worked on")


@pytest.mark.slow
def test_whoever_is_signed_out_finds_the_line_again(chromium: Any, site: Site) -> None:
    site.world.clock.advance(hours=1)
    with signed_in_page(chromium, site, Role.WARD_STAFF) as page:
        page.goto(f"{site.url}/desk/queue?q=hole")
        page.locator(f"#{site.open_number} th.what a").focus()
        page.keyboard.press("a")
        sign_out_elsewhere(page.context, site)
        page.locator("#give button").first.click()
        refusal = page.locator("#give .refusal")
        expect(refusal).to_contain_text("You are signed out, so nothing was changed.")
        refusal.get_by_role("link", name="Sign in").click()
        sign_in_here(page)
        page.wait_for_url(f"{site.url}/desk/queue?q=hole#{site.open_number}")
        expect(page.locator(f"#{site.open_number} th.what a")).to_be_focused()


def sign_out_elsewhere(context: Any, site: Site) -> None:
    other = context.new_page()
    other.goto(f"{site.url}/desk/map")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_text("You are signed out.")).to_be_visible()
    other.close()


def sign_in_here(page: Any) -> None:
    page.locator("#username").fill(Role.WARD_STAFF.value)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.slow
def test_a_report_is_worked_and_left_by_keys_and_the_way_back_keeps_the_place(
    chromium: Any, site: Site
) -> None:
    with signed_in_page(chromium, site, Role.WARD_STAFF) as page:
        page.goto(f"{site.url}/desk/queue?state=received&list=city")
        lines = page.locator("table.queue > tbody > tr")
        first, second = (lines.nth(at).get_attribute("id") for at in (0, 1))
        for key in ("j", "j", "o"):
            page.keyboard.press(key)
        page.wait_for_url(f"**/desk/incidents/{second}?*")
        page.keyboard.press("k")
        page.wait_for_url(f"**/desk/incidents/{first}?*")
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        assert page.evaluate("document.activeElement.name") == "assignee"
        page.keyboard.press("Escape")
        page.keyboard.press("s")
        assert page.evaluate("document.activeElement.name") == "to"
        page.keyboard.type("Being")
        page.locator("#acts button[value=do]").first.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("Being worked on")
        # No page has keys before it is loaded.
        page.wait_for_load_state()
        page.keyboard.press("u")
        expect(page.locator("main")).to_contain_text("Taken back")
        page.wait_for_load_state()
        page.keyboard.press("j")
        page.wait_for_url(f"**/desk/incidents/{second}?*")
        page.keyboard.press("b")
        page.wait_for_url("**/desk/queue?state=received#*")
        expect(page.locator(f"#{second} th.what a")).to_be_focused()
        page.keyboard.press("o")
        page.wait_for_url(f"**/desk/incidents/{second}?*")
        page.go_back()
        expect(page.locator(f"#{second} th.what a")).to_be_focused()
        page.keyboard.press("k")
        assert page.evaluate("document.activeElement.closest('tr').id") == first


@pytest.mark.slow
def test_the_map_stands_beside_the_list_or_a_link_leads_to_it(chromium: Any, site: Site) -> None:
    with chromium.new_context(viewport={"width": 1366, "height": 768}) as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        page.goto(f"{site.url}/desk/queue")
        table, city_map = page.locator("table.queue"), page.locator(".city-map")
        link = page.get_by_role("link", name="Go to the map")
        for width in (1280, 1366, 1920):
            page.set_viewport_size({"width": width, "height": 768})
            listed, drawn = table.bounding_box(), city_map.bounding_box()
            assert listed["x"] + listed["width"] <= drawn["x"], width
            assert drawn["height"] <= 768, width
            expect(link).to_be_hidden()
        for width in (320, 1024):
            page.set_viewport_size({"width": width, "height": 768})
            assert page.evaluate("document.documentElement.scrollWidth") == width
            link.click()
            expect(city_map).to_be_in_viewport(ratio=0.2)


@pytest.mark.slow
def test_nothing_is_fetched_from_anywhere_else(chromium: Any, site: Site) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(request.url))
        sign_in(page, site, Role.ANALYST)
        for path in (
            "/",
            "/audit",
            "/audits",
            "/audit/weights",
            "/desk/sweeps",
            "/elections/testwick-2026",
            "/decisions",
        ):
            page.goto(site.url + path)
        assert fetched
        assert [url for url in fetched if not url.startswith((site.url, "data:"))] == []


@pytest.mark.slow
def test_taking_back_waits_for_the_change_that_is_on_its_way(chromium: Any, site: Site) -> None:
    """Until it is answered the page offers the change before it, which nobody means."""
    with signed_in_page(chromium, site, Role.WARD_STAFF) as page:
        page.goto(f"{site.url}/desk/queue?service=POTHOLE&state=received")
        first, second = (
            page.locator("table.queue > tbody > tr").nth(n).get_attribute("id") for n in (0, 1)
        )
        held = list[Any]()

        def moves(number: str | None) -> None:
            page.locator(f"[id='{number}'] th.what a").focus()
            page.keyboard.press("s")
            page.locator(f"[id='{number}'] [name=to]").select_option("triaged")
            page.locator(f"[id='{number}'] form button").press("Enter")

        moves(first)
        expect(page.locator("#take-back")).to_contain_text(f"{first}: ")
        page.route("**/desk/queue/status?*", lambda route: held.append(route))
        moves(second)
        page.locator("h1").evaluate("() => document.activeElement.blur()")
        page.keyboard.press("u")
        while not held:
            page.wait_for_timeout(20)
        with page.expect_request("**/desk/queue/taking-back?*"):
            held[0].continue_()
        expect(page.locator("#take-back")).to_have_count(0)
        page.goto(f"{site.url}/desk/queue?service=POTHOLE&state=triaged")
        lines = page.locator("table.queue > tbody > tr")
        expect(lines).to_have_count(1)
        assert lines.first.get_attribute("id") == first
