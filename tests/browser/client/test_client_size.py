"""What a first visit costs: what a phone really asks for until a report is sent."""

from typing import Any

import pytest
from playwright.sync_api import expect
from sites import Site
from traffic import CODE, Traffic
from worlds import IN_SE

pytestmark = pytest.mark.slow

MOST_BYTES = 60_000
HERE = {"latitude": IN_SE[1], "longitude": IN_SE[0], "accuracy": 12}
# For those who ask for it: maps, signing in elsewhere, other languages and their letters.
OPTIONAL = ("map_frame", "pick_place", "show_points", "firebase", "es-", "pl-", "ar-", "noto-sans")
KEPT = """async () => {
  while (!navigator.serviceWorker.controller) await new Promise((now) => setTimeout(now, 20));
  for (;;) {
    const kept = await (await caches.open("client")).keys();
    const names = kept.map(({ url }) => url.split("/").pop());
    if (names.some((name) => name.startsWith("es-"))) return names;
    await new Promise((now) => setTimeout(now, 20));
  }
}"""


def test_scripts_and_sheets_until_a_report_is_sent_are_small(site: Site, new_phone: Any) -> None:
    # What the worker fetches for later is not what anybody waits for.
    page = new_phone(
        service_workers="block", permissions=["geolocation"], geolocation=HERE
    ).new_page()
    traffic = Traffic(page)
    page.goto("/app/")
    page.get_by_role("link", name="Report a problem").click()
    page.get_by_role("textbox", name="What did you see?").fill("A wire hangs over the swing")
    page.get_by_role("button", name="list").click()
    page.get_by_role("radio", name="Exposed wires").check()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("to within 12 metres")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).not_to_have_text("Where is it?")
    if heading.inner_text() == "Is it one of these?":
        page.get_by_role("button", name="No, mine is something else").click()
    page.get_by_role("button", name="Send").click()
    expect(heading).to_have_text("Sent. Thank you")
    code = traffic.of(*CODE)
    assert {one.encoding for one in code} <= {"br", "gzip"}
    assert not [one.name for one in traffic.of() if one.name.startswith(OPTIONAL)]
    assert sum(one.bytes for one in code) <= MOST_BYTES, traffic.table()


def test_the_worker_keeps_only_what_everybody_needs_and_this_phone_used(
    site: Site, new_phone: Any
) -> None:
    phone = new_phone(locale="es-ES")
    page = phone.new_page()
    page.goto("/app/")
    kept = page.evaluate(KEPT)
    # Its language came before the worker did, and is kept all the same.
    assert {one.partition("-")[0] for one in kept if one.startswith(OPTIONAL)} == {"es"}
    phone.set_offline(True)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("link", name="Reportar un problema")).to_be_visible()
