"""The system's Chromium, for tests that look at pages as a person does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sites import Site, served_site

CHROMIUM = "/usr/bin/chromium"
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
# On a machine with much else to do; what is awaited is there long before, as a rule.
playwright.expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not Path(CHROMIUM).exists():
                item.add_marker(pytest.mark.skip(reason=f"no browser at {CHROMIUM}"))


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A city on a loopback port."""
    with served_site(sqlite_template, tmp_path) as site:
        yield site


@pytest.fixture(scope="session")
def driver() -> Iterator["playwright.Playwright"]:
    """Playwright, which knows the screens of common phones."""
    with playwright.sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(driver: "playwright.Playwright") -> Iterator["playwright.Browser"]:
    """The system's browser, with its calls home turned off."""
    browser = driver.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    )
    yield browser
    browser.close()
