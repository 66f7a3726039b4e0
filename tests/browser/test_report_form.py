"""A report on plain pages, by keyboard alone in a browser that runs no script."""

from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from pictures import encoded, scene
from playwright.sync_api import expect
from sites import Site, sign_in
from telling import pass_time
from worlds import IN_SE

from backend.core.actors import OPERATOR, Role
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.photos.models import Photo
from backend.places.describe_city import lay_ground
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Contact, ServiceAttribute, ServiceRequest


@pytest.mark.slow
def test_the_keyboard_alone_reports_without_a_script(chromium: Any, site: Site) -> None:
    with site.world.app.app_context():
        ask_for_size()
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    with context:
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(site.url + "/report")
        tab_to(page, "address")
        page.keyboard.type("mill lane")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Mill Lane").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/report/new?**")
        tab_to(page, "service_code")
        choose(page, "SIGNAL")
        tab_to(page, "description")
        page.keyboard.type("Dark since the storm")
        tab_to(page, "contact_name")
        page.keyboard.type("Somebody")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="The city asks").wait_for()
        page.wait_for_load_state()
        tab_to(page, "attribute-SIDE")
        choose(page, "n")
        page.keyboard.press("Enter")
        page.wait_for_url("**/report/sent/*")
        number = page.url.rpartition("/")[2]
        assert page.get_by_text(number, exact=True).is_visible()
        assert page.get_by_text("The city means to act by").is_visible()
    with site.world.app.app_context():
        session = current_session()
        report = session.scalars(
            sa.select(ServiceRequest).where(ServiceRequest.number == number)
        ).one()
        assert (report.attributes, report.address) == ({"SIDE": ["n"]}, "Mill Lane, SE side")
        assert session.get(Contact, report.id) is not None


def tab_to(page: Any, name: str) -> None:
    """Press Tab until a field of this name has the focus."""
    field = page.locator(f"[name='{name}']").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(f"[name='{name}']:focus").count():
            return
    raise AssertionError(f"Tab never comes to {name}: {field}")


def choose(page: Any, value: str) -> None:
    """Go through the choices of the focused group with the arrow until this one is chosen."""
    for _ in range(20):
        if page.locator(f"[value='{value}']:checked").count():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrow never comes to {value}")


def ask_for_size() -> None:
    """A street to be found, and a question of one service."""
    lane = shapely.LineString([(IN_SE[0] - 0.002, IN_SE[1]), (IN_SE[0] + 0.002, IN_SE[1])])
    sides = [{"key": "s", "name": "South"}, {"key": "n", "name": "North"}]
    with unit_of_work(OPERATOR) as work:
        lay_ground(work, "street", [("Mill Lane", lane)])
        work.session.add(
            ServiceAttribute(
                service_code="SIGNAL",
                code="SIDE",
                position=1,
                datatype="singlevaluelist",
                is_required=True,
                description="Which side?",
                choices=sides,
            )
        )
        mark_catalogue(work)


@pytest.mark.slow
def test_a_photo_goes_with_a_report_on_plain_pages(chromium: Any, site: Site) -> None:
    with site.world.app.app_context():
        ask_for_size()
    photo = {"name": "dark.jpg", "mimeType": "image/jpeg", "buffer": encoded(scene())}
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.url}/report/new?lat={IN_SE[1] + 0.001}&lon={IN_SE[0]}")
        page.locator("[value=SIGNAL]").check()
        page.locator("#description").fill("Dark since the storm")
        page.locator("#photos").set_input_files([photo] * 7)
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("#photos")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#description")).to_have_value("Dark since the storm")
        page.locator("#photos").set_input_files([photo])
        page.get_by_role("button", name="Go on").click()
        # It is there while the city asks, and needs not be chosen again.
        page.get_by_role("heading", name="The city asks").wait_for()
        page.locator("[name=attribute-SIDE][value=n]").check()
        page.get_by_role("main").get_by_role("button").last.click()
        page.wait_for_url("**/report/sent/*")
        number = page.url.rpartition("/")[2]
        with site.world.app.app_context():
            pass_time(site.world, seconds=1)
            [kept] = current_session().scalars(sa.select(Photo))
            assert (kept.subject_number, kept.is_claimed, kept.state) == (number, True, "held")
        sign_in(page, site, Role.WARD_STAFF)
        page.goto(f"{site.url}/desk/incidents/{number}")
        shown = page.locator(".judged img").first
        # It is loaded once somebody comes near it.
        shown.scroll_into_view_if_needed()
        while not shown.evaluate("(image) => image.complete"):
            page.wait_for_timeout(20)
        assert shown.evaluate("(image) => image.naturalWidth") > 0
