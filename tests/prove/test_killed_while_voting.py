"""Votes while the server is killed again and again: none is lost, none is doubled."""

import http.client
import json
import random
import shutil
import threading
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do
from ports import free_port
from served_process import server
from votes import SLUG, TRUSTEES_KEY, code_of, enrol, make_vote, vote_until
from worlds import World, create_world

from backend.ballots.models import Ballot
from backend.ballots.voting.commands import CountBallots
from backend.ballots.voting.count_ballots import count_ballots
from backend.core.actors import OPERATOR
from backend.core.clock import SystemClock
from backend.core.db import current_session, db

DEATHS = 10
PHONES = 4
VOTERS = 6000
pytestmark = pytest.mark.prove


class Voters:
    """Phones that vote one voter after the other, every third twice, each until it is answered."""

    def __init__(self, port: int) -> None:
        self.receipts: dict[int, str] = {}
        self._base = f"http://127.0.0.1:{port}/v1/cycles/{SLUG}"
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._vote, args=(n,)) for n in range(PHONES)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Let every phone get the answer it waits for, and no more."""
        self._is_over.set()
        for thread in self._threads:
            thread.join(timeout=30)

    def _vote(self, phone: int) -> None:
        for voter in range(phone, VOTERS, PHONES):
            if self._is_over.is_set():
                return
            said = self._send("POST", "credentials", {"access_code": code_of(voter)})
            for sequence in (1, 2) if voter % 3 == 0 else (1,):
                ballot = {
                    "credential": said["credential"],
                    "sequence": sequence,
                    "attempt": f"{2 * voter + sequence:032x}",
                    "parts": {"citywide": {"projects": [f"C{sequence}"]}},
                }
                answer = self._send("PUT", "ballot", ballot)
                self.receipts[voter] = answer["published_ids"]["citywide"]

    def _send(self, method: str, path: str, body: Any) -> Any:
        headers = {"Content-Type": "application/json"}
        while True:
            request = urllib.request.Request(
                f"{self._base}/{path}", json.dumps(body).encode(), headers, method=method
            )
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError:
                raise
            except (OSError, ValueError, http.client.HTTPException):
                time.sleep(0.05)


def test_on_sqlite(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "city.sqlite3")
    world = create_world(tmp_path)
    with world.app.app_context():
        prepare(world)
        db.session.remove()
        db.engine.dispose()
        receipts = kill_again_and_again(tmp_path)
        assert_whole(world, receipts)
        db.session.remove()
        db.engine.dispose()


def test_on_postgis(postgis_city: World, tmp_path: Path) -> None:
    prepare(postgis_city)
    url = postgis_city.app.extensions["evenward"].settings.database_url
    assert_whole(postgis_city, kill_again_and_again(tmp_path, url))


def prepare(world: World) -> None:
    """A vote that is open now by the machine's clock."""
    make_vote(world)
    enrol(dict.fromkeys(range(VOTERS), "SW"))
    vote_until(SystemClock().now() + timedelta(days=5))


def kill_again_and_again(folder: Path, database_url: str = "") -> dict[int, str]:
    """The receipts voters have while the server died at random moments."""
    chance, port = random.Random(9), free_port()
    voters = Voters(port)
    voters.start()
    for _ in range(DEATHS):
        with server(folder, port, database_url):
            time.sleep(chance.uniform(0.5, 4.0))
    with server(folder, port, database_url):
        voters.finish()
    assert len(voters.receipts) > 200
    return voters.receipts


def assert_whole(world: World, receipts: dict[int, str]) -> None:
    current_session().rollback()
    vote_until(world.clock.now())
    counted = do(OPERATOR, count_ballots, CountBallots(SLUG, TRUSTEES_KEY))
    assert (counted.ballots, counted.unreadable) == (len(receipts), 0)
    ballots = {one.id: one.choices for one in current_session().scalars(sa.select(Ballot))}
    assert ballots == {one: [int(voter % 3 == 0)] for voter, one in receipts.items()}
