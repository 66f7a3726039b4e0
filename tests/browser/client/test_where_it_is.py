"""A phone that is silent, slow, wrong or far away about where it is still leads to a report."""

from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from pictures import GPS, encoded, scene
from PIL import Image
from playwright.sync_api import expect
from reporting import goes_on_and_sends, says_what_it_is
from sites import Site
from worlds import FAR_AWAY, IN_SE

from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.places.describe_city import lay_ground
from backend.places.import_places import import_places
from backend.places.place_file import PlaceFile, ReadAddress
from backend.places.typed_name import HouseNumber
from backend.reports.models import ServiceRequest

pytestmark = pytest.mark.slow

# The phone's own receiver, which says what the test wants and when.
RECEIVER = """
let tell;
navigator.geolocation.watchPosition = (found) => { tell = found; return 1; };
navigator.geolocation.clearWatch = () => { tell = () => undefined; };
navigator.geolocation.getCurrentPosition = () => undefined;
window.fix = (longitude, latitude, accuracy) =>
  tell({ coords: { longitude, latitude, accuracy }, timestamp: Date.now() });
"""
# Two kilometres south of where the photo was taken, and of the city.
WRONG = (IN_SE[0], IN_SE[1] - 2000 / 111_195)


@pytest.fixture
def pixel(driver: Any, new_phone: Any, site: Site) -> Any:
    """A page on a Pixel 7 whose receiver is the test's, in a city with a street of one house."""
    lane = shapely.LineString([(IN_SE[0] - 0.002, IN_SE[1]), (IN_SE[0] + 0.002, IN_SE[1])])
    house = ReadAddress("Mill Lane", HouseNumber("12", 12, 12), *IN_SE, is_exact=True)
    with site.world.app.app_context(), unit_of_work(OPERATOR) as work:
        lay_ground(work, "street", [("Mill Lane", lane)])
        import_places(work, PlaceFile("houses.gpkg", "1" * 64, (), (house,)))
    known = driver.devices["Pixel 7"]
    phone = new_phone(**{name: known[name] for name in known if name != "default_browser_type"})
    phone.add_init_script(RECEIVER)
    return phone.new_page()


def photo_from(lon: float, lat: float) -> dict[str, Any]:
    """A photo that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(GPS).update({1: "N", 2: (lat, 0.0, 0.0), 3: "E", 4: (lon, 0.0, 0.0)})
    data = encoded(scene(), exif=exif.tobytes())
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": data}


def comes_to_the_place(page: Any, words: str) -> None:
    page.goto("/app/report")
    says_what_it_is(page, words)


def test_a_slow_receiver_holds_up_nobody_who_types_and_comes_too_late_to_change_the_place(
    pixel: Any, site: Site
) -> None:
    comes_to_the_place(pixel, "Wire over the gate")
    pixel.get_by_role("button", name="Next").click()
    expect(pixel.get_by_text("Looking for where you are")).to_be_visible()
    pixel.get_by_role("button", name="Next").click()
    expect(pixel.locator("#problems")).to_contain_text("still looking for where you are")
    pixel.get_by_role("textbox", name="Address").fill("mill")
    pixel.get_by_role("button", name="Mill Lane").click()
    pixel.evaluate("([lon, lat]) => fix(lon, lat, 2000)", FAR_AWAY)
    goes_on_and_sends(pixel)
    assert place_of(site, "Wire over the gate") == pytest.approx(IN_SE, abs=1e-3)


def test_a_wrong_receiver_is_put_right_by_the_photo(pixel: Any, site: Site) -> None:
    comes_to_the_place(pixel, "Wire over the swing")
    pixel.get_by_label("From this phone").set_input_files(photo_from(*IN_SE))
    expect(pixel.get_by_role("img", name="Photo 1")).to_be_visible()
    pixel.get_by_role("button", name="Next").click()
    expect(pixel.get_by_text("Looking for where you are")).to_be_visible()
    # First as rough as the masts around, then sure of itself and wrong.
    pixel.evaluate("([lon, lat]) => fix(lon, lat, 1800)", WRONG)
    expect(pixel.get_by_text("That is rough.")).to_be_visible()
    pixel.evaluate("([lon, lat]) => fix(lon, lat, 15)", WRONG)
    expect(pixel.get_by_text("to within 15 metres")).to_be_visible()
    expect(pixel.get_by_text("It is 2 km from the place above")).to_be_visible()
    expect(pixel.get_by_text("This is outside of Testwick")).to_be_visible()
    pixel.get_by_role("button", name="Use the photo's place").click()
    expect(pixel.get_by_text("This is outside of Testwick")).to_have_count(0)
    expect(pixel.get_by_text("Mill Lane").first).to_be_visible()
    goes_on_and_sends(pixel)
    assert place_of(site, "Wire over the swing") == pytest.approx(IN_SE, abs=1e-4)


def test_what_is_typed_beyond_a_place_goes_with_it(pixel: Any, site: Site) -> None:
    comes_to_the_place(pixel, "Wire over the kiosk")
    pixel.get_by_role("button", name="Next").click()
    address = pixel.get_by_role("textbox", name="Address")
    for typed, place, beyond in (
        ("12 Mill Lane, behind the bus stop", "12 Mill Lane, SE side", "behind the bus stop"),
        ("mil lanne, opposite the mill", "Mill Lane, SE side", "opposite the mill"),
        ("opposite the mill, Mill Lane", "Mill Lane, SE side", "opposite the mill, Mill Lane"),
        ("mill lane se", "Mill Lane, SE side", ""),
        # Nobody needs a comma to be found.
        ("12 Mill Lane behind that red kiosk", "12 Mill Lane, SE side", "behind that red kiosk"),
    ):
        address.fill(typed)
        pixel.get_by_role("button", name=place, exact=True).click()
        expect(address).to_have_value(f"{place}, {beyond}".removesuffix(", "))
    # Picked as near, a street takes the place of the one before it, and of nothing else.
    pixel.get_by_text("Pick a street near here").click()
    pixel.locator("details").get_by_role("button", name="Mill Lane").click()
    expect(address).to_have_value("Mill Lane, behind that red kiosk")
    pixel.get_by_role("button", name="Next").click()
    heading = pixel.get_by_role("heading", level=1)
    expect(heading).not_to_have_text("Where is it?")
    if heading.inner_text() == "Is it one of these?":
        pixel.get_by_role("button", name="No, mine is something else").click()
    expect(heading).to_have_text("Check and send")
    expect(pixel.get_by_text("Mill Lane")).to_have_count(1)
    pixel.get_by_role("button", name="Send").click()
    expect(heading).to_have_text("Sent. Thank you")
    with site.world.app.app_context():
        asked = sa.select(ServiceRequest.address).filter_by(description="Wire over the kiosk")
        assert current_session().scalars(asked).one() == "Mill Lane, behind that red kiosk"


def place_of(site: Site, words: str) -> tuple[float, float]:
    """Where a report lies, as longitude and latitude."""
    with site.world.app.app_context():
        asked = sa.select(ServiceRequest).where(ServiceRequest.description == words)
        report = current_session().scalars(asked).one()
        assert not report.is_outside
        return report.lon, report.lat
