"""The phone client in WebKit, which wakes no worker: it starts, keeps and sends all the same."""

from pathlib import Path
from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from ports import free_port
from reporting import READY
from second_engine import PATIENCE_SECONDS, missing_part, webkit
from selenium.common.exceptions import (
    ElementNotInteractableException,
    StaleElementReferenceException,
)
from selenium.webdriver.support.wait import WebDriverWait
from served_process import server
from worlds import IN_SE, copied_city, opened_city

from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.places.describe_city import lay_ground
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Service, ServiceRequest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(missing_part() is not None, reason=str(missing_part())),
]

WORDS = "A wire hangs over the swing"
# Whether it wakes a worker, once the phone is ready.
WAKES_WORKERS = f"""const [done] = arguments;
({READY})().then(() => done("SyncManager" in window));"""


@pytest.fixture
def town(sqlite_template: Path, tmp_path: Path) -> Path:
    """The folder of a city with a street."""
    lane = shapely.LineString([(IN_SE[0] - 0.002, IN_SE[1]), (IN_SE[0] + 0.002, IN_SE[1])])
    folder = tmp_path / "city"
    folder.mkdir()
    with copied_city(sqlite_template, folder), unit_of_work(OPERATOR) as work:
        lay_ground(work, "street", [("Mill Lane", lane)])
        work.session.get_one(Service, "WIRES").keywords = "wire*"
        mark_catalogue(work)
    return folder


@pytest.fixture
def page(tmp_path: Path) -> Any:
    """A page in WebKit."""
    with webkit(tmp_path) as driver:
        yield Page(driver)


class Page:
    """A page, found by what it says."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def find(self, xpath: str) -> Any:
        return self.driver.find_element("xpath", xpath)

    def says(self, words: str) -> None:
        self.find(f'//*[contains(normalize-space(.), "{words}")]')

    def taps(self, words: str) -> None:
        """The first that can be seen; a list that is closed may have the same words."""
        tapped = f'//main//*[self::a or self::button or self::label][contains(., "{words}")]'

        def tap(driver: Any) -> bool:
            found = driver.find_elements("xpath", tapped)
            shown = next((one for one in found if one.is_displayed()), None)
            if shown is not None:
                shown.click()
            return shown is not None

        # What is drawn anew while it is tapped is tapped again.
        moved = (ElementNotInteractableException, StaleElementReferenceException)
        WebDriverWait(self.driver, PATIENCE_SECONDS, 0.05, moved).until(tap)

    def writes(self, field: str, words: str) -> None:
        self.driver.find_element("id", field).send_keys(words)


def test_a_report_is_kept_over_a_restart_and_sent_when_the_city_is_back(
    page: Page, town: Path
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/app"
    with server(town, port):
        page.driver.get(f"{address}/")
        has_background_sync = page.driver.execute_async_script(WAKES_WORKERS)
        assert not has_background_sync
    # From a cold start without a city, and over a page that is loaded anew.
    page.driver.get(f"{address}/report")
    page.writes("words", WORDS)
    page.taps("Exposed wires")
    page.driver.refresh()
    assert page.driver.find_element("id", "words").get_property("value") == WORDS
    page.taps("Next")
    with server(town, port):
        page.writes("address", "mill")
        page.taps("Mill Lane")
        page.taps("Next")
        page.says("Check and send")
    page.taps("Send")
    page.says("Kept on this phone, not sent yet")
    page.driver.get(f"{address}/waiting")
    page.says("1 thing is not sent yet")
    page.says(WORDS)
    with server(town, port):
        page.driver.refresh()
        page.says("See what happens with")
    with opened_city(town):
        kept = current_session().scalars(sa.select(ServiceRequest.description)).all()
        assert kept == [WORDS]
