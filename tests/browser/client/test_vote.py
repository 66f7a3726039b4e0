"""A vote on the voter's phone: found, chosen, checked, sent by hand, replaced, and found again."""

import re
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import pytest
from cycles import go_to
from keyboard import Keys
from patience import until
from playwright.sync_api import expect
from sites import Site
from voters import (
    ARABIC_DIGITS,
    LETTER,
    count,
    databases,
    mailed_code,
    on_the_register,
    open_vote,
    sequences,
)
from votes import SLUG
from worlds import NOON

from backend.ballots.cycle.phases import Phase
from backend.core.db import db

pytestmark = pytest.mark.slow

VOTE = f"/app/budgets/{SLUG}/vote"
# Everything the phone keeps of what it read and what waits, as text.
KEPT = """async () => {
  const done = (asked) => new Promise((is) => (asked.onsuccess = () => is(asked.result)));
  const phone = await done(indexedDB.open("evenward"));
  const all = ["answer", "outbox", "draft", "choice"].map(async (name) => {
    const store = phone.transaction(name).objectStore(name);
    return [await done(store.getAllKeys()), await done(store.getAll())];
  });
  return JSON.stringify(await Promise.all(all));
}"""
KEEPS = """async (project) => {
  const done = (asked) => new Promise((is) => (asked.onsuccess = () => is(asked.result)));
  const phone = await done(indexedDB.open("evenward-vote"));
  const kept = await done(phone.transaction("ballot").objectStore("ballot").getAll());
  phone.close();
  return JSON.stringify(kept.map((one) => one.choices)).includes(project);
}"""


def test_a_knapsack_is_filled_checked_sent_and_replaced_by_keyboard_alone(
    site: Site, new_phone: Any
) -> None:
    open_vote(site, kind="knapsack")
    page = new_phone().new_page()
    cookies = []
    page.on("request", lambda one: cookies.append((one.url, one.all_headers().get("cookie"))))
    page.goto(VOTE)
    keys = Keys(page)
    # This phone is known to the city by a cookie; the vote goes without it.
    page.evaluate("fetch('/v1/app/session', {method: 'POST'})")
    keys.type("The code in your letter", LETTER)
    page.keyboard.press("Enter")
    keys.press("button", "Whole city")
    for code in ("C1", "C2", "C3"):
        keys.press("checkbox", f"I choose this: Project {code}", "Space")
        page.evaluate("document.querySelector('h1').focus()")
    tally = page.locator(".tally [role=status]")
    expect(tally).to_contain_text("€15,000 more than there is")
    keys.press("checkbox", "I choose this: Project C1", "Space")
    expect(tally).to_have_text("Chosen: €35,000 of €50,000. €15,000 is left.")
    keys.press("button", "Next part")
    expect(page.get_by_role("heading", level=1)).to_have_text("SW side")
    keys.press("button", "Check my ballot")
    expect(page.locator(".checked li")).to_have_count(2)
    keys.press("button", "Put it into the box")
    first = page.locator(".code-shown").text_content()
    page.go_back()
    expect(page.get_by_text("Until then the ballot you sent counts.")).to_be_visible()
    keys.press("button", "Change my ballot")
    keys.press("button", "Whole city")
    keys.press("checkbox", "I choose this: Project C3", "Space")
    keys.press("button", "Next part")
    keys.press("button", "Check my ballot")
    keys.press("button", "Put it into the box")
    expect(page.locator(".code-shown")).not_to_have_text(first)
    last = page.locator(".code-shown").text_content()
    assert sequences(site) == [2]
    keys.press("button", "I have kept it")
    expect(page.get_by_text(last)).to_have_count(0)
    # The form, the credential, what is in the box, and two ballots.
    assert page.context.cookies()
    assert [cookie for url, cookie in cookies if f"/v1/cycles/{SLUG}" in url] == [None] * 5
    assert not any(
        secret in page.evaluate(KEPT) for secret in (LETTER, "credential", "ballot-form")
    )

    count(site)
    page.goto(f"/app/budgets/{SLUG}/receipt")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(f"{one.url} {one.post_data}"))
    keys.type("Your receipt", last.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ballot, as it was counted")
    expect(page.get_by_role("main").get_by_role("listitem")).to_have_text("Project C2")
    assert not any(last.casefold() in one.casefold() for one in asked)
    keys.press("link", "What won")
    keys.press("link", "Every project, and how it was counted")
    expect(page.get_by_role("heading", name="What other rules would have chosen")).to_be_visible()
    expect(page.get_by_text("It would have chosen the same projects.")).to_be_visible()


def test_a_ballot_whose_answer_is_lost_waits_for_the_voter_and_counts_once(
    site: Site, new_phone: Any
) -> None:
    open_vote(site, kind="approval", max=2)
    # An answer can be lost only where no worker fetches it.
    context = new_phone(service_workers="block")
    page = context.new_page()
    page.goto(VOTE)
    page.get_by_label("The code in your letter").fill(LETTER)
    page.get_by_role("button", name="Open my ballot").click()
    page.get_by_role("button", name="Whole city").click()
    page.get_by_role("checkbox", name="I choose this: Project C2").check()
    page.get_by_role("button", name="Next part").click()
    page.get_by_role("button", name="Check my ballot").click()

    late: list[Any] = []
    context.route("**/ballot", lambda route: late.append(route))
    page.get_by_role("button", name="Put it into the box").click()
    expect(page.get_by_text("Your ballot is being sent.")).to_be_visible()
    expect(page.get_by_text("no answer came")).to_have_count(0)
    while not late:
        page.wait_for_timeout(20)
    late[0].fetch()
    late[0].abort()
    expect(page.get_by_role("alert")).to_contain_text("press the button again")
    context.unroute("**/ballot")
    page.goto(VOTE)
    page.get_by_role("button", name="Go on with my ballot").click()
    expect(page.get_by_text("1 of at most 2 chosen.")).to_be_visible()
    page.get_by_role("button", name="Check my ballot").click()
    expect(page.get_by_text("Nobody knows whether it arrived")).to_be_visible()
    page.get_by_role("button", name="Put it into the box").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ballot is in the box")
    assert sequences(site) == [1]
    # What was sent is forgotten at once; what is chosen from then on is not, nor the receipt.
    receipt = page.locator(".code-shown").text_content()
    page.goto(VOTE)
    page.get_by_role("button", name="Change my ballot").click()
    page.get_by_role("button", name="Whole city").click()
    expect(page.get_by_role("checkbox", name="I choose this: Project C2")).not_to_be_checked()
    page.get_by_role("checkbox", name="I choose this: Project C1").check()
    # Nobody's finger goes on before the phone has written it down; a program's does.
    until(page, KEEPS, "C1")
    page.goto(VOTE)
    page.get_by_role("button", name="Show my receipt").click()
    expect(page.locator(".code-shown")).to_have_text(receipt)
    page.get_by_role("button", name="I have kept it").click()
    expect(page.locator(".code-shown")).to_have_count(0)
    page.goto(VOTE)
    page.get_by_role("button", name="Change my ballot").click()
    page.get_by_role("button", name="Whole city").click()
    expect(page.get_by_role("checkbox", name="I choose this: Project C1")).to_be_checked()
    page.goto(VOTE)
    page.get_by_role("button", name="Forget it on this phone").click()
    expect(page.get_by_label("The code in your letter")).to_be_visible()
    until(page, "indexedDB.databases().then((all) => all.length === 1)")
    assert databases(page) == ["evenward"]


def test_the_pass_of_a_phone_opens_the_ballot_on_the_citys_own_page(
    site: Site, new_phone: Any
) -> None:
    open_vote(site, kind="points", points=10)
    on_the_register(site, "12 ß-x", "a@lanterns.example")
    page = new_phone().new_page()
    page.goto(f"{VOTE}/number")
    page.get_by_label("Your number in the register").fill("12 ß-X".translate(ARABIC_DIGITS))
    page.get_by_label("E-mail address or phone number").fill("A@lanterns.example")
    page.get_by_role("button", name="Send me a code").click()
    own_pass, code = page.locator(".code-shown").text_content(), mailed_code(site)
    page.get_by_label("Code", exact=True).fill(code.translate(ARABIC_DIGITS))
    page.get_by_label("Keep my ballot on this phone").uncheck()
    page.get_by_role("button", name="Open my ballot").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ballot")
    assert databases(page) == ["evenward"]
    page.get_by_role("button", name="Whole city").click()
    # In Persian digits.
    page.get_by_label("Points for Project C1").fill("۳")
    page.get_by_label("Points for Project C1").press("Tab")
    expect(page.get_by_role("status").get_by_text("3 points")).to_be_visible()
    typed = {"register_number": "12SSX", "address": "a@lanterns.example"}
    opened = site.world.client().post(
        f"/vote/{SLUG}/ballot", data=typed | {"own_pass": own_pass, "one_time_code": code}
    )
    assert opened.status_code == 200
    assert "Project C1" in opened.text


def test_a_phone_forgets_the_ballot_when_the_vote_is_over(site: Site, new_phone: Any) -> None:
    open_vote(site, kind="ranking", max=2)
    # What time the city says it is can be changed only where no worker fetches it.
    page = new_phone(service_workers="block").new_page()
    page.goto(VOTE)
    page.get_by_label("The code in your letter").fill(LETTER)
    page.get_by_role("button", name="Open my ballot").click()
    page.get_by_role("button", name="Whole city").click()
    for code in ("C1", "C3"):
        page.get_by_role("button", name=re.compile(rf"Put in place \d: Project {code}")).click()
    page.get_by_role("button", name="Move up to place 1: Project C3").click()
    expect(page.locator(".ranking li").first).to_contain_text("Project C3")
    assert databases(page) == ["evenward", "evenward-vote"]
    page.get_by_role("button", name="Next part").click()
    page.get_by_role("button", name="Check my ballot").click()
    page.get_by_role("button", name="Put it into the box").click()
    expect(page.locator(".code-shown")).to_be_visible()
    # The phone's own clock ends no vote and takes no receipt away, with a network or without one.
    page.clock.set_system_time("2027-03-01")
    for path in ("/app/more", VOTE):
        with page.expect_response("**/ballot-form"):
            page.goto(path)
    expect(page.get_by_role("button", name="Change my ballot")).to_be_visible()
    expect(page.get_by_role("button", name="Show my receipt")).to_be_visible()
    assert databases(page) == ["evenward", "evenward-vote"]

    def ten_minutes_later(route: Any) -> None:
        answer = route.fetch()
        later = parsedate_to_datetime(answer.headers["date"]) + timedelta(minutes=10)
        route.fulfill(response=answer, headers=answer.headers | {"date": format_datetime(later)})

    page.route("**/ballot-form", ten_minutes_later)
    page.goto(VOTE)
    expect(page.get_by_role("button", name="Change my ballot")).to_be_visible()
    expect(page.get_by_role("button", name="Show my receipt")).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")
    with site.world.app.app_context():
        go_to(site.world, Phase.DELIVERY)
        db.session.remove()
    page.goto("/app/more")
    until(page, "indexedDB.databases().then((all) => all.length === 1)")
    page.clock.set_system_time(NOON)
    page.goto(VOTE)
    expect(page.get_by_role("heading", level=1)).to_have_text("The vote is over")
