"""A crew's day on a phone: entered in the street without a network, at the city exactly once."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import shapely
from acting import do
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from patience import until
from playwright.sync_api import Error, expect
from ports import free_port
from served_process import server
from sweeping import CREWS, lay_grid
from worlds import ANALYST, PASSWORD, STAFF, a_report, opened_city

from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.reports.file_report import file_report
from backend.triage.outreach.commands import TakeDistricts
from backend.triage.outreach.take_districts import take_districts
from backend.triage.sweeps.commands import DecideSweeps
from backend.triage.sweeps.decide_plan import decide_plan
from backend.triage.sweeps.propose_plan import draw_plan, propose_plan
from backend.triage.sweeps.queries import stops_of

pytestmark = pytest.mark.slow

PHONE = {
    "viewport": {"width": 360, "height": 780},
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
}
WITHOUT_SCRIPT = {"viewport": PHONE["viewport"], "java_script_enabled": False}
TIME_ZONE = "Europe/Berlin"
DAY = "/desk/today/sweeps/1/1"
NOTES = "SELECT place, kind FROM sweep_note ORDER BY place, kind"
FOUND = "SELECT description, channel FROM service_request WHERE channel IN ('sweep', 'outreach')"
VISITS = "SELECT people FROM outreach_visit"
# The worker is there, and so is what was fetched ahead.
IS_KEPT = """async () => {
  if (!navigator.serviceWorker.controller) return false;
  for (const name of await caches.keys()) {
    if (name.startsWith("today ")) {
      const kept = (await (await caches.open(name)).keys()).map(({url}) => new URL(url).pathname);
      if (["/desk/today/", "/desk/today/sweeps/1/1"].every((one) => kept.includes(one))
          && kept.some((one) => one.endsWith("today.css"))
          && kept.some((one) => one.includes("sweep_day-"))) return true;
    }
  }
  return false;
}"""
# The device has no room for one page more.
KEEPS_NOTHING = """async () => {
  const room = await caches.open("room");
  return room.put("/room", new Response("x".repeat(5000))).then(() => false, () => true);
}"""
# Nothing lies over the middle of a button.
IS_ON_TOP = """(button) => {
  const {left, top, width, height} = button.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2) === button;
}"""
# Pages that are left; a sheet of the sign-in page is nobody's secret.
LEFT = """async () => {
  let left = 0;
  for (const name of await caches.keys()) {
    const kept = await (await caches.open(name)).keys();
    left += kept.filter(({url}) => new URL(url).pathname.startsWith("/desk/")).length;
  }
  return left;
}"""


def rows(folder: Path, query: str) -> list[Any]:
    """What the city has on disk now."""
    database = sqlite3.connect(folder / "city.sqlite3")
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def prepared(template: Path, folder: Path) -> str:
    """A plan in force, a visit meant for today, and the number of what is reported at stop 1."""
    shutil.copy(template, folder / "city.sqlite3")
    with opened_city(folder, seed=2) as world:
        lay_grid(2)
        do(STAFF, propose_plan, draw_plan(current_session(), CREWS, world.clock.now()))
        do(ANALYST, decide_plan, DecideSweeps(1, True, "dry weather"))
        do(
            STAFF,
            take_districts,
            TakeDistricts(datetime.now(ZoneInfo(TIME_ZONE)).date(), ["SE", "NW", "SW"]),
        )
        middle = shapely.centroid(shapely.from_wkb(stops_of(current_session(), 1, 1)[0].shape))
        return str(do(ANONYMOUS, file_report, a_report(1, (middle.x, middle.y))).number)


def signs_in(context: Any, url: str, who: str) -> Any:
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{url}/sign-in?next=/desk/today/")
    page.get_by_label("User name").fill(who)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url(f"{url}/desk/today/")
    return page


@contextmanager
def today(
    chromium: Any, template: Path, data_dir: Path, **device: Any
) -> Iterator[tuple[Any, str]]:
    """Today's list on a device of somebody of the staff, and the place known from before."""
    known = prepared(template, data_dir)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with server(data_dir, port), chromium.new_context(**device, base_url=url) as context:
        yield signs_in(context, url, "ward_staff"), known


def takes_the_day(context: Any, url: str) -> Any:
    """The first day's page, kept for where there is no network."""
    page = signs_in(context, url, "ward_staff")
    page.get_by_role("button", name="Walk it today").first.click()
    page.wait_for_url(f"**{DAY}")
    until(page, IS_KEPT)
    page.wait_for_load_state("networkidle")
    return page


def walks_the_fourth(page: Any, url: str) -> None:
    page.goto(f"{url}{DAY}")
    page.locator("#stop-4").get_by_role("button", name="Walked").click()


def has_no_finding(page: Any) -> None:
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert not found["violations"], AxeResults(found).generate_report()


def test_what_is_entered_without_a_network_arrives_once_and_everybody_sees_it(
    chromium: Any, sqlite_template: Path, tmp_path: Path
) -> None:
    known = prepared(sqlite_template, tmp_path)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with chromium.new_context(**PHONE) as context, chromium.new_context() as other:
        with server(tmp_path, port) as process:
            page = signs_in(context, url, "ward_staff")
            has_no_finding(page)
            page.get_by_role("button", name="Walk it today").first.click()
            page.wait_for_url(f"**{DAY}")
            until(page, IS_KEPT)
            has_no_finding(page)
            # The city takes the first and is gone before it says so.
            sent = []

            def kill(route: Any) -> None:
                # The page looks at what others entered, too.
                if sent or route.request.method != "POST":
                    return route.continue_()
                sent.append((route.request.method, route.fetch().status))
                process.kill()
                process.join()
                return route.abort()

            context.route(f"**{DAY}", kill)
            stop = page.locator("#stop-1")
            stop.get_by_role("button", name="Walked").click()
            while process.is_alive():
                page.wait_for_timeout(20)
            box = page.locator("#outbox")
            expect(box).to_contain_text("Not yet sent: 1")
            assert sent == [("POST", 200)]
            context.unroute(f"**{DAY}", kill)
        # From here on the browser may wake the worker, too.
        context.grant_permissions(["background-sync"])
        assert rows(tmp_path, NOTES) == [(1, "walked")]
        # Now nobody answers: the page comes from the phone, with what was entered.
        page.goto(f"{url}/desk/today/")
        expect(page.locator("#outbox")).to_contain_text("No answer from the city")
        page.locator("#told summary").click()
        page.get_by_label("What is wrong?").fill("The gate is broken")
        page.get_by_label("Where is it?").fill("50.002, 10.002")
        page.locator("#told").get_by_label("Kind of problem").select_option("BENCH")
        page.locator("#told").get_by_role("button", name="Save").click()
        page.locator("#visit-SE summary").click()
        page.locator("#visit-SE").get_by_label("People spoken with").fill("4")
        page.locator("#visit-SE").get_by_label("What was done").fill("Tea in the yard")
        page.locator("#visit-SE").get_by_role("button", name="Record").click()
        expect(page.locator("#outbox")).to_contain_text("Not yet sent: 3")
        page.goto(f"{url}{DAY}")
        page.locator("#stop-1").get_by_role("button", name=known).click()
        page.locator("#stop-2").get_by_role("link", name="Note a new problem here").click()
        form = page.locator("#stop-2 #find")
        form.get_by_label("Kind of problem").select_option("BENCH")
        form.get_by_label("What it is").fill("A loose bench")
        form.get_by_role("button", name="Note it").click()
        page.locator("#stop-3").get_by_role("button", name="Not reached").click()
        expect(page.locator("#outbox")).to_contain_text("Not yet sent: 6")
        expect(page.locator("#stop-2")).to_contain_text("not yet sent")
        has_no_finding(page)
        with server(tmp_path, port) as process:
            expect(page.locator("#outbox")).to_be_hidden(timeout=45_000)
            notes = [(1, "known"), (1, "walked"), (2, "new"), (3, "missed")]
            assert rows(tmp_path, NOTES) == notes
            assert sorted(rows(tmp_path, FOUND)) == [
                ("A loose bench", "sweep"),
                ("The gate is broken", "outreach"),
            ]
            assert rows(tmp_path, VISITS) == [(4,)]
            expect(page.locator("#stop-2")).to_contain_text("New bench")
            # A second person on the same day sees it, and may not undo what they have not seen.
            second = signs_in(other, url, "admin")
            second.goto(f"{url}{DAY}")
            expect(second.locator("#stop-3 .stop-state")).to_have_text("Not reached")
            second.wait_for_load_state("networkidle")
            other.set_offline(True)
            page.locator("#stop-4").get_by_role("button", name="Not reached").click()
            expect(page.locator("#stop-4 .stop-state")).to_have_text("Not reached")
            second.locator("#stop-4").get_by_role("button", name="Walked").click()
            expect(second.locator("#outbox")).to_contain_text("Not yet sent: 1")
            other.set_offline(False)
            refusal = second.locator("#outbox")
            expect(refusal).to_contain_text("Somebody noted otherwise")
            expect(second.locator("#stop-4 .stop-state")).to_have_text("Not reached")
            has_no_finding(second)
            refusal.get_by_role("button", name="Send it once more").click()
            expect(second.locator("#stop-4 .stop-state")).to_have_text("Walked")
            expect(refusal).to_be_hidden()
        # Signing out with something unsent warns, and leaves nothing.
        page.locator("#stop-5").get_by_role("button", name="Walked").click()
        expect(page.locator("#outbox")).to_contain_text("Not yet sent: 1")
        page.on("dialog", lambda dialog: dialog.accept())
        with server(tmp_path, port):
            page.evaluate("document.querySelector('form.viewer').requestSubmit()")
            page.wait_for_url(f"{url}/")
            assert page.evaluate(LEFT) == 0
            assert page.goto(f"{url}{DAY}").status == 401
        assert page.evaluate(LEFT) == 0


def test_words_that_were_refused_come_back_to_be_corrected(
    chromium: Any, sqlite_template: Path, tmp_path: Path
) -> None:
    with today(chromium, sqlite_template, tmp_path, **PHONE) as (page, _):
        page.get_by_role("button", name="Walk it today").first.click()
        page.wait_for_url(f"**{DAY}")
        words = page.locator("#find-words")
        expect(words).to_have_attribute("maxlength", "4000")
        # As a page of yesterday may have taken them.
        words.evaluate("field => { field.maxLength = 5000; field.value = 'x'.repeat(4001); }")
        page.locator("#find-stop").select_option("2")
        page.locator("#find").get_by_label("Kind of problem").select_option("BENCH")
        page.get_by_role("button", name="Note it").click()
        box = page.locator("#outbox")
        expect(box).to_contain_text("Not taken: 1")
        expect(words).to_have_value("")
        box.get_by_role("button", name="Correct it").click()
        expect(words).to_have_value("x" * 4001)
        expect(words).to_be_focused()
        # What was refused stays on top, and the form begins below it.
        [said, form] = [page.locator(one).bounding_box() for one in ("#outbox", "#find form")]
        assert form["y"] >= said["y"] + said["height"]
        expect(page.locator("#find-stop")).to_have_value("2")
        words.fill("A loose bench")
        page.get_by_role("button", name="Note it").click()
        expect(box).to_be_hidden()
        expect(page.locator("#stop-2")).to_contain_text("New bench")
        assert rows(tmp_path, FOUND) == [("A loose bench", "sweep")]


def test_however_much_is_refused_the_stops_can_be_used(
    chromium: Any, sqlite_template: Path, tmp_path: Path
) -> None:
    prepared(sqlite_template, tmp_path)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    small = PHONE | {"viewport": {"width": 320, "height": 640}}
    with (
        server(tmp_path, port),
        chromium.new_context(**small) as context,
        chromium.new_context() as other,
    ):
        page, second = takes_the_day(context, url), signs_in(other, url, "admin")
        second.goto(f"{url}{DAY}")
        context.set_offline(True)
        for place in range(1, 7):
            page.locator(f"#stop-{place}").get_by_role("button", name="Walked").click()
            second.locator(f"#stop-{place}").get_by_role("button", name="Not reached").click()
            mark = second.locator(f"#stop-{place} .stop-state")
            expect(mark).to_have_text("Not reached")
        context.set_offline(False)
        box = page.locator("#outbox")
        expect(box).to_contain_text("Not taken: 6")
        has_no_finding(page)
        # Wherever a stop is gone to, its buttons can be pressed.
        for place in (1, 3, 6):
            page.goto(f"{url}{DAY}#stop-{place}")
            expect(box).to_contain_text("Not taken: 6")
            assert box.bounding_box()["height"] <= 0.4 * 640
            walked = page.locator(f"#stop-{place}").get_by_role("button", name="Walked")
            expect(walked).to_be_in_viewport(ratio=1)
            assert walked.evaluate(IS_ON_TOP)
        # By keyboard, to the end of what it says.
        page.get_by_role("region", name="Not at the city yet").focus()
        page.keyboard.press("End")
        last = box.get_by_role("button", name="Take it away").last
        expect(last).to_be_in_viewport(ratio=1)
        # Nobody who reads there is thrown out by a look at what others entered.
        last.focus()
        page.locator("#stop-1 .waiting-here li").evaluate("(line) => { line.id = 'before'; }")
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(page.locator("#before")).to_have_count(0)
        expect(last).to_be_focused()


def ends_the_day(page: Any) -> None:
    started = page.get_by_label("Started")
    begun = datetime.fromisoformat(started.input_value()) - timedelta(hours=1)
    started.fill(begun.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("Metres walked").fill("900")
    page.get_by_role("button", name="Record the day").click()


def says_it_is_right(page: Any) -> None:
    box = page.locator("#outbox")
    expect(box).to_contain_text("Nearly every stop is missed")
    box.get_by_role("button", name="It is right all the same").click()


def test_what_comes_after_somebody_else_ended_the_day_becomes_a_report(
    chromium: Any, sqlite_template: Path, tmp_path: Path
) -> None:
    prepared(sqlite_template, tmp_path)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with chromium.new_context(**PHONE) as context, chromium.new_context() as other:
        with server(tmp_path, port):
            page = takes_the_day(context, url)
        walks_the_fourth(page, url)
        page.locator("#stop-2").get_by_role("link", name="Note a new problem here").click()
        page.locator("#find").get_by_label("Kind of problem").select_option("BENCH")
        page.locator("#find").get_by_label("What it is").fill("A loose bench")
        page.locator("#find").get_by_role("button", name="Note it").click()
        expect(page.locator("#outbox")).to_contain_text("Not yet sent: 2")
        page.close()
        with server(tmp_path, port):
            second = signs_in(other, url, "admin")
            second.goto(f"{url}{DAY}")
            expect(second.locator("#live-left")).to_contain_text("Ward_Staff took this day")
            second.locator("#stop-1").get_by_role("button", name="Walked").click()
            expect(second.locator("#stop-1 .stop-state")).to_have_text("Walked")
            writing = other.new_page()
            writing.goto(f"{url}{DAY}")
            writing.locator("#find").get_by_label("Kind of problem").select_option("BENCH")
            writing.get_by_label("What it is").fill("A torn")
            ends_the_day(second)
            says_it_is_right(second)
            expect(second.locator("#end")).to_have_count(0)
            # The page of whoever is in the middle of a sentence stays.
            with writing.expect_response(f"**{DAY}"):
                writing.evaluate("window.dispatchEvent(new Event('focus'))")
            writing.get_by_label("What it is").press_sequentially(" net")
            writing.get_by_role("button", name="Note it").click()
            expect(writing.locator("#outbox")).to_contain_text("A torn net")
            page = context.new_page()
            page.goto(f"{url}{DAY}")
            box = page.locator("#outbox")
            expect(box).to_contain_text("Not taken: 2")
            expect(box.get_by_role("button", name="Send it once more")).to_have_count(0)
            expect(box).to_contain_text("A loose bench")
            has_no_finding(page)
            # Twice, before it is drawn anew.
            twice = "(button) => { button.click(); button.click(); }"
            box.get_by_role("button", name="Make it a report").evaluate(twice)
            expect(box).to_contain_text("Not taken: 1")
            route = page.locator("#live-route")
            expect(route).to_contain_text("reported after the day was recorded")
            assert rows(tmp_path, FOUND) == [("A loose bench", "sweep")]
            assert rows(tmp_path, NOTES) == [(1, "walked"), (2, "late")]
            assert rows(tmp_path, "SELECT place FROM swept_stop") == [(1,)]
            # Of a stop there is nothing to report.
            box.get_by_role("button", name="Take it away").click()
            expect(box).to_be_hidden()


def test_who_ends_the_day_without_a_network_is_told_what_came_in_meanwhile(
    chromium: Any, sqlite_template: Path, tmp_path: Path
) -> None:
    prepared(sqlite_template, tmp_path)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with chromium.new_context(**PHONE) as context, chromium.new_context() as other:
        with server(tmp_path, port):
            page = takes_the_day(context, url)
        walks_the_fourth(page, url)
        ends_the_day(page)
        expect(page.locator("#outbox")).to_contain_text("Not yet sent: 2")
        page.close()
        with server(tmp_path, port):
            second = signs_in(other, url, "admin")
            second.goto(f"{url}{DAY}")
            second.locator("#stop-1").get_by_role("button", name="Walked").click()
            expect(second.locator("#stop-1 .stop-state")).to_have_text("Walked")
            page = context.new_page()
            page.goto(f"{url}{DAY}")
            box = page.locator("#outbox")
            expect(box).to_contain_text("Somebody else is on this day, too")
            expect(page.locator("#live-left")).to_contain_text("Admin entered something")
            assert rows(tmp_path, "SELECT * FROM sweep") == []
            box.get_by_role("button", name="Send it once more").click()
            says_it_is_right(page)
            expect(page.locator("#end")).to_have_count(0)
            assert rows(tmp_path, "SELECT place FROM swept_stop") == [(1,), (4,)]


def sees_what_is_known(page: Any, known: str) -> None:
    button = page.locator("#stop-1").get_by_role("button", name=known)
    button.click()
    # It is not asked for again.
    expect(button).to_have_count(0)


def test_the_same_without_script(chromium: Any, sqlite_template: Path, tmp_path: Path) -> None:
    with today(chromium, sqlite_template, tmp_path, **WITHOUT_SCRIPT) as (page, known):
        page.get_by_role("button", name="Walk it today").first.click()
        page.locator("#stop-1").get_by_role("button", name="Walked").click()
        expect(page.locator("#stop-1 .stop-state")).to_have_text("Walked")
        sees_what_is_known(page, known)
        page.locator("#stop-2").get_by_role("link", name="Note a new problem here").click()
        expect(page.locator("#find-stop")).to_have_value("2")
        page.locator("#find").get_by_label("Kind of problem").select_option("BENCH")
        page.locator("#find").get_by_role("button", name="Note it").click()
        expect(page.locator("#stop-2")).to_contain_text("New bench")
        page.get_by_label("Metres walked").fill("900")
        page.get_by_role("button", name="Record the day").click()
        expect(page.locator("main")).to_contain_text("These times cannot be")
        started = page.get_by_label("Started")
        earlier = timedelta(hours=1)

        begun = datetime.fromisoformat(started.input_value()) - earlier
        started.fill(begun.strftime("%Y-%m-%dT%H:%M"))
        page.get_by_role("button", name="Record the day").click()
        expect(page.locator("main")).to_contain_text("Nearly every stop is missed")
        expect(page.get_by_label("Metres walked")).to_have_value("900")
        assert rows(tmp_path, "SELECT * FROM sweep_find") == []
        page.get_by_label("It is right all the same").check()
        page.get_by_role("button", name="Record the day").click()
        expect(page.locator("main")).to_contain_text("Day 1 is recorded.")
        assert len(rows(tmp_path, "SELECT * FROM sweep_find")) == 2


def test_what_somebody_told_is_saved_without_script(
    chromium: Any, sqlite_template: Path, tmp_path: Path
) -> None:
    with today(chromium, sqlite_template, tmp_path, **WITHOUT_SCRIPT) as (page, _):
        page.locator("#told summary").click()
        told = page.locator("#told")
        told.get_by_label("What is wrong?").fill("The gate is broken")
        told.get_by_label("Where is it?").fill("by the old mill")
        told.get_by_label("Kind of problem").select_option("BENCH")
        told.get_by_role("button", name="Save").click()
        # Of a place that is not sure nobody can be asked later: all that was typed is there still.
        page.wait_for_url("/desk/today/told")
        assert "Please choose the place" in page.locator("main").inner_text()
        expect(told.get_by_label("What is wrong?")).to_have_value("The gate is broken")
        expect(told.get_by_label("Kind of problem")).to_have_value("BENCH")
        assert rows(tmp_path, FOUND) == []
        told.get_by_label("Where is it?").fill("50.002, 10.002")
        told.get_by_role("button", name="Save").click()
        page.wait_for_url("/desk/today/#told")
        assert "It is report" in page.get_by_role("status").inner_text()
        assert rows(tmp_path, FOUND) == [("The gate is broken", "outreach")]


def test_the_whole_days_form_takes_in_what_was_noted(
    chromium: Any, sqlite_template: Path, tmp_path: Path
) -> None:
    with today(chromium, sqlite_template, tmp_path, **WITHOUT_SCRIPT) as (page, known):
        page.get_by_role("button", name="Walk it today").first.click()
        sees_what_is_known(page, known)
        page.locator("#stop-2").get_by_role("link", name="Note a new problem here").click()
        expect(page.locator("#find-stop")).to_have_value("2")
        page.locator("#find").get_by_label("Kind of problem").select_option("BENCH")
        page.locator("#find").get_by_role("button", name="Note it").click()
        expect(page.locator("#stop-2")).to_contain_text("New bench")
        # Back at the desk somebody writes the whole day down, and what was not noted on the way.
        page.goto("/desk/sweeps/1/days/1")
        ended = datetime.now(ZoneInfo(TIME_ZONE))
        form = page.locator("form", has=page.locator("[name=metres_walked]"))
        for label, at in (("Started", ended - timedelta(hours=2)), ("Ended", ended)):
            form.get_by_label(label).fill(at.strftime("%Y-%m-%dT%H:%M"))
        form.get_by_label("Metres walked").fill("900")
        form.locator("details summary").click()
        # Where something was found somebody was: it cannot be missed.
        form.locator("[name=missed][value='2']").check()
        form.locator("[name=missed][value='3']").check()
        form.locator("[name=stop-0]").fill("1")
        form.locator("[name=service-0]").select_option("BENCH")
        form.locator("[name=description-0]").fill("Another bench")
        form.get_by_role("button", name="Record the day").click()
        expect(page.locator(".notice-error").first).to_be_visible()
        assert rows(tmp_path, "SELECT * FROM sweep") == []
        expect(form.locator("[name=description-0]")).to_have_value("Another bench")
        form.locator("[name=missed][value='2']").uncheck()
        form.get_by_role("button", name="Record the day").click()
        expect(page.get_by_role("link", name=known)).to_be_visible()
        found = "SELECT place, is_reported FROM sweep_find ORDER BY place, is_reported"
        assert rows(tmp_path, found) == [(1, 0), (1, 1), (2, 0)]
        # On the way there is nothing left to enter.
        page.goto(DAY)
        assert page.get_by_role("button", name="Walked").count() == 0
        assert page.get_by_role("button", name="Record the day").count() == 0


# The device as the next morning finds it: what was kept is of the day before.
NIGHT = """async () => {
  const before = new Date(Date.now() - 24 * 3600 * 1000).toLocaleDateString("sv");
  let moved = 0;
  for (const name of await caches.keys()) {
    const [old, kept] = [await caches.open(`today ${before}`), await caches.open(name)];
    for (const request of await kept.keys()) {
      await old.put(request, await kept.match(request));
      moved += 1;
    }
    await caches.delete(name);
  }
  return moved;
}"""


def test_after_a_night_no_old_list_is_shown_and_nothing_entered_is_lost(
    chromium: Any, sqlite_template: Path, tmp_path: Path
) -> None:
    prepared(sqlite_template, tmp_path)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with chromium.new_context(**PHONE) as context:
        with server(tmp_path, port):
            page = takes_the_day(context, url)
        # In the evening there is no network any more; the list is there, and takes what is entered.
        page.goto(f"{url}{DAY}")
        page.locator("#stop-1").get_by_role("button", name="Walked").click()
        expect(page.locator("#outbox")).to_contain_text("Not yet sent: 1")
        assert page.evaluate(NIGHT) > 0
        # In the morning an old list would send people where they were yesterday.
        with pytest.raises(Error, match="ERR_"):
            page.goto(f"{url}{DAY}")
        expect(page.locator("body")).not_to_contain_text("Stop 1")
        with server(tmp_path, port):
            page.goto(f"{url}/desk/today/")
            # Before the page has looked what waits, it says nothing of it either.
            while not rows(tmp_path, NOTES):
                page.wait_for_timeout(20)
            expect(page.locator("#outbox")).to_be_hidden(timeout=45_000)
            assert rows(tmp_path, NOTES) == [(1, "walked")]
            today = page.evaluate("new Date().toLocaleDateString('sv')")
            assert page.evaluate("caches.keys()") == [f"today {today}"]


def test_a_full_device_still_shows_what_the_city_sends(
    chromium: Any, sqlite_template: Path, tmp_path: Path
) -> None:
    with today(chromium, sqlite_template, tmp_path, **PHONE) as (page, _):
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        full = {"origin": page.evaluate("location.origin"), "quotaSize": 1}
        page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", full)
        assert page.evaluate(KEEPS_NOTHING)
        page.get_by_role("button", name="Walk it today").first.click()
        expect(page.locator("#stop-1").get_by_role("button", name="Walked")).to_be_visible()
