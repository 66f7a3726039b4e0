"""Whoever reads a long file slowly holds neither the whole file nor the door."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from ports import free_port
from served_process import server
from werkzeug.test import TestResponse
from worlds import World, a_report, create_world

from backend.cli.serve import MOST_CONNECTIONS
from backend.core.actors import ANONYMOUS
from backend.core.db import db, table_of
from backend.core.decision_log import Decision
from backend.core.long_answers import _readers
from backend.core.uow import unit_of_work
from backend.reports.file_report import file_report
from backend.reports.public_requests import stream_public_requests

HERE, THERE, ELSEWHERE = "127.0.0.1", "127.0.0.2", "127.0.0.3"
FILES = ("/data/requests.csv", "/decisions.jsonl", "/open311/v2/bulk.csv")
READERS, ENTRIES, ENTRY_BYTES = 64, 400, 100_000


def asked(world: World, path: str, address: str) -> TestResponse:
    """An answer of which only the beginning is read."""
    from_there = {"REMOTE_ADDR": address}
    client: FlaskClient = world.client()
    return client.get(path, environ_base=from_there)


@pytest.mark.parametrize("path", FILES)
def test_few_whole_files_are_sent_at_a_time_and_one_to_an_address(
    sqlite_city: World, path: str
) -> None:
    first = asked(sqlite_city, path, HERE)
    again = asked(sqlite_city, path, HERE)
    assert (first.status_code, again.status_code) == (200, 429)
    assert again.headers["Retry-After"] == "30"
    second = asked(sqlite_city, path, THERE)
    assert (second.status_code, asked(sqlite_city, path, ELSEWHERE).status_code) == (200, 429)
    for one in (first, second):
        one.close()
    assert not _readers
    third = asked(sqlite_city, path, ELSEWHERE)
    assert third.status_code == 200
    third.close()


def test_nothing_of_a_file_is_read_before_it_is_sent(
    sqlite_city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work(ANONYMOUS) as work:
        for number in range(1, 4):
            file_report(work, a_report(number))
    read = list[str]()

    def counted(*arguments: object) -> Iterator[object]:
        for one in stream_public_requests(*arguments):  # type: ignore[arg-type]
            read.append(one.number)
            yield one

    monkeypatch.setattr("backend.exports.data_files.stream_public_requests", counted)
    client = sqlite_city.client()
    assert client.head("/data/requests.csv").status_code == 200
    assert read == []
    assert len(client.get("/data/requests.geojsonl").data.splitlines()) == len(read) == 3


def long_log(folder: Path) -> None:
    """A log that no buffer of the server and of the machine takes in whole."""
    world = create_world(folder)
    entry = {"at": datetime(2026, 1, 1, tzinfo=UTC), "actor": "operator", "action": "test.long"}
    entry |= {"subject": "test:1", "facts": '"' + "x" * ENTRY_BYTES + '"', "previous_hash": "0"}
    with world.app.app_context(), db.engine.begin() as connection:
        last = connection.scalar(sa.select(sa.func.max(Decision.sequence))) or 0
        rows = [
            entry | {"sequence": last + number, "hash": f"{number:064}"}
            for number in range(1, ENTRIES + 1)
        ]
        connection.execute(sa.insert(table_of(Decision)), rows)
    with world.app.app_context():
        db.engine.dispose()


def slow_reader(port: int, address: str, path: str) -> socket.socket:
    """Somebody who asks and reads a byte; the machine takes in little for them."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.settimeout(30)
    reader.bind((address, 0))
    reader.connect((HERE, port))
    reader.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return reader


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://{HERE}:{port}{path}", timeout=30) as answer:
            code: int = answer.status
            return code
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.slow
def test_the_door_stays_open_while_many_read_slowly(sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / "city.sqlite3").write_bytes(sqlite_template.read_bytes())
    long_log(tmp_path)
    port = free_port()
    with server(tmp_path, port), ExitStack() as readers:
        for number in range(READERS):
            address = THERE if number % 2 else HERE
            reader = readers.enter_context(slow_reader(port, address, "/decisions.jsonl"))
            assert reader.recv(1) == b"H"
        assert status(port, "/decisions.jsonl") == 429
        assert status(port, "/") == 200
        # Nor do those shut it who only stand in it.
        for _ in range(2 * READERS):
            readers.enter_context(socket.create_connection((HERE, port)))
        assert 3 * READERS < MOST_CONNECTIONS
        assert status(port, "/") == 200
