"""What a first visit costs: what a phone really asks for until a report is sent."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from reporting import HERE, goes_on_and_sends, is_found_here, says_what_it_is
from sites import Site
from traffic import CODE, Traffic

pytestmark = pytest.mark.slow

MOST_BYTES = 60_000
BUILT = Path(str(files("mobile_api").joinpath("client", "assets")))
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
    says_what_it_is(page, "A wire hangs over the swing")
    is_found_here(page)
    goes_on_and_sends(page)
    code = traffic.of(*CODE)
    assert {one.encoding for one in code} <= {"br", "gzip"}
    assert not [one.name for one in traffic.of() if one.name.startswith(OPTIONAL)]
    # Another language is one file more: the smaller one of its two.
    sizes = [
        min(one.stat().st_size for one in BUILT.glob(f"{tongue}-*.js.br"))
        for tongue in ("ar", "es", "pl")
    ]
    assert sum(one.bytes for one in code) + max(sizes) <= MOST_BYTES, traffic.table()


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
