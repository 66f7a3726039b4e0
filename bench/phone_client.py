"""What the phone client costs on a first visit, how long slow phones wait, and Lighthouse's marks.

Bytes are those of scripts and sheets on the way, as a phone asks for them up to the last screen of
a report, in each language. Seconds are on slow 3G with a phone four times slower than this machine:
to a form that can be filled in, and on to the last byte of a photo, with a machine's typing and
nothing kept beforehand. Lighthouse (`npm install lighthouse` in any folder, then
`--lighthouse FOLDER/node_modules/.bin/lighthouse`) plays a mid-range phone on slow 4G.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from city_server import running_city
from pictures import encoded
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from traffic import CODE, Traffic

from backend.core.speak import LANGUAGES

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
MOST_BYTES = 60_000
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 95}
SCREENS = ("/app/", "/app/report")
PLACE = {"latitude": 50.002, "longitude": 10.012, "accuracy": 12}
# 400 kbit/s each way, in bytes, and 400 ms there and back.
SLOW_3G = {"downloadThroughput": 50_000, "uploadThroughput": 50_000, "latency": 400}
SLOWER_CPU = 4


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
        print_slow(browser, url)
        browser.close()
        if command:
            fine += [print_marks(command, url + screen) for screen in SCREENS]
    return 0 if all(fine) else 1


def print_bytes(browser: Browser, url: str, language: str) -> bool:
    """The way of a report in one language, and whether it is within the budget."""
    with browser.new_context(
        locale=language,
        service_workers="block",
        permissions=["geolocation"],
        geolocation=PLACE,
    ) as context:
        page = context.new_page()
        traffic = Traffic(page)
        page.goto(f"{url}/app/")
        page.locator("main .button-wide").click()
        write(page)
        code = traffic.of(*CODE)
    total = sum(one.bytes for one in code)
    print(f"{language}: {total:7,} bytes of scripts and sheets, {MOST_BYTES:,} at most")
    if language == "en":
        print(traffic.table(code))
    return total <= MOST_BYTES


def write(page: Page) -> None:
    """All of a report, from the form's first screen to what sends it."""
    page.locator("#words").fill("Wire")
    page.locator("main .button-quiet").last.click()
    page.locator("[type=radio]").first.check()
    for step in ("where", "check"):
        page.locator("main .button-wide").last.click()
        page.wait_for_url(f"**/{step}")
    page.locator("main .button-wide").last.wait_for()


def print_slow(browser: Browser, url: str) -> None:
    """How long somebody waits on a slow network with a slow phone, on a first visit."""
    photo = encoded(Image.effect_noise((4000, 3000), 24).convert("RGB"), quality=85)
    with browser.new_context(
        service_workers="block", permissions=["geolocation"], geolocation=PLACE
    ) as context:
        page = context.new_page()
        page.set_default_timeout(120_000)
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", SLOW_3G | {"offline": False})
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
        moments = [time.monotonic()]
        page.goto(f"{url}/app/report", wait_until="commit")
        page.locator("#words").wait_for()
        moments.append(time.monotonic())
        page.locator("#chosen").set_input_files(
            {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo}
        )
        page.locator(".shots img").wait_for()
        write(page)
        moments.append(time.monotonic())
        page.locator("main .button-wide").last.click()
        page.locator(".code-shown").wait_for()
        moments.append(time.monotonic())
        page.get_by_text("on its way").wait_for(state="detached")
        moments.append(time.monotonic())
    steps = ("a form to fill in", "written with a photo", "sent, its number here", "its photo sent")
    print(f"slow 3G, {SLOWER_CPU} times slower, photo of {len(photo) / 1e6:.1f} MB:")
    for step, (before, after) in zip(steps, pairwise(moments), strict=True):
        print(f"  {step:<22}{after - before:6.1f} s")


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
