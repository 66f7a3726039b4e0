"""Lighthouse's marks of pages as on a desktop computer, also of those somebody signs in to."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserType

CHROMIUM = "/usr/bin/chromium"
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 95}
# A single audit below this is named.
FINE = 0.9
RUNS = 3
# Maps are drawn without a graphics card.
FLAGS = ("--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking")


@contextmanager
def profile_at(chromium: BrowserType, port: int) -> Iterator[Any]:
    """A browser with a profile of its own, which Lighthouse reaches at a port."""
    with tempfile.TemporaryDirectory() as folder:
        context = chromium.launch_persistent_context(
            folder,
            executable_path=CHROMIUM,
            args=[*FLAGS, f"--remote-debugging-port={port}"],
        )
        yield context
        context.close()


def print_marks(command: str, port: int, url: str) -> bool:
    """Whether a page's marks are high enough, as whoever is signed in in the browser at `port`.

    One run swings by several points with whatever else the machine does: the middle one of
    `RUNS` counts, by its performance, as Lighthouse itself advises (docs/variability.md).
    """
    found = sorted((marked(command, port, url) for _ in range(RUNS)), key=performance)
    middle = found[RUNS // 2]
    marks = {name: round(100 * middle["categories"][name]["score"]) for name in LEAST}
    lacking = [
        one["id"]
        for name in LEAST
        for one in middle["categories"][name]["auditRefs"]
        if one["weight"] and (middle["audits"][one["id"]]["score"] or 0) < FINE
    ]
    swing = f"{performance(found[0])} to {performance(found[-1])}"
    also = f"   lacking: {', '.join(lacking)}" if lacking else ""
    print(f"{url}: {marks}   performance {swing}{also}", flush=True)
    return all(marks[name] >= least for name, least in LEAST.items())


def marked(command: str, port: int, url: str) -> dict[str, Any]:
    """What one run of Lighthouse found."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "marks.json"
        asked = [
            command,
            url,
            "--quiet",
            "--preset=desktop",
            "--output=json",
            f"--output-path={file}",
            f"--port={port}",
            # It would sign out whoever is signed in.
            "--disable-storage-reset",
            f"--only-categories={','.join(LEAST)}",
        ]
        subprocess.run(asked, check=True, timeout=300)
        found: dict[str, Any] = json.loads(file.read_text())
    return found


def performance(found: dict[str, Any]) -> int:
    """The mark from 0 to 100."""
    score: float = found["categories"]["performance"]["score"]
    return round(100 * score)
