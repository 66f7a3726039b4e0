"""A real server process that a test may kill, and a phone that sends it reports."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from worlds import FIELD_KEY, IN_SE

ROOT = Path(__file__).parents[1]


@contextmanager
def server(folder: Path, port: int, database_url: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """A real server process; whatever is left of it is killed by its pid at the end."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("EVENWARD_")},
        # The keys the city was founded with.
        "EVENWARD_SECRET_KEYS": "secret 1",
        "EVENWARD_FIELD_KEYS": FIELD_KEY,
        "EVENWARD_HASH_KEY": "hash 1",
        "EVENWARD_DATA_DIR": str(folder),
        "EVENWARD_DATABASE_URL": database_url,
        "EVENWARD_PORT": str(port),
        "EVENWARD_REPORT_LIMIT": "100000 per minute",
        "EVENWARD_DEVICE_LIMIT": "100000 per minute",
        "EVENWARD_VOTE_LIMIT": "100000 per minute",
        "EVENWARD_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "backend", "serve"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        for _ in range(1200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)


def send(port: int, report_id: str) -> tuple[int, str]:
    """The status and the number a report with this id got."""
    body = {"id": report_id, "service_code": "POTHOLE", "description": "Hole"}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/reports",
        json.dumps({**body, "lon": IN_SE[0], "lat": IN_SE[1]}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status, json.load(answer)["number"]
