"""Following a report on a phone, and answering back, with a network and without."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from acting import do
from playwright.sync_api import expect
from sites import Site
from voters import ARABIC_DIGITS
from worlds import IN_SE, NOON, STAFF, a_report

from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.reports.ask_reporter import ask_reporter
from backend.reports.change_status import change_status
from backend.reports.commands import AskReporter, ChangeStatus, MergeIncidents
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.file_report import file_report
from backend.reports.models import Follower, OutcomeRating, ServiceRequest
from backend.reports.public_report import public_report
from backend.reports.workflow import State

pytestmark = pytest.mark.slow

# What is kept under a name is on the phone's disk.
KEPT = """async (name) => {
  const done = (asked) => new Promise((is) => (asked.onsuccess = () => is(asked.result)));
  const phone = await done(indexedDB.open("evenward"));
  while (!(await done(phone.transaction("choice").objectStore("choice").get(name))));
  phone.close();
}"""


def state_of(site: Site, number: str) -> State:
    with site.world.app.app_context():
        return public_report(current_session(), number).state


def follow(phone: Any, number: str) -> None:
    phone.goto(f"/app/reports/{number}")
    # It is said before the city has it.
    with phone.expect_response("**/v1/sync"):
        phone.get_by_role("button", name="Follow").click()
    expect(phone.get_by_text("You follow it.")).to_be_visible()


def test_a_question_is_found_and_answered(phone: Any, site: Site) -> None:
    number = site.open_number
    follow(phone, number)
    with site.world.app.app_context():
        do(STAFF, change_status, ChangeStatus(number, State.TRIAGED, 1))
        do(STAFF, ask_reporter, AskReporter(UUID(int=5), number, "Left or right lane?", 2))
    phone.goto("/app/reports")
    expect(phone.get_by_role("heading", name="1 needs you")).to_be_visible()
    phone.get_by_text("You have a number?").click()
    phone.get_by_label("Number of a report").fill(number.translate(ARABIC_DIGITS))
    phone.get_by_role("button", name="Show it").click()
    expect(phone).to_have_url(re.compile(f"/{number}$"))
    phone.go_back()
    phone.get_by_role("link", name=re.compile("The city asks you something")).click()
    answer = phone.get_by_role("region", name="The city asks you")
    expect(answer).to_contain_text("Left or right lane?")
    answer.get_by_role("button", name="Send the answer").click()
    expect(answer).to_contain_text("Write a few words first.")
    answer.get_by_label("Your answer").fill("The left one, at the kerb.")
    answer.get_by_role("button", name="Send the answer").click()
    expect(phone.get_by_text("The city has it.")).to_be_visible()
    timeline = phone.get_by_role("region", name="What happened so far")
    expect(timeline).to_contain_text("The left one, at the kerb.")
    assert state_of(site, number) == State.TRIAGED


def loses_its_network(phone: Any) -> None:
    # What this person is to the report is on the phone.
    expect(phone.get_by_role("heading", name="Is it done?")).to_be_visible()
    phone.evaluate("navigator.serviceWorker.ready.then(() => null)")
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.get_by_text("No connection. As it was")).to_be_visible()


def rows(site: Site, model: type[Any]) -> list[Any]:
    with site.world.app.app_context():
        return list(current_session().query(model).all())


def test_what_is_said_without_a_network_is_sent_when_there_is_one(phone: Any, site: Site) -> None:
    number = site.closed_number
    follow(phone, number)
    loses_its_network(phone)
    phone.get_by_role("button", name="Partly").click()
    expect(phone.get_by_role("button", name="Partly")).to_have_attribute("aria-pressed", "true")
    # Of what is said anew only the last counts.
    phone.get_by_role("button", name="No", exact=True).click()
    rating = phone.get_by_role("region", name="Was it dealt with well?")
    expect(rating).to_contain_text("It is on this phone and is sent as soon as")
    phone.get_by_role("button", name="Yes, it is").click()
    expect(phone.get_by_text("You said that it is done.")).to_be_visible()
    for button in ("Stop following", "Follow", "Stop following"):
        phone.get_by_role("button", name=button, exact=True).click()
    expect(phone.get_by_text("You do not follow it any more.")).to_be_visible()
    expect(phone.get_by_text("Not sent yet", exact=True)).to_be_visible()
    expect(phone.get_by_role("link", name="3 things are not sent yet")).to_be_visible()
    assert state_of(site, number) == State.RESOLVED
    phone.context.set_offline(False)
    expect(phone.get_by_text("The city has it.")).to_be_visible()
    expect(phone.locator(".standing")).to_contain_text("Done, and confirmed")
    expect(phone.get_by_role("link", name="not sent yet")).to_have_count(0)
    expect(phone.get_by_text("You do not follow it any more.")).to_be_visible()
    assert state_of(site, number) == State.CONFIRMED
    assert [one.answer for one in rows(site, OutcomeRating)] == ["no"]
    assert rows(site, Follower) == []


def test_what_came_too_late_is_said_in_words_for_people(phone: Any, site: Site) -> None:
    number = site.closed_number
    follow(phone, number)
    loses_its_network(phone)
    phone.get_by_role("button", name="Yes, it is").click()
    expect(phone.get_by_text("You said that it is done.")).to_be_visible()
    with site.world.app.app_context():
        do(STAFF, change_status, ChangeStatus(number, State.REOPENED, 2, reason="It is open again"))
    phone.context.set_offline(False)
    refused = phone.get_by_role("alert").filter(has_text="You said that it is done.")
    expect(refused).to_contain_text("The report moved on before this reached the city")
    expect(phone.locator(".standing")).to_contain_text("Open again")
    refused.get_by_role("button", name="Throw it away").click()
    expect(refused).to_have_count(0)


def test_words_stay_with_their_report_until_they_are_sent(phone: Any, site: Site) -> None:
    phone.goto(f"/app/reports/{site.open_number}")
    phone.get_by_text("Add a comment").click()
    phone.get_by_label("Your comment").fill("A second one has opened beh")
    phone.evaluate(KEPT, f"words/{site.open_number}/comment")
    phone.reload()
    expect(phone.get_by_label("Your comment")).to_have_value("A second one has opened beh")
    phone.goto(f"/app/reports/{site.closed_number}")
    phone.get_by_text("Add a comment").click()
    expect(phone.get_by_label("Your comment")).to_have_value("")
    phone.goto(f"/app/reports/{site.open_number}")
    phone.get_by_label("Your comment").fill("A second one has opened behind it.")
    phone.get_by_role("button", name="Send the comment").click()
    expect(phone.get_by_text("The city has it.")).to_be_visible()
    phone.reload()
    phone.get_by_text("Add a comment").click()
    expect(phone.get_by_label("Your comment")).to_have_value("")


def test_what_is_not_done_is_opened_again_and_the_outcome_is_rated(phone: Any, site: Site) -> None:
    number = site.closed_number
    follow(phone, number)
    phone.get_by_role("button", name="Partly").click()
    expect(phone.get_by_role("button", name="Partly")).to_have_attribute("aria-pressed", "true")
    phone.get_by_label("Why? If you like").fill("Only one half was filled.")
    phone.get_by_role("button", name="Send these words").click()
    expect(phone.get_by_text("The city has your words.")).to_be_visible()
    with site.world.app.app_context():
        (rating,) = current_session().query(OutcomeRating).all()
        assert rating.answer == "partly"
        assert rating.sealed is not None
    phone.get_by_role("button", name="No, it is not").click()
    expect(phone.get_by_role("heading", name="What is not done?")).to_be_focused()
    phone.get_by_label("In your words").fill("The second hole is still there.")
    phone.get_by_role("button", name="Open it again").click()
    expect(phone.locator(".standing")).to_contain_text("Open again")
    expect(phone.get_by_role("region", name="What happened so far")).to_contain_text(
        "The second hole is still there."
    )
    assert state_of(site, number) == State.REOPENED


def test_what_is_near_is_a_list_by_gps_or_by_a_typed_name(
    new_phone: Callable[..., Any], site: Site
) -> None:
    lon, lat = IN_SE
    place = {"latitude": lat, "longitude": lon}
    near = new_phone(geolocation=place, permissions=["geolocation"]).new_page()
    # Ages go by the city's clock, however wrong the phone's is.
    near.clock.set_system_time("2031-01-01")
    near.goto("/app/near")
    expect(near.get_by_text("3 things within 500 m")).to_be_visible()
    one = near.get_by_role("link", name="Deep hole number 0")
    expect(one).to_contain_text("10 m away · changed this minute")
    expect(one.locator(".state")).to_contain_text("Received")
    one.click()
    expect(near.get_by_text(f"Report {site.open_number}")).to_be_visible()
    near.get_by_role("link", name="Back").click()
    expect(near.get_by_role("heading", level=1)).to_have_text("Reports near you")

    silent = new_phone(locale="en-GB").new_page()
    silent.goto("/app/near")
    silent.get_by_role("button", name="Use where I am").click()
    expect(silent.get_by_text("does not tell us where you are")).to_be_visible()
    silent.get_by_label("Or type a street").fill("SE si")
    silent.get_by_role("button", name="SE side").click()
    expect(silent.locator("#near-where")).to_be_focused()
    expect(silent.locator("#near-where")).to_have_css("outline-style", "none")
    expect(silent.locator("#near-where")).to_contain_text("Around SE side")
    expect(silent.locator(".card").first).to_be_visible()
    silent.get_by_role("button", name="Change").press("Tab")
    expect(silent.locator(":root")).to_have_class("by-keys")
    silent.locator(".card").first.click()
    # As the phone writes a day and a time, and not as another country with its language does.
    expect(silent.get_by_text("2 Mar 2026, 13:00")).to_be_visible()


def test_what_was_late_before_it_had_to_wait_stays_late(phone: Any, site: Site) -> None:
    in_time, late = site.open_number, site.closed_number
    wait = State.WAITING_CONTRACTOR
    with site.world.app.app_context():
        do(STAFF, change_status, ChangeStatus(in_time, State.TRIAGED, 1))
        do(STAFF, change_status, ChangeStatus(in_time, wait, 2, "A part is awaited"))
        do(STAFF, change_status, ChangeStatus(late, State.REOPENED, 2, "Not done"))
        do(STAFF, change_status, ChangeStatus(late, State.TRIAGED, 3))
        site.world.clock.advance(days=9)
        do(STAFF, change_status, ChangeStatus(late, wait, 4, "A part is awaited"))
    phone.goto(f"/app/reports/{in_time}")
    expect(phone.get_by_text("Until then its date does not count down.")).to_be_visible()
    phone.goto(f"/app/reports/{late}")
    expect(phone.get_by_text("The city meant to act by")).to_be_visible()
    expect(phone.get_by_text("Until then its date")).to_have_count(0)


def test_what_somebody_saw_too_has_the_citys_time_and_says_where_it_is(
    new_phone: Callable[..., Any], site: Site
) -> None:
    context, held = new_phone(), list[Any]()
    context.clock.set_system_time(NOON - timedelta(days=1))
    page = context.new_page()
    page.goto(f"/app/reports/{site.open_number}")
    # The first try is held here, and any that follows at once comes to nothing.
    context.route("**/v1/sync", lambda route: route.abort() if held else held.append(route))
    with page.expect_request("**/v1/sync"):
        page.get_by_role("button", name="I saw it too").click()
    said = page.get_by_text("You said that you saw it too.").locator("..").locator("..")
    expect(said).to_contain_text("It is being sent.")
    # There is a network, and the city has not taken it.
    held[0].abort()
    expect(said).to_contain_text("It is on this phone and is sent soon.")
    context.unroute("**/v1/sync")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(said).to_contain_text("The city has it.")
    newest = max(one.requested_at for one in rows(site, ServiceRequest))
    assert f"{newest:%Y-%m-%d}" == f"{NOON:%Y-%m-%d}"


def test_a_repeat_says_when_somebody_first_reported_it(phone: Any, site: Site) -> None:
    with site.world.app.app_context():
        site.world.clock.advance(days=9)
        later = do(ANONYMOUS, file_report, a_report(99, IN_SE)).number
        do(STAFF, merge_incidents, MergeIncidents(later, site.open_number, "The same hole"))
    phone.goto(f"/app/reports/{later}")
    known = phone.get_by_role("region", name="What is known")
    expect(known).to_contain_text(re.compile(r"First reported\s*Mar 2, 2026, 01:00"))
    happened = phone.get_by_role("region", name="What happened so far").get_by_role("listitem")
    expect(happened.last).to_contain_text("First reported")
    phone.goto(f"/app/reports/{site.open_number}")
    expect(phone.get_by_role("region", name="What is known")).to_be_visible()
    expect(phone.get_by_text("First reported")).to_have_count(0)
