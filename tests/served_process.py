"""A real server process that a test may kill, and a phone that sends it reports."""

import json
import multiprocessing
import os
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from worlds import FIELD_KEY, IN_SE

from backend.__main__ import main

# To load the program takes seconds: one process does it once, and forks the servers.
_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload(["backend.__main__", "backend.cli.serve"])


@contextmanager
def server(
    folder: Path, port: int, database_url: str = "", **variables: str
) -> Iterator[BaseProcess]:
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
        **variables,
    }
    process = _LOADED.Process(target=_serve, args=[environment])
    process.start()
    try:
        for _ in range(1200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.join(timeout=10)


def _serve(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    main(["serve"])


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
