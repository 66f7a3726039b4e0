"""A proposal in several pages, and a change that meets another one."""

from typing import Any

import pytest
from cycles import go_to
from playwright.sync_api import expect
from proposing import propose, stored
from proposing_by_phone import HERE, assert_accessible, press, proposes, write
from sites import Site

from backend.ballots.cycle.phases import Phase

pytestmark = pytest.mark.slow

# As another program of whoever made it does; answers the status.
CHANGED_ELSEWHERE = """async (number) => {
  const url = `/v1/proposals/${number}`;
  const { version, ...one } = await (await fetch(url)).json();
  const names = ["summary", "description", "category", "language", "part", "lat", "lon", "cost"];
  const kept = Object.fromEntries(names.map((name) => [name, one[name]]));
  const draft = { title: "By another", ...kept };
  const body = JSON.stringify({ version, draft });
  const headers = { "Content-Type": "application/json" };
  return (await fetch(url, { method: "PUT", headers, body })).status;
}"""


@pytest.fixture(autouse=True)
def _ideas_are_collected(site: Site) -> None:
    go_to(site.world, Phase.IDEAS, 5)


def test_two_pages_of_a_draft_keep_what_either_wrote(phone: Any) -> None:
    phone.goto(f"{HERE}/propose")
    write(phone, "Benches", "")
    other = phone.context.new_page()
    other.goto(phone.url)
    write(other, "Benches", "Six benches with arms.")
    words = phone.get_by_label("What should change, and for whom?")
    expect(words).to_have_value("Six benches with arms.")
    phone.get_by_label("A short name for it").fill("Benches!")
    expect(other.get_by_label("A short name for it")).to_have_value("Benches!")
    phone.reload()
    expect(words).to_have_value("Six benches with arms.")
    press(phone, "Next")
    phone.get_by_label("The whole city").check()
    press(phone, "Next")
    press(phone, "Send")
    expect(phone.get_by_text("The city has your proposal.")).to_be_visible()
    # It is sent in every page, and no draft in any.
    expect(other.get_by_role("heading", name="Benches!")).to_be_visible()
    other.goto(f"{HERE}/proposals")
    expect(other.get_by_role("heading", name="Proposals you began")).to_have_count(0)


def test_a_change_that_meets_another_is_compared_and_sent(phone: Any, site: Site) -> None:
    own = proposes(phone)
    press(phone, "Change it")
    words_are_changed(phone, "A shelter at the school", "A roof and a bench.")
    # The city takes it, and its answer is lost on the way; what stands is what was sent.
    phone.route(f"**/v1/proposals/{own}", lambda route: (route.fetch(), route.abort()))
    press(phone, "Change it for everybody")
    expect(phone.locator("#not-sent")).to_be_focused()
    phone.unroute_all()
    words_are_changed(phone, "A shelter at the school", "A roof and two benches.")
    press(phone, "Send it again")
    expect(phone.get_by_role("heading", name="A shelter at the school")).to_be_visible()
    phone.goto(f"{HERE}/proposals/{own}/own")
    press(phone, "Change it")
    words_are_changed(phone, "A shelter with a lamp", "A roof and two benches.")
    assert phone.evaluate(CHANGED_ELSEWHERE, own) == 200
    press(phone, "Change it for everybody")
    expect(phone.locator("#not-sent")).to_be_focused()
    phone.reload()
    both = phone.get_by_role("region", name="What stands now, and what you wrote")
    expect(both.locator("dd")).to_have_text(["By another", "A shelter with a lamp"])
    assert_accessible(phone)
    press(phone, "Send it all the same")
    expect(phone.get_by_role("heading", name="A shelter with a lamp")).to_be_visible()
    with site.world.app.app_context():
        assert stored(own).title == "A shelter with a lamp"


def words_are_changed(phone: Any, title: str, words: str) -> None:
    phone.get_by_role("link", name="Change: What").click()
    write(phone, title, words)
    press(phone, "Done")
    expect(phone.get_by_role("link", name="Change: What")).to_be_visible()


def test_no_state_is_wider_than_a_small_phone_with_very_large_letters(
    new_phone: Any, site: Site
) -> None:
    with site.world.app.app_context():
        number = propose(1)
    phone = new_phone(locale="es", viewport={"width": 320, "height": 640}).new_page()
    phone.goto("/app/more/size")
    phone.get_by_role("radio").last.check()
    phone.goto(f"/app/proposals/{number}")
    expect(phone.locator(".standing .state")).to_have_text("Presentada")
    assert phone.evaluate("document.documentElement.scrollWidth") == 320
