"""A server killed at full tilt has lost nothing that it answered."""

import http.client
import shutil
import threading
import time
import uuid
from pathlib import Path

import pytest
from ports import free_port
from served_process import send, server


def send_until_it_dies(port: int, answered: dict[str, str]) -> None:
    while True:
        report_id = str(uuid.uuid4())
        try:
            _, answered[report_id] = send(port, report_id)
        except (OSError, ValueError, http.client.HTTPException):
            return


def wait_until_many(answered: dict[str, str]) -> None:
    deadline = time.monotonic() + 20
    while len(answered) < 60:
        assert time.monotonic() < deadline, f"only {len(answered)} answers"
        time.sleep(0.01)


@pytest.mark.slow
def test_every_answered_report_is_there_after_kill_nine(
    sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "city.sqlite3")
    answered: dict[str, str] = {}
    port = free_port()
    with server(tmp_path, port) as process:
        threads = [
            threading.Thread(target=send_until_it_dies, args=(port, answered)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        wait_until_many(answered)
        process.kill()
        for thread in threads:
            thread.join(timeout=20)
    port = free_port()
    with server(tmp_path, port):
        again = {report_id: send(port, report_id) for report_id in answered}
    assert again == {report_id: (200, number) for report_id, number in answered.items()}
