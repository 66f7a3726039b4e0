"""Reports without a network: nothing that was written is lost, nothing arrives twice."""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from acting import do
from patience import until
from pictures import decoded, encoded, with_secrets
from PIL import Image
from playwright.sync_api import expect
from ports import free_port
from reporting import HERE, KEEPS, READY, is_found_here, says_what_it_is
from served_process import server
from sites import Site
from worlds import NOON, STAFF, opened_city

from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.workflow import State

pytestmark = pytest.mark.slow

CHROMIUM = "/usr/bin/chromium"
PHONE = {
    "viewport": {"width": 360, "height": 780},
    "has_touch": True,
    "is_mobile": True,
    "geolocation": HERE,
    "permissions": ["geolocation", "background-sync"],
}
ARRIVED = "SELECT description FROM service_request WHERE description LIKE 'Wire %' ORDER BY 1"
RATED = "SELECT answer FROM outcome_rating"
PHOTOS = "SELECT received_bytes, size_bytes, pieces FROM photo"


def rows(folder: Path, query: str) -> list[Any]:
    """What the city has on disk now."""
    database = sqlite3.connect(folder / "city.sqlite3")
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def whole_photos(folder: Path) -> list[Image.Image]:
    """Every photo the city has, each whole and silent about its camera."""
    found = []
    for received, size, pieces in rows(folder, PHOTOS):
        assert received == size
        names = [name.strip('" ') for name in pieces.strip("[]").split(",")]
        data = b"".join(next(folder.rglob(Path(name).name)).read_bytes() for name in names)
        assert b"Exif" not in data
        found.append(decoded(data))
    return found


def photo() -> dict[str, Any]:
    """Large for its pixels, so that it takes several pieces to send."""
    noise = Image.effect_noise((1400, 1000), 90).convert("RGB")
    data = encoded(noise, quality=80, **with_secrets(orientation=1))
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": data}


def visits(context: Any, url: str) -> None:
    """The first visit, until everything is on the phone."""
    page = context.new_page()
    page.goto(f"{url}/app/")
    page.evaluate(READY)
    page.close()


def hindrances(context: Any, url: str) -> list[Any]:
    """What keeps the browser from installing the client, as it says itself."""
    page = context.new_page()
    page.goto(f"{url}/app/")
    asked = context.new_cdp_session(page)
    found: list[Any] = asked.send("Page.getAppManifest")["errors"]
    found += asked.send("Page.getInstallabilityErrors")["installabilityErrors"]
    page.close()
    return found


def writes(
    context: Any, url: str, words: str, *, has_photo: bool = True, covers: bool = False
) -> Any:
    """A whole report, from a cold start to the word that it is kept."""
    page = context.new_page()
    page.goto(f"{url}/app/")
    page.get_by_role("link", name="Report a problem").click()
    if has_photo:
        page.get_by_label("From this phone").set_input_files(photo())
        expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
    if covers:
        page.get_by_role("link", name="Cover something in photo 1").click()
        page.get_by_role("button", name="Add a box").click()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowLeft")
        page.get_by_role("button", name="Done").click()
    says_what_it_is(page, words)
    is_found_here(page)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kept on this phone, not sent yet")
    return page


def killed_at_next_batch(context: Any, process: Any, *, is_heard: bool) -> None:
    """The server takes one more batch, and is killed before or after its answer is heard."""

    def kill(route: Any) -> None:
        # A connection may still be the one to the server before.
        answer = route.fetch(max_retries=1)
        process.kill()
        process.join()
        route.fulfill(response=answer) if is_heard else route.abort()

    context.route("**/v1/sync", kill, times=1)


def shows_as_sent(context: Any, url: str, reports: int) -> Any:
    """The list of what is sent, once that is all of it with all of its photos."""
    page = context.new_page()
    page.goto(f"{url}/app/waiting")
    sent = page.get_by_role("link", name="See what happens with")
    expect(sent).to_have_count(reports, timeout=15_000)
    expect(page.get_by_text("on its way")).to_have_count(0, timeout=15_000)
    return page


def test_two_reports_survive_a_server_killed_while_their_photos_arrive(
    chromium: Any, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "city.sqlite3")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with chromium.new_context(**PHONE) as context:
        with server(tmp_path, port) as process:
            visits(context, url)
            context.set_offline(True)
            writes(context, url, "Wire over the gate").close()
            page = writes(context, url, "Wire over the swing")
            expect(page.get_by_role("link", name="2 things are not sent yet")).to_be_visible()
            assert rows(tmp_path, ARRIVED) == []

            def kill(answer: Any) -> None:
                if answer.request.method == "PATCH":
                    process.kill()

            context.on("response", kill)
            context.set_offline(False)
            while process.is_alive():
                page.wait_for_timeout(20)
            context.remove_listener("response", kill)
            assert any(received < size for received, size, _pieces in rows(tmp_path, PHOTOS))
            expect(page.get_by_role("link", name="not sent yet")).to_be_visible()
            page.close()
        with server(tmp_path, port):
            shows_as_sent(context, url, 2)
            arrived = rows(tmp_path, ARRIVED)
            assert arrived == [("Wire over the gate",), ("Wire over the swing",)]
            # The server may have made a picture of either by now, which takes the pieces away.
            photos = rows(tmp_path, PHOTOS)
            assert [received == size for received, size, _pieces in photos] == [True, True]
            assert rows(tmp_path, "SELECT problem FROM photo") == [(None,), (None,)]


def test_a_server_killed_before_between_and_after_answers_loses_and_doubles_nothing(
    chromium: Any, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "city.sqlite3")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with chromium.new_context(**PHONE | {"permissions": ["geolocation"]}) as context:
        with server(tmp_path, port) as process:
            visits(context, url)
            killed_at_next_batch(context, process, is_heard=False)
            page = writes(context, url, "Wire over the gate", has_photo=False)
            while process.is_alive():
                page.wait_for_timeout(20)
            assert rows(tmp_path, ARRIVED) == [("Wire over the gate",)]
            page.close()
        with server(tmp_path, port) as process:
            shows_as_sent(context, url, 1).close()
            killed_at_next_batch(context, process, is_heard=True)
            context.set_offline(True)
            page = writes(context, url, "Wire over the swing")
            context.set_offline(False)
            expect(page.get_by_role("heading", level=1)).to_have_text("Sent. Thank you")
            expect(page.get_by_text("1 photo is still on its way")).to_be_visible()
            assert rows(tmp_path, "SELECT received_bytes FROM photo") == [(0,)]
            number = page.locator(".code-shown").inner_text()
            page.close()
        with opened_city(tmp_path, seed=2) as world:
            world.clock.advance(seconds=(datetime.now(UTC) - NOON).total_seconds())
            do(STAFF, change_status, ChangeStatus(number, State.RESOLVED, 1))
        with server(tmp_path, port) as process:
            shows_as_sent(context, url, 2).close()
            assert rows(tmp_path, ARRIVED) == [("Wire over the gate",), ("Wire over the swing",)]
            assert rows(tmp_path, "SELECT received_bytes = size_bytes FROM photo") == [(1,)]
            killed_at_next_batch(context, process, is_heard=False)
            page = context.new_page()
            page.goto(f"{url}/app/reports/{number}")
            page.get_by_role("button", name="Partly").click()
            while process.is_alive():
                page.wait_for_timeout(20)
            expect(page.get_by_text("It is on this phone and is sent soon")).to_be_visible()
            assert rows(tmp_path, RATED) == [("partly",)]
        with server(tmp_path, port):
            page.reload()
            expect(page.get_by_text("You can change it as long as")).to_be_visible()
            assert rows(tmp_path, RATED) == [("partly",)]


def test_the_browser_sends_it_with_no_page_open(chromium: Any, site: Site) -> None:
    folder = site.world.data_dir
    with chromium.new_context(**PHONE) as context:
        visits(context, site.url)
        context.set_offline(True)
        writes(context, site.url, "Wire over the gate").close()
        page = context.new_page()
        workers = context.new_cdp_session(page)
        told: list[dict[str, Any]] = []
        workers.on("ServiceWorker.workerRegistrationUpdated", lambda event: told.append(event))
        workers.send("ServiceWorker.enable")
        context.set_offline(False)
        while not told:
            page.wait_for_timeout(20)
        registration = told[0]["registrations"][0]["registrationId"]
        event = {"origin": site.url, "tag": "outbox", "lastChance": False}
        workers.send("ServiceWorker.dispatchSyncEvent", event | {"registrationId": registration})
        while not any(received == size for received, size, _pieces in rows(folder, PHOTOS)):
            page.wait_for_timeout(50)
        assert len(whole_photos(folder)) == 1
        shows_as_sent(context, site.url, 1)
        assert rows(folder, ARRIVED) == [("Wire over the gate",)]


def test_a_phone_that_is_switched_off_keeps_everything(
    chromium: Any, site: Site, tmp_path: Path
) -> None:
    def switch_on(*, offline: bool = False) -> Any:
        return chromium.browser_type.launch_persistent_context(
            tmp_path / "phone",
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            offline=offline,
            # The worker is not without a network when the page is: nobody must wake it.
            **PHONE | {"permissions": ["geolocation"]},
        )

    with switch_on() as phone:
        visits(phone, site.url)
        assert hindrances(phone, site.url) == []
    with switch_on(offline=True) as phone:
        page = writes(phone, site.url, "Wire over the gate", covers=True)
        page.goto(f"{site.url}/app/report")
        page.get_by_role("textbox", name="What did you see?").fill("Half a sente")
        until(page, KEEPS, ["draft", "Half a sente"])
    assert rows(site.world.data_dir, ARRIVED) == []
    with switch_on() as phone:
        page = shows_as_sent(phone, site.url, 1)
        page.get_by_role("link", name="Half a sente").click()
        expect(page.get_by_role("textbox", name="What did you see?")).to_have_value("Half a sente")
        assert rows(site.world.data_dir, ARRIVED) == [("Wire over the gate",)]
        [sent] = whole_photos(site.world.data_dir)
        covered, open_ = ((x, sent.height // 2) for x in (sent.width // 2, 20))
        assert sum(sent.getpixel(covered)) < 30  # type: ignore[arg-type]
        assert sum(sent.getpixel(open_)) > 30  # type: ignore[arg-type]


def busy(route: Any) -> None:
    """A city that has no time for any of a batch, but soon."""
    problem = {"type": "/problems/busy", "title": "", "status": 503, "detail": "", "remedy": ""}
    results = [
        {"index": index, "id": one["id"], "status": 503, "problem": problem | {"retry_after": 30}}
        for index, one in enumerate(route.request.post_data_json["commands"])
    ]
    route.fulfill(json={"results": results})


def test_a_wrong_clock_neither_dates_nor_holds_back_what_a_busy_city_takes_later(
    new_phone: Callable[..., Any], site: Site
) -> None:
    phone = new_phone(permissions=["geolocation"], geolocation=HERE)
    phone.clock.set_system_time(NOON - timedelta(days=1))
    phone.route("**/v1/sync", busy)
    page = writes(phone, site.url, "Wire over the gate", has_photo=False)
    expect(page.get_by_text("The city has not taken it yet.")).to_be_visible()
    expect(page.get_by_text("as soon as there is a connection")).to_have_count(0)
    phone.clock.set_system_time(NOON + timedelta(days=1))
    page.get_by_role("link", name="What is sent and what waits").click()
    for _twice in range(2):
        # What the city asked to wait with is tried all the same, and said.
        with page.expect_response("**/v1/sync"):
            page.get_by_role("button", name="Send now").click()
        expect(page.get_by_text("The city has not taken it yet.")).to_be_visible()
    phone.unroute("**/v1/sync")
    phone.clock.set_system_time(NOON)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_role("link", name="See what happens with")).to_be_visible()
    said = "SELECT requested_at FROM service_request WHERE description = 'Wire over the gate'"
    [(moment,)] = rows(site.world.data_dir, said)
    assert moment.startswith(f"{NOON:%Y-%m-%d}")
