"""A minute of reports while the server is killed again and again: none is lost, none is doubled."""

import http.client
import random
import shutil
import threading
import time
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from ports import free_port
from served_process import send, server
from worlds import World, create_world

from backend.core.db import current_session, db
from backend.core.decision_log import Decision, find_faults
from backend.core.runtime import current_runtime
from backend.reports.models import Incident, ServiceRequest
from backend.triage.models import QueueEntry

SECONDS = 60
PHONES = 4
pytestmark = pytest.mark.prove


class Phones:
    """Phones that send reports one after the other, each again until it is answered."""

    def __init__(self, port: int) -> None:
        self.answered: dict[str, str] = {}
        self._port = port
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._send) for _ in range(PHONES)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Let every phone get the answer it waits for, and no more."""
        self._is_over.set()
        for thread in self._threads:
            thread.join(timeout=30)

    def _send(self) -> None:
        while not self._is_over.is_set():
            report_id = str(uuid.uuid4())
            while report_id not in self.answered:
                try:
                    status, number = send(self._port, report_id)
                except (OSError, ValueError, http.client.HTTPException):
                    time.sleep(0.05)
                    continue
                assert status in {200, 201}
                self.answered[report_id] = number


def test_on_sqlite(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "city.sqlite3")
    answered = kill_for_a_minute(tmp_path)
    # Where it lies: what was committed last may stand in the file beside it alone.
    with create_world(tmp_path).app.app_context():
        assert_whole(answered)
        db.session.remove()
        db.engine.dispose()


def test_on_postgis(postgis_city: World, tmp_path: Path) -> None:
    url = current_runtime().settings.database_url
    answered = kill_for_a_minute(tmp_path, url)
    assert_whole(answered)


def kill_for_a_minute(folder: Path, database_url: str = "") -> dict[str, str]:
    """What phones were told while the server died at random moments."""
    chance, port, deaths = random.Random(9), free_port(), 0
    phones = Phones(port)
    end = time.monotonic() + SECONDS
    phones.start()
    while time.monotonic() < end:
        with server(folder, port, database_url):
            time.sleep(chance.uniform(0.5, 4.0))
        deaths += 1
    with server(folder, port, database_url):
        phones.finish()
    assert deaths >= 8
    assert len(phones.answered) > 200
    return phones.answered


def assert_whole(answered: dict[str, str]) -> None:
    session = current_session()
    session.rollback()
    found = session.execute(sa.select(ServiceRequest.id, ServiceRequest.number))
    rows = {row.id: row.number for row in found}
    assert {uuid.UUID(one): number for one, number in answered.items()} == rows
    for model in (Incident, QueueEntry):
        assert session.scalar(sa.select(sa.func.count()).select_from(model)) == len(rows)
    filed = sa.select(Decision.subject).where(Decision.action == "report.filed")
    subjects = list(session.scalars(filed))
    assert sorted(subjects) == sorted(f"report:{number}" for number in rows.values())
    assert list(find_faults(session, current_runtime().settings.hash_key)) == []
