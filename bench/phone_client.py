"""What the phone client costs on a first visit, and Lighthouse's marks for it.

Bytes are those of scripts and sheets on the way, as a phone asks for them up to the last screen of
a report, in each language. Lighthouse (`npm install lighthouse` in any folder, then
`--lighthouse FOLDER/node_modules/.bin/lighthouse`) plays a mid-range phone on slow 4G.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from city_server import running_city
from playwright.sync_api import Browser, sync_playwright
from traffic import CODE, Traffic

from backend.core.speak import LANGUAGES

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
MOST_BYTES = 60_000
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 95}
SCREENS = ("/app/", "/app/report")


def main() -> int:
    """Print all of it; 1 where something is over its budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lighthouse", metavar="COMMAND", help="an installed lighthouse")
    command = parser.parse_args().lighthouse
    with running_city("sqlite") as city, sync_playwright() as driver:
        # Lighthouse takes an address without a certificate for safe where it is localhost.
        url = f"http://localhost:{city.port}"
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        fine = [print_bytes(browser, url, language) for language in LANGUAGES]
        browser.close()
        if command:
            fine += [print_marks(command, url + screen) for screen in SCREENS]
    return 0 if all(fine) else 1


def print_bytes(browser: Browser, url: str, language: str) -> bool:
    """The way of a report in one language, and whether it is within the budget."""
    lon, lat = 10.012, 50.002
    with browser.new_context(
        locale=language,
        service_workers="block",
        permissions=["geolocation"],
        geolocation={"latitude": lat, "longitude": lon, "accuracy": 12},
    ) as context:
        page = context.new_page()
        traffic = Traffic(page)
        page.goto(f"{url}/app/")
        page.locator("main .button-wide").click()
        page.locator("#words").fill("Wire")
        page.locator("main .button-quiet").last.click()
        page.locator("[type=radio]").first.check()
        for step in ("where", "check"):
            page.locator("main .button-wide").last.click()
            page.wait_for_url(f"**/{step}")
        page.locator("main .button-wide").last.wait_for()
        code = traffic.of(*CODE)
    total = sum(one.bytes for one in code)
    print(f"{language}: {total:7,} bytes of scripts and sheets, {MOST_BYTES:,} at most")
    if language == "en":
        print(traffic.table(code))
    return total <= MOST_BYTES


def print_marks(command: str, url: str) -> bool:
    """Lighthouse's marks of a screen, and whether they are high enough."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "marks.json"
        asked = [
            command,
            url,
            "--quiet",
            "--output=json",
            f"--output-path={file}",
            f"--only-categories={','.join(LEAST)}",
            f"--chrome-flags=--headless {' '.join(FLAGS[:2])}",
        ]
        subprocess.run(asked, check=True, env={**os.environ, "CHROME_PATH": CHROMIUM}, timeout=300)
        found: dict[str, Any] = json.loads(file.read_text())
    marks = {name: round(100 * found["categories"][name]["score"]) for name in LEAST}
    paint, shift = (
        found["audits"][name]["displayValue"]
        for name in ("largest-contentful-paint", "cumulative-layout-shift")
    )
    print(f"{url}: {marks}, largest paint after {paint}, layout shift {shift}")
    return all(marks[name] >= least for name, least in LEAST.items())


if __name__ == "__main__":
    sys.exit(main())
