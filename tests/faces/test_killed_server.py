"""A server killed at full tilt has lost nothing that it answered."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ports import free_port
from worlds import FIELD_KEY, IN_SE, create_world, found

from backend.core.db import db

ROOT = Path(__file__).parents[2]


@contextmanager
def server(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A real server process; whatever is left of it is killed by its pid at the end."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("EVENWARD_")},
        # The keys the city was founded with.
        "EVENWARD_SECRET_KEYS": "secret 1",
        "EVENWARD_FIELD_KEYS": FIELD_KEY,
        "EVENWARD_HASH_KEY": "hash 1",
        "EVENWARD_DATA_DIR": str(folder),
        "EVENWARD_PORT": str(port),
        "EVENWARD_REPORT_LIMIT": "100000 per minute",
        "EVENWARD_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "backend", "serve"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)


def send(port: int, report_id: str) -> tuple[int, str]:
    body = {"id": report_id, "service_code": "POTHOLE", "description": "Hole"}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/reports",
        json.dumps({**body, "lon": IN_SE[0], "lat": IN_SE[1]}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status, json.load(answer)["number"]


def send_until_it_dies(port: int, answered: dict[str, str]) -> None:
    while True:
        report_id = str(uuid.uuid4())
        try:
            _, answered[report_id] = send(port, report_id)
        except (OSError, ValueError, http.client.HTTPException):
            return


def test_every_answered_report_is_there_after_kill_nine(tmp_path: Path) -> None:
    world = found(create_world(tmp_path))
    with world.app.app_context():
        db.engine.dispose()
    answered: dict[str, str] = {}
    port = free_port()
    with server(tmp_path, port) as process:
        threads = [
            threading.Thread(target=send_until_it_dies, args=(port, answered)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        time.sleep(1.5)
        process.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join(timeout=20)
    assert len(answered) > 20
    port = free_port()
    with server(tmp_path, port):
        again = {report_id: send(port, report_id) for report_id in answered}
    assert again == {report_id: (200, number) for report_id, number in answered.items()}
