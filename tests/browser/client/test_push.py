"""Notices on a phone: what the worker shows and opens, and what is said where none can come."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from patience import until
from playwright.sync_api import expect
from push_service import Browser
from receivers import Receiver
from sites import Site

from backend.core.db import current_session
from backend.delivery.notices.models import NoticeRegistration

pytestmark = pytest.mark.slow
SHOWN = """async () => {
  const shown = await (await navigator.serviceWorker.ready).getNotifications();
  return shown.map(({ title, body, tag, lang, dir, data: url }) => (
    { title, body, tag, lang, dir, url }
  ));
}"""
# A tap cannot be made from here: the event is the real one but for that, and for who waits for it.
TAP = """async () => {
  const [notification] = await self.registration.getNotifications();
  const tap = new NotificationEvent("notificationclick", { notification });
  const ended = new Promise((end) => { tap.waitUntil = (work) => work.then(end, end); });
  self.dispatchEvent(tap);
  await ended;
}"""
# This browser has no push service behind it: what one would give, for as long as it is wanted.
HAS_SUBSCRIPTION = """async () => {
  const { pushManager } = await navigator.serviceWorker.ready;
  return (await pushManager.getSubscription()) !== null;
}"""
SUBSCRIBED = """
  let given = null;
  PushManager.prototype.getSubscription = async () => given;
  PushManager.prototype.subscribe = async () => (given = {
    toJSON: () => ({ endpoint: ADDRESS.endpoint, keys: ADDRESS }),
    unsubscribe: async () => { given = null; return true; },
  });
"""


def deliver(page: Any, origin: str, notice: dict[str, str]) -> None:
    """What a push service does with what the city sends, decrypted."""
    browser = page.context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.append(event))
    browser.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    while not found:
        page.wait_for_timeout(20)
    (registration,) = found[-1]["registrations"][-1:]
    message = {"registrationId": registration["registrationId"], "data": json.dumps(notice)}
    browser.send("ServiceWorker.deliverPushMessage", {"origin": origin, **message})


def shown_once(page: Any, body: str) -> list[dict[str, str]]:
    """What is shown as soon as `body` is: the browser delivers in its own time."""
    shown: list[dict[str, str]] = []
    for _ in range(300):
        shown = page.evaluate(SHOWN)
        if body in [one["body"] for one in shown]:
            break
        page.wait_for_timeout(50)
    return shown


def test_a_push_is_shown_in_its_language_and_leads_to_the_report(
    new_phone: Callable[..., Any], site: Site
) -> None:
    page = new_phone(permissions=["notifications"]).new_page()
    page.goto("/app/more")
    notice = {
        "title": "حفرة، البلاغ",
        "body": "أجابت المدينة.",
        "tag": "same-report",
        "url": f"/reports/{site.open_number}",
        "lang": "ar",
        "dir": "rtl",
    }
    deliver(page, site.url, notice)
    deliver(page, site.url, {**notice, "body": "تم."})
    # The second takes the place of the first: they are of the same report.
    (shown,) = shown_once(page, "تم.")
    assert shown == {**notice, "body": "تم."}
    (worker,) = page.context.service_workers
    worker.evaluate(TAP)
    expect(page.get_by_text(f"Report {site.open_number}")).to_be_visible()
    assert page.url == f"{site.url}/app/reports/{site.open_number}"
    until(page, f"async () => !(await ({SHOWN})()).length")


def test_nobody_is_asked_before_they_ask_and_a_failure_is_said(
    new_phone: Callable[..., Any],
) -> None:
    page = new_phone(permissions=["notifications"]).new_page()
    page.add_init_script(
        "const ask = Notification.requestPermission.bind(Notification);"
        "Notification.requestPermission = () => { window.asked = true; return ask(); };"
    )
    page.goto("/app/more/notices")
    button = page.get_by_role("button", name="Tell me on this phone")
    expect(button).to_be_visible()
    assert page.evaluate("window.asked") is None
    # This browser has no push service behind it.
    button.click()
    expect(page.get_by_role("status").filter(has_text="cannot get notices")).to_be_visible()
    assert page.evaluate("window.asked") is True


def test_who_says_stop_is_told_no_more_and_the_city_hears_of_it_when_it_can(
    new_phone: Callable[..., Any], site: Site
) -> None:
    page = new_phone(permissions=["notifications"]).new_page()
    address = Browser(Receiver(port=9)).subscription
    page.add_init_script(SUBSCRIBED.replace("ADDRESS", json.dumps(address)))
    page.goto("/app/more/notices")
    page.get_by_role("button", name="Tell me on this phone").click()
    expect(page.get_by_text("Notices come to this phone.")).to_be_visible()
    assert registrations(site) == 1
    page.context.set_offline(True)
    page.get_by_role("button", name="Stop them on this phone").click()
    expect(page.get_by_text("No notices come to this phone any more.")).to_be_visible()
    assert page.evaluate(HAS_SUBSCRIPTION) is False
    page.context.set_offline(False)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.reload()
    assert registrations(site) == 0


def registrations(site: Site) -> int:
    """How many addresses the city knows."""
    with site.world.app.app_context():
        counted = sa.select(sa.func.count()).select_from(NoticeRegistration)
        return current_session().scalar(counted) or 0


def test_a_refused_permission_is_said_with_what_to_do_instead(
    new_phone: Callable[..., Any],
) -> None:
    page = new_phone(permissions=["geolocation"]).new_page()
    page.goto("/app/more/notices")
    expect(page.get_by_text("Notices are not allowed here.")).to_be_visible()
    expect(page.get_by_text("You can allow them in the browser's settings")).to_be_visible()


def test_wishes_are_kept(phone: Any) -> None:
    phone.goto("/app/more/notices")
    steps = phone.get_by_role("group", name="Every other step of a report")
    steps.get_by_label("On this phone").check()
    phone.get_by_label("Nothing at night").uncheck()
    phone.get_by_label("At most in a week").select_option("20")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_text("Saved.")).to_be_visible()
    phone.reload()
    expect(steps.get_by_label("On this phone")).to_be_checked()
    expect(phone.get_by_label("Nothing at night")).not_to_be_checked()
    expect(phone.get_by_label("At most in a week")).to_have_value("20")


def test_a_long_word_in_a_heading_stays_whole_in_very_large_letters(new_phone: Any) -> None:
    phone = new_phone(locale="es").new_page()
    phone.goto("/app/more/size")
    phone.get_by_role("radio").last.check()
    phone.goto("/app/more/notices")
    heading = phone.get_by_role("heading", level=1)
    expect(heading).to_have_text("Notificaciones de cambios")
    # No wider than the page where it may break nowhere but between words.
    assert heading.evaluate(
        "one => (one.style.overflowWrap = 'normal', one.scrollWidth <= one.clientWidth)"
    )


def test_a_field_shows_that_its_clock_has_the_focus(phone: Any) -> None:
    phone.goto("/app/more/notices")
    field = phone.get_by_label("From")
    field.focus()
    while field.evaluate("field => field.matches(':focus')"):
        phone.keyboard.press("Tab")
    assert field.evaluate(
        "field => [document.activeElement.id, getComputedStyle(field).outlineStyle]"
    ) == ["quiet-from", "solid"]
