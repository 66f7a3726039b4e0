"""A report by phone: few screens, few taps, and what it says and shows arrives."""

import re
from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from keyboard import Keys
from pictures import COUNTED, ORIENTATION, SECRET, decoded, encoded, scene, with_secrets
from playwright.sync_api import expect
from reporting import READY
from sites import Site
from worlds import FAR_AWAY, IN_SE

from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.models import Photo
from backend.places.describe_city import lay_ground
from backend.places.import_places import import_places
from backend.places.place_file import PlaceFile, ReadAddress
from backend.places.typed_name import HouseNumber
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Contact, Incident, Service, ServiceAttribute, ServiceRequest

pytestmark = pytest.mark.slow

# The operators of the keystroke-level model (Card, Moran and Newell, Communications of the ACM
# 23(7), 1980): to think what comes next, on a new screen and before each thing that is done there,
# and to point at it. A letter on a phone takes what 37,000 people took (Palin et al., "How do
# people type on mobile devices?", MobileHCI 2019: 36 words a minute). To hold the phone up and
# press its shutter is an assumption.
THINK, POINT, LETTER, PHOTO = 1.35, 1.1, 0.33, 8.0
MOST_SCREENS, MOST_DEEDS, MOST_SECONDS = 5, 10, 60
# What a browser does that clears what a site keeps.
FORGOTTEN = """
new Promise((done) => {
  indexedDB.deleteDatabase("evenward").onsuccess = () => done(null);
})"""
TWELVE = (IN_SE[0] + 0.001, IN_SE[1])
# A phone that takes its time to make a picture smaller.
SLOW_PICTURES = """
const made = globalThis.createImageBitmap;
const ready = new Promise((done) => (globalThis.makeThem = done));
globalThis.createImageBitmap = (...given) => ready.then(() => made(...given));
"""


class Hand:
    """Somebody's hand on a phone: what it does is counted, and which screens it sees."""

    def __init__(self, phone: Any) -> None:
        self.phone = phone
        self.screens: list[str] = []
        self.done, self.letters, self.photos = 0, 0, 0

    @property
    def seconds(self) -> float:
        """What all of it takes somebody who does it without a mistake."""
        steps = self.done * (THINK + POINT) + len(self.screens) * THINK
        return steps + self.letters * LETTER + self.photos * PHOTO

    def sees(self, title: str) -> None:
        expect(self.phone.get_by_role("heading", level=1)).to_have_text(title)
        self.screens.append(title)

    def taps(self, role: str, name: str) -> None:
        self.phone.get_by_role(role, name=name).click()
        self.done += 1

    def writes(self, label: str, text: str) -> None:
        self.phone.get_by_role("textbox", name=label).fill(text)
        self.done += 1
        self.letters += len(text)

    def photographs(self, data: bytes) -> None:
        photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": data}
        self.phone.get_by_label("Take a photo").set_input_files(photo)
        expect(self.phone.get_by_role("img", name="Photo 1")).to_be_visible()
        self.done += 1
        self.photos += 1


@pytest.fixture
def town(site: Site) -> Site:
    """The city with words that suggest, a question, and a street with one house."""
    lane = shapely.LineString([(IN_SE[0] - 0.002, IN_SE[1]), (IN_SE[0] + 0.002, IN_SE[1])])
    house = ReadAddress("Mill Lane", HouseNumber("12", 12, 12), *TWELVE, is_exact=True)
    size = [{"key": "s", "name": "As a hand"}, {"key": "l", "name": "As a wheel"}]
    with site.world.app.app_context(), unit_of_work(OPERATOR) as work:
        lay_ground(work, "street", [("Mill Lane", lane)])
        import_places(work, PlaceFile("houses.gpkg", "1" * 64, (), (house,)))
        work.session.get_one(Service, "POTHOLE").keywords = "pothole*,hole*"
        work.session.get_one(Service, "WIRES").keywords = "wire*"
        work.session.add(
            ServiceAttribute(
                service_code="POTHOLE",
                code="SIZE",
                position=1,
                datatype="singlevaluelist",
                is_required=True,
                description="How large is it?",
                choices=size,
            )
        )
        mark_catalogue(work)
    return site


@pytest.fixture
def hand(town: Site, new_phone: Any) -> Hand:
    """A hand on a phone in the south-east of `town`."""
    lon, lat = IN_SE
    here = {"latitude": lat, "longitude": lon, "accuracy": 12}
    return Hand(new_phone(permissions=["geolocation"], geolocation=here).new_page())


def writes_it_all(hand: Hand, *, has_photo: bool = True) -> None:
    """Everything a report can be asked, up to whether it is reported already."""
    hand.phone.goto("/app/")
    hand.taps("link", "Report a problem")
    hand.sees("What is it?")
    if has_photo:
        hand.photographs(encoded(scene(2600, 1800), **with_secrets(orientation=6)))
    hand.writes("What did you see?", "A deep hole beside the bus stop")
    expect(hand.phone.get_by_text("because you wrote “hole”")).to_be_visible()
    hand.taps("radio", "Pothole")
    hand.taps("button", "Next")
    hand.sees("Where is it?")
    expect(hand.phone.get_by_text("to within 12 metres")).to_be_visible()
    hand.taps("button", "Next")
    hand.sees("A little more about it")
    hand.taps("radio", "As a wheel")
    hand.taps("button", "Next")
    hand.sees("Is it one of these?")


def test_at_most_five_screens_and_a_minute(hand: Hand, town: Site) -> None:
    writes_it_all(hand)
    hand.taps("button", "No, mine is something else")
    hand.sees("Check and send")
    hand.taps("button", "Send")
    assert len(hand.screens) <= MOST_SCREENS
    assert hand.done <= MOST_DEEDS
    assert hand.seconds <= MOST_SECONDS
    hand.sees("Sent. Thank you")
    number = hand.phone.locator(".code-shown").inner_text()
    expect(hand.phone.get_by_text("The city means to act by")).to_be_visible()
    expect(hand.phone.get_by_text("not sent yet")).to_have_count(0)
    expect(hand.phone.get_by_text("on its way")).to_have_count(0)
    with town.world.app.app_context():
        report, photo, data = arrived(number)
        assert (report.lon, report.lat) == pytest.approx(IN_SE, abs=1e-6)
        assert report.description == "A deep hole beside the bus stop"
        assert (report.service_code, report.attributes) == ("POTHOLE", {"SIZE": ["l"]})
        assert (report.suggested_service_code, report.language) == ("POTHOLE", "en")
        assert (report.channel, report.address) == ("app", None)
        assert report.reporter_hash is not None
        assert photo.reporter_hash == report.reporter_hash
        assert photo.received_bytes == photo.size_bytes == len(data)
    # Upright, no larger than it is kept anyway, and silent about camera and place.
    assert decoded(data).size == (1418, 2048)
    assert not decoded(data).getexif().get(ORIENTATION)
    assert SECRET.encode() not in data
    assert b"Exif" not in data


def test_a_keyboard_alone_reports_it(hand: Hand, town: Site) -> None:
    keys = Keys(hand.phone)
    hand.phone.goto("/app/")
    keys.press("link", "Report a problem")
    hand.sees("What is it?")
    keys.type("What did you see?", "A deep hole beside the bus stop")
    keys.press("radio", "Pothole", "Space")
    keys.press("button", "Next")
    hand.sees("Where is it?")
    keys.type("Address", "mill")
    keys.press("button", "Mill Lane")
    keys.press("button", "Next")
    hand.sees("A little more about it")
    keys.press("radio", "As a hand", "Space")
    keys.press("button", "Next")
    hand.sees("Is it one of these?")
    keys.press("button", "No, mine is something else")
    hand.sees("Check and send")
    keys.press("button", "Send")
    hand.sees("Sent. Thank you")
    with town.world.app.app_context():
        words = ServiceRequest.description == "A deep hole beside the bus stop"
        report = current_session().scalars(sa.select(ServiceRequest).where(words)).one()
        assert (report.service_code, report.address) == ("POTHOLE", "Mill Lane, SE side")


def test_one_tap_adds_to_what_is_reported_already(hand: Hand, town: Site) -> None:
    writes_it_all(hand)
    before = len(incidents(town))
    hand.phone.get_by_role("button", name="This is it: I saw it too").first.click()
    hand.sees("Sent. Thank you")
    number = hand.phone.locator(".code-shown").inner_text()
    expect(hand.phone.get_by_text("on its way")).to_have_count(0)
    assert len(incidents(town)) == before
    with town.world.app.app_context():
        report, photo, _data = arrived(number)
        assert report.incident_id in [one.id for one in incidents(town) if one.request_count > 1]
        assert photo.received_bytes == photo.size_bytes
    # Words of one's own go along without a picture, too; here those of somebody else.
    hand.phone.context.clear_cookies()
    writes_it_all(hand, has_photo=False)
    expect(hand.phone.get_by_text("Your words are added to it.").first).to_be_visible()
    hand.phone.get_by_role("button", name="This is it: I saw it too").first.click()
    hand.sees("Sent. Thank you")
    assert len(incidents(town)) == before
    with town.world.app.app_context():
        words = ServiceRequest.description == "A deep hole beside the bus stop"
        assert len(current_session().scalars(sa.select(ServiceRequest).where(words)).all()) == 2


def test_another_draft_lets_go_of_the_pictures_of_the_one_before(hand: Hand) -> None:
    hand.phone.add_init_script(COUNTED)
    hand.phone.goto("/app/report")
    hand.photographs(encoded(scene(400, 300)))
    assert hand.phone.evaluate("held.size") == 1
    for way in ("Back", "Report a problem"):
        hand.taps("link", way)
    hand.sees("What is it?")
    expect(hand.phone.get_by_role("img", name="Photo 1")).to_have_count(0)
    assert hand.phone.evaluate("held.size") == 0
    for way in ("Back", "A report without words yet"):
        hand.taps("link", way)
    expect(hand.phone.get_by_role("img", name="Photo 1")).to_be_visible()
    assert hand.phone.evaluate("held.size") == 1


def test_danger_shows_the_emergency_number_at_once(hand: Hand) -> None:
    hand.phone.goto("/app/report")
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": encoded(scene(400, 300))}
    hand.phone.get_by_label("From this phone").set_input_files([photo] * 8)
    expect(hand.phone.get_by_text("2 pictures were left out")).to_be_visible()
    expect(hand.phone.get_by_role("img", name="Photo 6")).to_be_visible()
    call = hand.phone.get_by_role("alert").get_by_role("link", name="Call 112")
    hand.writes("What did you see?", "A child is hurt")
    expect(call).to_be_in_viewport()
    hand.writes("What did you see?", "A dog")
    expect(call).to_have_count(0)
    hand.writes("What did you see?", "A pothole, and a wire in the hole")
    expect(call).to_be_in_viewport()
    kinds = hand.phone.get_by_role("radio")
    expect(kinds.first).to_have_accessible_name("Exposed wires because you wrote “wire”")
    hand.taps("radio", "Pothole")
    for title in ("Where is it?", "A little more about it"):
        hand.taps("button", "Next")
        hand.sees(title)
        expect(call).to_be_visible()
    hand.taps("radio", "As a hand")
    hand.taps("button", "Next")
    hand.taps("button", "No, mine is something else")
    hand.sees("Check and send")
    expect(call).to_be_visible()
    hand.taps("button", "Send")
    hand.sees("Sent. Thank you")
    expect(call).to_be_visible()


def test_two_pages_of_a_draft_and_a_browser_that_forgets_lose_nothing(
    hand: Hand, town: Site
) -> None:
    hand.phone.goto("/app/report")
    hand.writes("What did you see?", "A hole")
    other = hand.phone.context.new_page()
    other.goto(hand.phone.url)
    other.get_by_role("textbox", name="What did you see?").fill("A hole at the gate")
    words = hand.phone.get_by_role("textbox", name="What did you see?")
    expect(words).to_have_value("A hole at the gate")
    hand.photographs(encoded(scene(400, 300)))
    expect(other.get_by_role("img", name="Photo 1")).to_be_visible()
    other.close()
    # Nobody has chosen a kind: the way leads there.
    hand.phone.goto(hand.phone.url.replace("/what", "/where"))
    expect(hand.phone.get_by_text("to within 12 metres")).to_be_visible()
    hand.taps("button", "Next")
    hand.sees("What is it?")
    expect(words).to_have_value("A hole at the gate")
    hand.phone.goto(hand.phone.url.replace("/what", "/check"))
    hand.taps("link", "Choose what kind of problem it is.")
    hand.taps("radio", "Pothole")
    hand.taps("button", "Next")
    hand.taps("radio", "As a hand")
    hand.taps("button", "Next")
    hand.taps("button", "No, mine is something else")
    hand.sees("Check and send")
    hand.phone.evaluate(FORGOTTEN)
    hand.taps("button", "Send")
    hand.sees("Sent. Thank you")
    expect(hand.phone.get_by_text("on its way")).to_have_count(0)
    with town.world.app.app_context():
        _report, photo, data = arrived(hand.phone.locator(".code-shown").inner_text())
        assert photo.received_bytes == len(data) > 0


def test_what_one_page_sent_is_sent_in_every_other(hand: Hand) -> None:
    writes_it_all(hand, has_photo=False)
    hand.taps("button", "No, mine is something else")
    hand.sees("Check and send")
    told, silent = (hand.phone.context.new_page() for _ in range(2))
    told.goto(hand.phone.url)
    expect(told.get_by_role("heading", level=1)).to_have_text("Check and send")
    # Where a browser lets no pages talk, what is changed too late is at least not lost.
    silent.add_init_script("delete globalThis.BroadcastChannel")
    silent.goto(hand.phone.url.replace("/check", "/what?to=check"))
    expect(silent.get_by_role("textbox", name="What did you see?")).to_be_visible()
    hand.taps("button", "Send")
    hand.sees("Sent. Thank you")
    expect(told.get_by_role("heading", level=1)).to_have_text("Sent. Thank you")
    expect(told.get_by_text("It was sent before")).to_have_count(0)
    late = "A deep hole, and glass in it"
    silent.get_by_role("textbox", name="What did you see?").fill(late)
    silent.get_by_role("button", name="Next").click()
    silent.get_by_role("button", name="No, mine is something else").click()
    silent.get_by_role("button", name="Send").click()
    expect(silent.get_by_role("alert").get_by_text("It was sent before")).to_be_visible()
    silent.get_by_role("button", name="Write it as a comment").click()
    expect(silent.get_by_label("Your comment")).to_have_value(late)
    silent.goto("/app/waiting")
    expect(silent.get_by_role("heading", name="Not finished")).to_have_count(0)
    way = silent.get_by_role("link", name="Report", exact=True)
    expect(way).to_have_attribute("aria-current", "page")


def test_a_photo_that_is_small_only_once_another_page_sent_the_report_goes_after_it(
    hand: Hand, town: Site
) -> None:
    writes_it_all(hand, has_photo=False)
    hand.taps("button", "No, mine is something else")
    hand.sees("Check and send")
    slow = hand.phone.context.new_page()
    slow.add_init_script(SLOW_PICTURES)
    slow.goto(hand.phone.url.replace("/check", "/what?to=check"))
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": encoded(scene(400, 300))}
    slow.get_by_label("From this phone").set_input_files(photo)
    expect(slow.get_by_text("Making 1 picture smaller")).to_be_visible()
    hand.taps("button", "Send")
    hand.sees("Sent. Thank you")
    expect(slow.get_by_role("heading", level=1)).to_have_text("Sent. Thank you")
    # Either of the two pages sends it.
    sent = {"predicate": lambda answer: answer.request.method == "PATCH"}
    with hand.phone.context.expect_event("response", **sent):
        slow.evaluate("makeThem()")
    with town.world.app.app_context():
        _report, photo, data = arrived(hand.phone.locator(".code-shown").inner_text())
        assert photo.received_bytes == len(data) > 0
    slow.goto("/app/waiting")
    expect(slow.get_by_role("link", name="See what happens with")).to_be_visible()
    expect(slow.get_by_role("heading", name="Not finished")).to_have_count(0)


def test_a_typed_place_and_a_contact_for_somebody_else(new_phone: Any, town: Site) -> None:
    hand = Hand(new_phone().new_page())
    hand.phone.goto("/app/report")
    hand.writes("What did you see?", "A wire hangs over the swing")
    hand.taps("radio", "Exposed wires")
    hand.taps("button", "Next")
    expect(hand.phone.get_by_text("not allowed to say where it is")).to_be_visible()
    hand.taps("button", "Next")
    expect(hand.phone.get_by_role("alert").get_by_text("Say where it is")).to_be_visible()
    hand.writes("Address", "mill 99")
    hand.taps("button", "Mill Lane")
    # Its number stays, though nobody knows the house.
    expect(hand.phone.get_by_role("textbox", name="Address")).to_have_value("mill 99")
    expect(hand.phone.get_by_text("Its house number is not known here")).to_be_visible()
    # So does one beside a street that is picked as near.
    hand.writes("Address", "99")
    hand.phone.get_by_text("Pick a street near here").click()
    hand.taps("button", "Mill Lane")
    expect(hand.phone.get_by_role("textbox", name="Address")).to_have_value(
        re.compile("^99, Mill Lane")
    )
    hand.writes("Address", "mill")
    hand.taps("button", "Mill Lane, SE side")
    hand.taps("button", "Next")
    expect(hand.phone.get_by_role("heading", level=1)).not_to_have_text("Where is it?")
    if hand.phone.get_by_role("heading", name="Is it one of these?").is_visible():
        hand.taps("button", "No, mine is something else")
    hand.sees("Check and send")
    hand.taps("radio", "For somebody else")
    hand.phone.get_by_text("How to reach them").click()
    hand.writes("Phone", "030 5550199")
    expect(hand.phone.get_by_text("Only people who work for the city")).to_be_visible()
    hand.taps("button", "Send")
    hand.sees("Sent. Thank you")
    with town.world.app.app_context():
        report = (
            current_session()
            .scalars(sa.select(ServiceRequest).where(ServiceRequest.channel == "helper"))
            .one()
        )
        assert report.address == "Mill Lane, SE side"
        assert current_session().get(Contact, report.id) is not None


def test_a_place_in_words_alone_is_looked_up_or_asked_for_before_it_is_sent(
    new_phone: Any, town: Site
) -> None:
    hand = Hand(new_phone().new_page())

    def writes_where(address: str) -> None:
        hand.phone.goto("/app/report")
        hand.writes("What did you see?", f"A wire at {address}")
        hand.taps("radio", "Exposed wires")
        hand.taps("button", "Next")
        hand.writes("Address", address)
        hand.taps("button", "Next")
        expect(hand.phone.get_by_text("Its place is only words so far.")).to_be_visible()
        hand.taps("button", "Send")
        hand.sees("Kept on this phone, not sent yet")
        expect(hand.phone.get_by_text("one question may come")).to_be_visible()
        expect(hand.phone.get_by_text("put the phone away")).to_have_count(0)

    hand.phone.goto("/app/report")
    hand.phone.evaluate(READY)
    hand.phone.context.set_offline(True)
    writes_where("12 Mill Lane, behind the gate")
    writes_where("the green gate")
    hand.phone.reload()
    hand.sees("Kept on this phone, not sent yet")
    expect(hand.phone.get_by_role("link", name="Call 112")).to_be_visible()
    hand.phone.context.set_offline(False)
    hand.sees("Which place is it?")
    expect(hand.phone.get_by_role("link", name="1 thing is not sent yet")).to_be_visible()
    assert [(one.address, one.lon, one.lat) for one in at_gates(town)] == [
        ("12 Mill Lane, behind the gate", *(pytest.approx(degrees) for degrees in TWELVE))
    ]
    hand.taps("button", "Pick the place")
    hand.sees("Where is it?")
    hand.writes("Address", "mill")
    hand.taps("button", "Mill Lane")
    hand.taps("button", "Next")
    expect(hand.phone.get_by_role("heading", level=1)).not_to_have_text("Where is it?")
    if hand.phone.get_by_role("heading", name="Is it one of these?").is_visible():
        hand.taps("button", "No, mine is something else")
    expect(hand.phone.get_by_text("That is somewhere in the middle.")).to_be_visible()
    hand.taps("button", "Send")
    hand.sees("Sent. Thank you")
    assert len(at_gates(town)) == 2


def at_gates(town: Site) -> list[ServiceRequest]:
    words = ServiceRequest.description.like("A wire at %")
    with town.world.app.app_context():
        return list(current_session().scalars(sa.select(ServiceRequest).where(words)).all())


def test_a_place_outside_of_the_city_is_taken_and_said(hand: Hand, town: Site) -> None:
    lon, lat = FAR_AWAY
    hand.phone.context.set_geolocation({"latitude": lat, "longitude": lon, "accuracy": 900})
    hand.phone.goto("/app/report")
    hand.writes("What did you see?", "A wire hangs over the path")
    hand.taps("radio", "Exposed wires")
    hand.taps("button", "Next")
    expect(hand.phone.get_by_text("This is outside of Testwick")).to_be_visible()
    expect(hand.phone.get_by_text("That is rough")).to_be_visible()
    hand.taps("button", "Next")
    hand.sees("Check and send")
    hand.taps("button", "Send")
    hand.sees("Sent. Thank you")
    with town.world.app.app_context():
        outside = sa.select(ServiceRequest).where(
            ServiceRequest.is_outside, ServiceRequest.service_code == "WIRES"
        )
        assert len(current_session().scalars(outside).all()) == 1


def arrived(number: str) -> tuple[ServiceRequest, Photo, bytes]:
    """The report with this number, its photo, and the photo's bytes as they were sent."""
    session = current_session()
    report = session.scalars(sa.select(ServiceRequest).where(ServiceRequest.number == number)).one()
    photo = session.scalars(sa.select(Photo).where(Photo.subject_id == report.id)).one()
    pieces = [current_runtime().media.get(name) or b"" for name in photo.pieces]
    return report, photo, b"".join(pieces)


def incidents(site: Site) -> list[Incident]:
    with site.world.app.app_context():
        return list(current_session().scalars(sa.select(Incident)).all())
