"""A locked database takes some of the threads that answer; the open page has the others."""

import fcntl
import http.client
import json
import shutil
import sqlite3
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ports import free_port
from served_process import send, server
from worlds import IN_SE, World

from backend.core import waiting_room
from backend.core.waiting_room import NoPlace, WaitingRoom

Answer = tuple[int, dict[str, str], bytes]
WRITING, READING = "/v1/reports", "/v1/overdue"
# Of the eight threads that answer where nobody says otherwise.
WRITERS, READERS = 4, 6


def ask(port: int, path: str, body: object = None) -> Answer:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as line:
        headers = {"Content-Type": "application/json", "Accept": "text/html"}
        text = None if body is None else json.dumps(body)
        line.request("GET" if body is None else "POST", path, text, headers)
        answer = line.getresponse()
        return answer.status, dict(answer.headers), answer.read()


def a_report() -> dict[str, object]:
    place = {"lon": IN_SE[0], "lat": IN_SE[1]}
    return {"id": str(uuid.uuid4()), "service_code": "POTHOLE", "description": "Hole", **place}


@contextmanager
def nobody_writes(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "city.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def nobody_reads(folder: Path) -> Iterator[None]:
    # The bytes of the journal's index that stand for its locks, as a program that hangs holds them.
    with (folder / "city.sqlite3-shm").open("r+b") as index:
        fcntl.lockf(index, fcntl.LOCK_EX, 8, 120)
        yield
        fcntl.lockf(index, fcntl.LOCK_UN, 8, 120)


@contextmanager
def locked_tables(url: str) -> Iterator[None]:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as other:
        other.execute(sa.text("LOCK TABLE city, incident IN ACCESS EXCLUSIVE MODE"))
        yield
        other.rollback()
    engine.dispose()


class Crowd:
    """People who ask at the same moment, each over a line of their own."""

    def __init__(self, port: int, bodies: list[Any], path: str) -> None:
        self._port = port
        self._pool = ThreadPoolExecutor(len(bodies))
        self._asked = [self._pool.submit(ask, port, path, body) for body in bodies]

    def page_once_refused(self) -> tuple[Answer, int]:
        """The start page, asked once somebody was refused, and how many still wait by then."""
        refused = next(as_completed(self._asked)).result()
        assert (refused[0], refused[1]["Retry-After"]) == (503, "30")
        page = ask(self._port, "/")
        return page, sum(not one.done() for one in self._asked)

    def outcomes(self) -> Counter[int]:
        with self._pool:
            return Counter(one.result()[0] for one in self._asked)


@pytest.mark.slow
def test_whoever_waits_to_write_leaves_threads_for_those_who_read(
    sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "city.sqlite3")
    port = free_port()
    reports: list[Any] = [a_report() for _ in range(24)]
    with server(tmp_path, port, EVENWARD_OPEN_PAGE_SECONDS="0"):
        with nobody_writes(tmp_path):
            crowd = Crowd(port, reports, "/v1/reports")
            page, waiting = crowd.page_once_refused()
            assert page[0] == 200
            assert waiting >= WRITERS
        came_in = crowd.outcomes()
        assert came_in[201] >= WRITERS
        assert came_in[201] + came_in[503] == len(reports)
        again = Counter(send(port, str(one["id"]))[0] for one in reports)
        assert again == {200: came_in[201], 201: came_in[503]}


@pytest.mark.slow
def test_whoever_waits_to_read_leaves_threads_for_kept_pages(
    sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "city.sqlite3")
    port = free_port()
    with server(tmp_path, port, EVENWARD_OPEN_PAGE_SECONDS="0"):
        first = ask(port, "/")
        with nobody_reads(tmp_path):
            crowd = Crowd(port, [None] * 12, "/v1/overdue")
            page, waiting = crowd.page_once_refused()
            assert page[2] == first[2]
            assert waiting >= READERS
            page = ask(port, "/privacy")
            assert (page[0], page[1]["Retry-After"]) == (503, "30")
            # SQLite gives up after ten seconds.
            assert crowd.outcomes() == {503: 12}
        assert ask(port, "/v1/overdue")[0] == 200


@pytest.mark.slow
@pytest.mark.postgis
def test_the_same_where_a_table_is_locked(postgis_city: World, tmp_path: Path) -> None:
    url = postgis_city.app.config["SQLALCHEMY_DATABASE_URI"]
    port = free_port()
    with server(tmp_path, port, url, EVENWARD_OPEN_PAGE_SECONDS="0"):
        first = ask(port, "/")
        with locked_tables(url):
            crowd = Crowd(port, [None] * 12, "/v1/overdue")
            page, waiting = crowd.page_once_refused()
            assert page[2] == first[2]
            assert waiting >= READERS
        assert crowd.outcomes()[200] >= READERS


def test_where_nobody_moves_whoever_answers_is_refused_and_a_worker_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting_room, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(waiting_room, "_SLOW_SECONDS", 0.0)
    room, seated, leave = WaitingRoom(threads=4), threading.Semaphore(0), threading.Event()

    def read() -> None:
        room.begin_request()
        room.read(lambda: (seated.release(), leave.wait(20)))

    with ThreadPoolExecutor(3) as readers:
        reading = [readers.submit(read) for _ in range(3)]
        for _ in reading:
            seated.acquire()
        # Whoever answers nobody passes.
        with room.writing():
            assert room.read(room.is_slow)
        room.begin_request()
        assert is_refused(room)
        room.begin_request()
        with pytest.raises(NoPlace), room.writing():
            pass
        leave.set()
    # Told so once, in this request, or having waited long for nothing.
    assert is_refused(room)
    room.begin_request()
    with pytest.raises(ValueError, match="away"):
        room.read(int, "away")
    assert is_refused(room)
    room.begin_request()
    with room.writing():
        assert not is_refused(room)
    assert not room.is_slow()


def is_refused(room: WaitingRoom) -> bool:
    try:
        return bool(room.read(bool))
    except NoPlace:
        return True
