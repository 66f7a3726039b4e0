"""A day in a city with 1,000,000 reports: what each page takes, in a browser.

    python bench/big_city.py [--database sqlite|postgis|both] [--reports N] [--folder FOLDER]
                             [--lighthouse COMMAND]

Makes the demo's city, grows it (`grown_city.py`), fits its rates, audits its last quarter, and
serves it without a worker. Then a ward officer, an analyst, an administrator and a citizen go about
their business in the system's Chromium (`big_city_walks.py`). A line for each step: how long the
server took until its answers began, how long until the page was there, and the bytes of it all on
the way; after `!` what took the server longer than half a second. With `--folder` a city on SQLite
is kept there, and used again. With an installed Lighthouse (`npm install lighthouse` in any folder)
it also prints the marks of sixteen pages as on a desktop computer, each the middle of three runs.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import sqlalchemy as sa
from big_city_walks import WALKS
from city_server import DATABASES, ROOT
from clocked_page import SLOW_MS, ClockedPage
from desktop_marks import CHROMIUM, FLAGS, print_marks, profile_at
from grown_city import grow
from playwright.sync_api import Browser, Error, Playwright, sync_playwright
from postgres import running_server

from backend.app import create_bare_app
from backend.cli.serve import free_port
from backend.core.config import environment_name, read_settings
from backend.core.db import current_session, db
from backend.demo.posts import PASSWORD
from backend.reports.models import ServiceRequest

# As whom each page is opened for Lighthouse.
MARKED = {
    "": ("/", "/reports", "/reports/map", "/served", "/audits", "/decisions", "/data"),
    "ward": ("/desk/queue", "/desk/map", "/desk/enter", "/desk/today/", "/desk/sweeps"),
    "analyst": ("/audit/districts/D07", "/audit/maps", "/audit/weights"),
    "admin": ("/admin/services",),
}


def main() -> int:
    """Print all of it; 1 where a walk broke off or a mark is too low."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--reports", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where to keep the city on SQLite")
    parser.add_argument("--lighthouse", metavar="COMMAND", help="an installed lighthouse")
    asked = parser.parse_args()
    is_fine = True
    for database in DATABASES if asked.database == "both" else (asked.database,):
        with big_city(database, asked.reports, asked.folder) as url, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
            is_fine = walk(browser, url) and is_fine
            if asked.lighthouse:
                is_fine = mark(driver, asked.lighthouse, url) and is_fine
            browser.close()
    return 0 if is_fine else 1


def walk(browser: Browser, url: str) -> bool:
    """Whether everybody came to the end of what they set out to do."""
    slow, broken = dict[str, float](), list[str]()
    for who, steps in WALKS:
        with signed_in(browser, url, who) as context:
            clock = ClockedPage(context.new_page(), url, slow)
            for step in steps:
                print(f"{who or 'anybody'}: {step.__name__.replace('_', ' ')}", flush=True)
                try:
                    step(clock)
                except (Error, AssertionError) as error:
                    # The city took long to make: the others still go on.
                    broken.append(step.__name__)
                    print(f"  not to its end: {str(error).splitlines()[0]}", flush=True)
    print(f"slower than {SLOW_MS} ms: {len(slow)}")
    for name, took in sorted(slow.items(), key=lambda one: -one[1]):
        print(f"  {took:7.0f} ms  {name}")
    return not broken


@contextmanager
def signed_in(browser: Browser, url: str, who: str) -> Iterator[Any]:
    """A browser of their own; nobody in particular for an empty name."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        sign_in(context, url, who)
        yield context


def sign_in(context: Any, url: str, who: str) -> None:
    """Through the form; nobody for an empty name."""
    if who:
        page = context.new_page()
        page.goto(f"{url}/sign-in")
        page.get_by_label("User name").fill(who)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button").click()
        page.close()


def mark(driver: Playwright, command: str, url: str) -> bool:
    """Whether Lighthouse's marks of all pages are high enough."""
    marks = []
    for who, paths in MARKED.items():
        port = free_port("127.0.0.1", 19_000)
        with profile_at(driver.chromium, port) as context:
            sign_in(context, url, who)
            marks += [print_marks(command, port, url + path) for path in paths]
    return all(marks)


@contextmanager
def big_city(database: str, reports: int, kept: Path | None) -> Iterator[str]:
    """The address of such a city, until it is left."""
    with tempfile.TemporaryDirectory() as folder:
        if database == "sqlite":
            with served(surroundings(kept or Path(folder)), reports) as url:
                yield url
            return
        with running_server() as postgres:
            postgres.execute("CREATE DATABASE city")
            # As servers join tables where they are not asked to hurry over a few rows.
            postgres.execute("ALTER DATABASE city SET join_collapse_limit = 8")
            with served(surroundings(Path(folder), postgres.url("city")), reports) as url:
                yield url


def surroundings(folder: Path, database_url: str = "") -> dict[str, str]:
    """The environment of every command of the city."""
    settings = {
        "data_dir": str(folder),
        "database_url": database_url,
        "log_level": "WARNING",
        "port": str(free_port("127.0.0.1", 18_000)),
    }
    return os.environ | {environment_name(name): text for name, text in settings.items()}


@contextmanager
def served(around: dict[str, str], reports: int) -> Iterator[str]:
    began = perf_counter()
    make(around, reports)
    print(f"made in {perf_counter() - began:.0f} s", flush=True)
    # What waits in the background is not what is measured.
    command = [sys.executable, "-m", "backend", "serve", "--no-worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=around)
    url = f"http://localhost:{around[environment_name('port')]}"
    try:
        wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def make(around: dict[str, str], reports: int) -> None:
    """The city, unless it is there already."""
    run(around, "demo", "--no-serve")
    # One that was kept may be of an earlier release.
    run(around, "db", "upgrade")
    with create_bare_app(read_settings(around)).app_context():
        there = current_session().scalar(sa.select(sa.func.count()).select_from(ServiceRequest))
        is_small = (there or 0) < reports
        if is_small:
            print(f"{grow(reports):,} reports", flush=True)
        db.session.remove()
        db.engine.dispose()
    if is_small:
        for command in (("city", "basemap"), ("equity", "refresh"), ("audit", "run")):
            run(around, *command)


def run(around: dict[str, str], *command: str) -> None:
    began = perf_counter()
    asked = [sys.executable, "-m", "backend", *command]
    subprocess.run(asked, cwd=ROOT, env=around, check=True, stdout=subprocess.DEVNULL)
    print(f"{' '.join(command)}: {perf_counter() - began:.0f} s", flush=True)


def wait_for(url: str) -> None:
    for _ in range(1200):
        try:
            urlopen(f"{url}/v1/services").close()
        except URLError:
            sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not start")


if __name__ == "__main__":
    sys.exit(main())
