"""The call desk by keyboard alone, with and without script, and how long a call's form takes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pictures import encoded, scene
from playwright.sync_api import expect
from sites import Site, served_site, sign_in, signed_in_page
from telling import move, pass_time
from worlds import PASSWORD, SOUTH, WEST

from backend.accounts.models import StaffAccount
from backend.core.actors import OPERATOR, Role
from backend.core.db import current_session, db
from backend.core.uow import unit_of_work
from backend.photos.models import Photo
from backend.places.import_places import import_places
from backend.places.place_file import PlaceFile, ReadAddress
from backend.places.typed_name import HouseNumber
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import HazardWord, Service, ServiceRequest
from backend.reports.workflow import State

pytestmark = pytest.mark.slow

# The operators of the keystroke-level model (Card, Moran and Newell, Communications of the ACM
# 23(7), 1980): a key of somebody who types 40 words a minute, and to think before each field. What
# the caller says meanwhile is not in it.
KEY, THINK = 0.28, 1.35
MOST_SECONDS = 40
# Where nothing is reported yet.
APART = (WEST + 0.006, SOUTH + 0.006)


class Clerk:
    """Hands on a keyboard: every key is counted, and each time somebody thinks before one."""

    def __init__(self, page: Any) -> None:
        self.page, self.keys, self.thoughts = page, 0, 0

    @property
    def seconds(self) -> float:
        return self.keys * KEY + self.thoughts * THINK

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.keys += len(keys)

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)
        self.thoughts += 1

    def tabs_to(self, name: str) -> None:
        for _ in range(20):
            if self.page.evaluate("document.activeElement.name") == name:
                return
            self.press("Tab")
        raise AssertionError(f"no way to {name} by keyboard")


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A city with an address and words it understands."""
    with served_site(sqlite_template, tmp_path) as site:
        house = ReadAddress("Mill Lane", HouseNumber("3", 3, 3), *APART, is_exact=True)
        with site.world.app.app_context():
            with unit_of_work(OPERATOR) as work:
                import_places(work, PlaceFile("houses.gpkg", "0" * 64, (), (house,)))
                work.session.get_one(Service, "POTHOLE").keywords = "hole,pothole"
                work.session.add(HazardWord(language="en", word="gas"))
                mark_catalogue(work)
            db.session.remove()
        yield site


def newest(site: Site) -> ServiceRequest:
    with site.world.app.app_context():
        # The clock stands: what came last has the greatest incident.
        order = sa.desc(ServiceRequest.received_at), sa.desc(ServiceRequest.incident_id)
        found = current_session().scalars(sa.select(ServiceRequest).order_by(*order).limit(1)).one()
        current_session().expunge_all()
    return found


@pytest.mark.parametrize("has_script", [True, False])
def test_a_call_takes_less_than_forty_seconds(
    chromium: Any, site: Site, *, has_script: bool
) -> None:
    site.world.clock.advance(hours=1)
    with chromium.new_context(java_script_enabled=has_script) as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        page.goto(f"{site.url}/desk/enter")
        expect(page.locator("#description")).to_be_focused()
        clerk = Clerk(page)
        if not has_script:
            # Without script a page has no answer to where the keyboard is.
            page.locator("#description").fill("Deep hole at the school gate")
            page.locator("#address").fill("mill lane 3")
            page.locator("#address").press("Enter")
            expect(page.get_by_role("radio", name="Mill Lane 3")).to_be_checked()
            page.get_by_role("button", name="Save").press("Enter")
        else:
            clerk.types("Deep hole at the school gate")
            clerk.press("Tab")
            clerk.types("mill lane 3")
            place = page.get_by_role("radio", name="Mill Lane 3")
            expect(place).to_be_checked()
            expect(page.locator("#service_code")).to_have_value("POTHOLE")
            clerk.thoughts += 2  # reads both out
            clerk.tabs_to("contact_phone")
            clerk.types("0305550100")
            clerk.tabs_to("may_tell")
            clerk.press("Space")
            clerk.press("Control+Enter")
        expect(page.get_by_role("status")).to_contain_text("Saved")
        report = newest(site)
        expect(page.locator(".saved-number")).to_have_text(report.number)
        assert (report.channel, report.address) == ("phone", "Mill Lane 3, SW side")
        # Ready for the next call: the first field is empty, and the keyboard is in it.
        expect(page.locator("#description")).to_be_focused()
        expect(page.locator("#description")).to_have_value("")
        if has_script:
            print(f"{clerk.keys} keys, {clerk.thoughts} thoughts: {clerk.seconds:.0f} s")
            assert clerk.seconds < MOST_SECONDS


def test_danger_is_said_while_it_is_typed_and_nothing_is_lost_without_a_network(
    chromium: Any, site: Site
) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        page.goto(f"{site.url}/desk/enter")
        expect(page.locator("#description")).to_be_focused()
        page.keyboard.type("It smells of gas")
        expect(page.locator("#live-danger")).to_contain_text("They should call 112 first")
        expect(page.locator("#description")).to_be_focused()
        context.set_offline(True)
        page.keyboard.type(" by the mill")
        expect(page.get_by_role("alert")).to_contain_text("The city does not answer")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#description")).to_have_value("It smells of gas by the mill")
        context.set_offline(False)
        # What is missing is said, and the keyboard is where it is missing.
        page.keyboard.press("Control+Enter")
        expect(page.locator(".notice-error")).to_contain_text("Please check one thing")
        expect(page.locator("#description")).to_have_value("It smells of gas by the mill")


def kept_photos(site: Site) -> list[tuple[str | None, bool]]:
    """The numbers of the reports that photos belong to, and whether those have come."""
    with site.world.app.app_context():
        pass_time(site.world, seconds=1)
        order = Photo.opened_at, Photo.id
        rows = current_session().execute(
            sa.select(Photo.subject_number, Photo.is_claimed).order_by(*order)
        )
        return [(row.subject_number, row.is_claimed) for row in rows]


def a_photo(number: int) -> dict[str, Any]:
    """A file somebody chooses."""
    return {
        "name": f"{number}.jpg",
        "mimeType": "image/jpeg",
        "buffer": encoded(scene(seed=number)),
    }


@pytest.mark.parametrize("has_script", [True, False])
def test_photos_wait_for_the_report_while_the_form_is_filled_in(
    chromium: Any, site: Site, *, has_script: bool
) -> None:
    with chromium.new_context(java_script_enabled=has_script) as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        page.goto(f"{site.url}/desk/enter?way=paper")
        page.locator("#description").fill("Deep hole at the school gate")
        page.locator("#photos").set_input_files([a_photo(1), a_photo(2)])
        if not has_script:
            page.get_by_role("button", name="Save").click()
        # With a script they go ahead; without one they stay when the form is refused.
        expect(page.locator("#live-photos")).to_contain_text("2 photos are here")
        expect(page.locator("#photos")).to_have_value("")
        expect(page.locator("#description")).to_have_value("Deep hole at the school gate")
        assert kept_photos(site) == [(None, False)] * 2
        page.locator("#address").fill("mill lane 3")
        page.get_by_role("button", name="Look up").click()
        expect(page.locator("#live-photos img")).to_have_count(2)
        expect(page.get_by_role("radio", name="Mill Lane 3")).to_be_checked()
        page.locator("#photos").set_input_files([a_photo(3)])
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved")
        expect(page.locator("#live-photos p")).to_have_count(0)
    assert kept_photos(site) == [(newest(site).number, True)] * 3


def test_photos_that_are_too_many_are_refused_and_no_word_is_lost(
    chromium: Any, site: Site
) -> None:
    with signed_in_page(chromium, site, Role.WARD_STAFF) as page:
        page.goto(f"{site.url}/desk/enter")
        page.locator("#description").fill("Deep hole")
        page.locator("#contact_phone").fill("030 5550100")
        page.locator("#photos").set_input_files([a_photo(number) for number in range(7)])
        expect(page.locator(".notice-error")).to_be_visible()
        expect(page.locator("#description")).to_have_value("Deep hole")
        expect(page.locator("#contact_phone")).to_have_value("030 5550100")
        expect(page.locator("#photos")).to_have_attribute("aria-invalid", "true")
    assert kept_photos(site) == []


def test_whoever_agrees_to_be_told_is_called(chromium: Any, site: Site) -> None:
    with signed_in_page(chromium, site, Role.WARD_STAFF) as page:
        page.goto(f"{site.url}/desk/enter")
        page.locator("#description").fill("Deep hole at the school gate")
        page.locator("#address").fill("mill lane 3")
        expect(page.get_by_role("radio", name="Mill Lane 3")).to_be_checked()
        page.get_by_role("checkbox", name="They agree to be told").check()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".notice-error")).to_contain_text("how they are reached")
        expect(page.get_by_role("checkbox", name="They agree to be told")).to_be_checked()
        page.locator("#contact_phone").fill("030 5550100")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("status")).to_contain_text("Saved")
        number = newest(site).number
        with site.world.app.app_context():
            site.world.clock.advance(hours=1)
            move(number, State.RESOLVED, "Filled in")
            db.session.remove()
        page.goto(f"{site.url}/desk/calls")
        page.get_by_role("row", name=number).get_by_role("button", name="They were told").click()
        expect(page.locator("main")).to_contain_text("Nobody waits for a call")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_call_in_progress_outlives_its_session(
    chromium: Any, site: Site, *, has_script: bool
) -> None:
    site.world.clock.advance(hours=1)
    with chromium.new_context(java_script_enabled=has_script) as context:
        page, other = context.new_page(), context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        page.goto(f"{site.url}/desk/enter")
        page.locator("#description").fill("Deep hole at the school gate")
        page.locator("#address").fill("mill lane 3")
        if not has_script:
            page.get_by_role("button", name="Look up").click()
        expect(page.get_by_role("radio", name="Mill Lane 3")).to_be_checked()
        other.goto(f"{site.url}/desk/queue")
        other.get_by_role("button", name="Sign out").click()
        expect(other.get_by_text("You are signed out.")).to_be_visible()
        page.locator("#contact_phone").fill("0305550100")
        if has_script:
            page.keyboard.press("Control+Enter")
        else:
            page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("so this was not sent yet")).to_be_visible()
        # Loaded anew, each of the pages is what it was.
        page.reload()
        expect(page.get_by_text("so this was not sent yet")).to_be_visible()
        assert "0305550100" not in page.content()
        page.locator("#username").fill(Role.WARD_STAFF.value)
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("0305550100")).to_be_visible()
        page.reload()
        expect(page.get_by_text("0305550100")).to_be_visible()
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_role("status")).to_contain_text("Saved")
        assert newest(site).description == "Deep hole at the school gate"


def test_whoever_loses_their_role_while_they_type_loses_no_word(chromium: Any, site: Site) -> None:
    with signed_in_page(chromium, site, Role.WARD_STAFF) as page:
        page.goto(f"{site.url}/desk/enter")
        page.locator("#address").fill("mill lane 3")
        expect(page.get_by_role("radio", name="Mill Lane 3")).to_be_checked()
        give_role(site, Role.ANALYST)
        page.locator("#description").fill("Deep hole at the school gate")
        expect(page.locator("#not-taken")).to_contain_text(
            "This is open to other roles than yours."
        )
        # The line says it already: that it was sent shows by what answers.
        with page.expect_response("**/desk/enter*"):
            page.keyboard.press("Control+Enter")
        expect(page.locator("#not-taken")).to_contain_text("What you typed stays here.")
        expect(page.locator("#description")).to_have_value("Deep hole at the school gate")
        expect(page.locator("#unreached")).to_be_hidden()
        # Given back, it goes on from here.
        give_role(site, Role.WARD_STAFF)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("status")).to_contain_text("Saved")
        assert newest(site).description == "Deep hole at the school gate"


def give_role(site: Site, role: Role) -> None:
    with site.world.app.app_context():
        with unit_of_work(OPERATOR) as work:
            is_hers = StaffAccount.username == Role.WARD_STAFF.value
            work.session.execute(sa.update(StaffAccount).where(is_hers).values(role=role.value))
        db.session.remove()
