"""What a phone keeps: nothing for whoever comes next, and it is said where it keeps nothing."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pictures import encoded, scene
from playwright.sync_api import expect
from reporting import HERE, goes_on_and_sends, is_found_here, says_what_it_is
from sites import Site

from backend.core.db import current_session
from backend.photos.models import Photo

pytestmark = pytest.mark.slow

CHROMIUM = "/usr/bin/chromium"
KEPT = """async (store) => {
  const done = (asked) => new Promise((is) => (asked.onsuccess = () => is(asked.result)));
  const phone = await done(indexedDB.open("evenward"));
  const kept = await done(phone.transaction(store).objectStore(store).getAllKeys());
  phone.close();
  return kept;
}"""

# As on a disk without room: nothing more is taken, and what is there can be deleted.
FULL = """() => {
  IDBObjectStore.prototype.put = function () {
    this.transaction.abort();
    throw new DOMException("", "QuotaExceededError");
  };
}"""


# As somebody who types on while another page forgets.
TYPES_ON = """() => setInterval(() => {
  const field = document.querySelector("textarea");
  field.value += "!";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}, 20)"""
# A page that is told after all is forgotten, and has written on until then.
HEARS_LATE = """globalThis.BroadcastChannel = class extends BroadcastChannel {
  addEventListener(kind, heard) {
    super.addEventListener(kind, (event) => setTimeout(heard, 400, event));
  }
}"""


def kept(page: Any, store: str) -> list[str]:
    """The names of what is in one of the phone's stores."""
    names: list[str] = page.evaluate(KEPT, store)
    return names


@pytest.fixture
def forgetful(chromium: Any, site: Site, tmp_path: Path) -> Iterator[Any]:
    """A page on a phone whose owner lets no site keep anything."""
    settings = tmp_path / "phone" / "Default" / "Preferences"
    settings.parent.mkdir(parents=True)
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    settings.write_text(json.dumps(blocked))
    with chromium.browser_type.launch_persistent_context(
        settings.parent.parent,
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        base_url=site.url,
        viewport={"width": 360, "height": 780},
        geolocation=HERE,
        permissions=["geolocation"],
    ) as phone:
        yield phone.pages[0]


def test_a_browser_that_keeps_nothing_says_so_and_sends_a_report(
    forgetful: Any, site: Site
) -> None:
    page = forgetful
    page.goto("/app/")
    expect(page.get_by_role("status")).to_contain_text("This browser keeps nothing.")
    page.get_by_role("link", name="Report a problem").click()
    says_what_it_is(page, "A wire hangs over the swing")
    is_found_here(page)
    goes_on_and_sends(page)
    expect(page.get_by_text("Write it down: nothing is kept on this phone.")).to_be_visible()
    # It has no cookie either, by which the city would know it.
    page.goto(f"/app/reports/{site.open_number}")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_text("Allow cookies for this site in your browser")).to_be_visible()
    expect(page.get_by_text("token")).to_have_count(0)


def test_a_full_phone_says_so_and_sends_from_the_page(
    new_phone: Callable[..., Any], site: Site
) -> None:
    page = new_phone(permissions=["geolocation"], geolocation=HERE).new_page()
    page.goto("/app/report")
    page.get_by_role("textbox", name="What did you see?").fill("A wire")
    while not kept(page, "draft"):
        page.wait_for_timeout(20)
    page.evaluate(FULL)
    says_what_it_is(page, "A wire hangs over the swing")
    expect(page.get_by_text("This phone has no room left")).to_be_visible()
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": encoded(scene())}
    page.get_by_label("From this phone").set_input_files(photo)
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    page.get_by_role("link", name="Cover something in photo 1").click()
    page.get_by_role("button", name="Add a box").click()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("textbox", name="What did you see?")).to_have_value(
        "A wire hangs over the swing"
    )
    is_found_here(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("nothing is kept on this phone. Leave this page open")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This was not done, for it needs a network.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent. Thank you")
    expect(page.get_by_text("on its way")).to_have_count(0)
    with site.world.app.app_context():
        sent = current_session().scalars(sa.select(Photo)).one()
        assert sent.received_bytes == sent.size_bytes
    assert kept(page, "draft") == kept(page, "photo") == []
    expect(page.get_by_text("Write it down: nothing is kept on this phone.")).to_be_visible()


def test_other_pages_of_a_forgotten_browser_begin_anew_and_bring_nothing_back(
    new_phone: Callable[..., Any], site: Site
) -> None:
    phone = new_phone()
    writing, other, saying, forgetting = (phone.new_page() for _ in range(4))
    writing.goto("/app/report")
    writing.get_by_role("textbox", name="What did you see?").fill("A wire hangs over the swing")
    expect(writing.get_by_role("button", name="Next")).to_be_visible()
    other.goto("/app/more/privacy")
    saying.add_init_script(HEARS_LATE)
    saying.goto(f"/app/reports/{site.open_number}")
    saying.get_by_text("Add a comment").click()
    expect(saying.get_by_label("Your comment")).to_be_visible()
    forgetting.goto("/app/more/account/forget")
    for page in (writing, saying):
        page.evaluate(TYPES_ON)
    forgetting.get_by_role("button", name="Forget this browser").click()
    expect(forgetting.get_by_text("Nothing of you is in this browser any more.")).to_be_visible()
    for page in (writing, other, saying):
        expect(page.get_by_role("heading", level=1)).to_contain_text("what is broken")
    assert kept(forgetting, "draft") == []
    assert not [name for name in kept(forgetting, "choice") if name.startswith("words/")]


def test_an_answer_that_comes_after_the_browser_was_forgotten_is_not_kept(
    new_phone: Callable[..., Any], site: Site
) -> None:
    phone = new_phone()
    page, reading = phone.new_page(), phone.new_page()
    page.goto(f"/app/reports/{site.open_number}")
    with page.expect_response("**/v1/sync"):
        page.get_by_role("button", name="Follow").click()
    # Where pages cannot talk, this one reads on.
    reading.add_init_script("delete globalThis.BroadcastChannel")
    late: list[Any] = []
    reading.route("**/v1/me/reports?*", lambda route: late.append((route, route.fetch())))
    reading.goto("/app/reports")
    while not late:
        reading.wait_for_timeout(20)
    page.goto("/app/more/account/forget")
    page.get_by_role("button", name="Forget this browser").click()
    expect(page.get_by_text("Nothing of you is in this browser any more.")).to_be_visible()
    ((route, answer),) = late
    route.fulfill(response=answer)
    expect(reading.locator(".card")).to_have_count(1)
    assert not [address for address in kept(reading, "answer") if "/me/" in address]


def test_only_the_last_places_somebody_looked_around_are_kept(
    new_phone: Callable[..., Any],
) -> None:
    phone = new_phone(permissions=["geolocation"])
    page = phone.new_page()
    for latitude in ("50.0021", "50.0022", "50.0023"):
        phone.set_geolocation(HERE | {"latitude": float(latitude)})
        page.goto("/app/near")
        while not any(f"near={latitude}" in address for address in kept(page, "answer")):
            page.wait_for_timeout(20)
    around = [address for address in kept(page, "answer") if "near=" in address]
    assert len(around) == 2
