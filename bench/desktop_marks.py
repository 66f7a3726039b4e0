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
    """Whether a page's marks are high enough, as whoever is signed in in the browser at `port`."""
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
    marks = {name: round(100 * found["categories"][name]["score"]) for name in LEAST}
    lacking = [
        one["id"]
        for name in LEAST
        for one in found["categories"][name]["auditRefs"]
        if one["weight"] and (found["audits"][one["id"]]["score"] or 0) < FINE
    ]
    print(f"{url}: {marks}" + (f"   lacking: {', '.join(lacking)}" if lacking else ""), flush=True)
    return all(marks[name] >= least for name, least in LEAST.items())
