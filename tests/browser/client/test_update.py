"""A newer client comes while an older one is in use: each page is one of them, nothing is lost."""

import re
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pictures import encoded, scene
from playwright.sync_api import expect
from reporting import HERE, is_found_here, says_what_it_is
from sites import Site

from backend.core.db import current_session
from backend.photos.models import Photo
from backend.reports.models import ServiceRequest

pytestmark = pytest.mark.slow

ASSET = re.compile(r"[\w-]+-([\w-]{8})\.(?:js|css|woff2?)")
DATABASE = re.compile(r"(\Wevenward\W,)(\d+)")
CONTROLLED = """async () => {
  while (!navigator.serviceWorker.controller) await new Promise((now) => setTimeout(now, 20));
}"""
# The newer one lies on the phone, and waits until no page runs the older.
LAID = """async () => {
  const registration = await navigator.serviceWorker.ready;
  await registration.update();
  for (let turn = 0; !registration.waiting && turn < 3000; turn += 1)
    await new Promise((now) => setTimeout(now, 20));
}"""
LOADED = """() => performance.getEntriesByType("resource")
  .map(({ name }) => name.split("/").pop()).filter((name) => /\\.(js|css)$/.test(name))"""
KEPT = """async () => {
  const kept = await (await caches.open("client")).keys();
  return kept.map(({ url }) => url).filter((url) => url.includes("/assets/"))
    .map((url) => url.split("/").pop());
}"""


def newer_client(folder: Path) -> set[str]:
    """Lay a later build into `folder`, and say the names of its files, all of them others.

    What phones keep is one version on, and its first question tells it from the older one.
    """
    built = Path(str(files("mobile_api").joinpath("client")))

    def renamed(name: re.Match[str]) -> str:
        return name[0].replace(name[1], name[1][::-1])

    for file in built.rglob("*.*"):
        if file.is_dir() or file.suffix in {".br", ".gz"}:
            continue
        copy = folder / ASSET.sub(renamed, str(file.relative_to(built)))
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix in {".woff", ".woff2"}:
            copy.write_bytes(file.read_bytes())
            continue
        text = ASSET.sub(renamed, file.read_text()).replace("What is it?", "What is it now?")
        copy.write_text(DATABASE.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", text))
    return {one.name for one in (folder / "assets").iterdir()}


def loaded(page: Any) -> set[str]:
    """The modules and sheets that make up a page."""
    return set(page.evaluate(LOADED))


def test_a_draft_and_what_waits_outlive_an_update_of_the_client(
    new_phone: Any, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = newer_client(tmp_path / "newer")
    phone = new_phone(permissions=["geolocation"], geolocation=HERE)
    # Nothing is taken for now, so that something waits.
    phone.route("**/v1/sync", lambda route: route.abort())
    page = phone.new_page()
    page.goto("/app/report")
    page.evaluate(CONTROLLED)
    writes(page, "Wire over the gate")
    is_found_here(page)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Kept on this phone, not sent yet")
    page.goto("/app/report")
    writes(page, "Wire over the swing")

    # The package has a blueprint of the module's name.
    served = import_module("mobile_api.client_files")
    monkeypatch.setattr(served, "_BUILT", tmp_path / "newer")
    page.evaluate(LAID)
    # What the older one had not loaded yet is still on the phone.
    page.get_by_role("link", name="Cover something in photo 1").click()
    page.get_by_role("button", name="Done").click()
    expect(heading).to_have_text("What is it?")
    assert not loaded(page) & newer

    # Another page is the newer one already, and has gone on with what the phone keeps.
    other = phone.new_page()
    other.goto("/app/report")
    expect(other.get_by_role("heading", level=1)).to_have_text("What is it now?")
    assert loaded(other) <= newer
    page.get_by_role("textbox", name="What did you see?").fill("Wire over the swing, and low")
    page.get_by_role("button", name="Next").click()
    # What never was on it came with the older client alone: the page begins anew as the newer one.
    page.get_by_role("textbox", name="Address").fill("behind the bus sto")
    page.get_by_role("textbox", name="Address").press("p")
    with page.expect_event("load"):
        page.get_by_role("button", name="Show it on a map").click()
    expect(page.get_by_role("textbox", name="Address")).to_have_value("behind the bus stop")
    page.get_by_role("button", name="Show it on a map").click()
    page.get_by_role("application", name="Map with a pin").wait_for()
    assert loaded(page) <= newer
    page.get_by_role("link", name="Back").click()
    expect(heading).to_have_text("What is it now?")
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    words = page.get_by_role("textbox", name="What did you see?")
    expect(words).to_have_value("Wire over the swing, and low")
    # Not even the last letters, where somebody loads the page anew with the key still down.
    words.fill("Wire over the swing, and very low")
    page.reload()
    expect(words).to_have_value("Wire over the swing, and very low")
    other.close()
    page.close()

    page = starts_as(newer, phone)
    expect(page.get_by_role("link", name="1 thing is not sent yet")).to_be_visible()
    phone.unroute("**/v1/sync")
    page.goto("/app/waiting")
    expect(page.get_by_role("link", name="See what happens with")).to_have_count(1)
    expect(page.get_by_text("on its way")).to_have_count(0)
    expect(page.get_by_role("link", name="Wire over the swing, and very low")).to_be_visible()
    with site.world.app.app_context():
        asked = sa.select(ServiceRequest.id).where(ServiceRequest.description.like("Wire over%"))
        [report] = current_session().scalars(asked)
        [photo] = current_session().scalars(sa.select(Photo).where(Photo.subject_id == report))
        assert photo.received_bytes == photo.size_bytes


def starts_as(client: set[str], phone: Any) -> Any:
    """A page once the next start has the worker of `client`, and nothing else is kept."""
    for _ in range(20):
        page = phone.new_page()
        page.goto("/app/")
        if set(page.evaluate(KEPT)) <= client:
            return page
        # It began before the browser had put the one worker in the place of the other.
        page.close()
    pytest.fail("Files of the older client stay on the phone.")


def writes(page: Any, words: str) -> None:
    """The first screen of a report, with a photo."""
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": encoded(scene())}
    page.get_by_label("From this phone").set_input_files(photo)
    expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    says_what_it_is(page, words)
