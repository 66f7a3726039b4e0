"""While PostgreSQL is away, whoever asks is told when to come again."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from postgres import PostgresServer, missing_part, running_server
from worlds import IN_SE, World, create_world, found

from backend.core.actors import Role
from backend.core.db import db
from backend.core.worker import Worker
from backend.wiring import JOBS, LANES

HOLE: dict[str, Any] = {"service_code": "POTHOLE", "lon": IN_SE[0], "lat": IN_SE[1]}


@contextmanager
def city_of_its_own(folder: Path) -> Iterator[tuple[PostgresServer, World]]:
    """A city whose database server nobody else needs."""
    if reason := missing_part():
        pytest.skip(reason)
    with running_server() as server:
        server.execute("CREATE DATABASE city")
        world: World = found(create_world(folder, database_url=server.url("city")))
        yield server, world
        with world.app.app_context():
            db.engine.dispose()


def refusals(client: FlaskClient, staff: FlaskClient) -> None:
    """Every face says so in its own language, and none that the program is broken."""
    sent = client.post("/v1/reports", json={"id": str(uuid.uuid4()), "description": "Hole", **HOLE})
    assert sent.json["type"].endswith("/problems/database-away"), sent.text
    pages = [staff.get(path) for path in ("/desk/queue", "/desk/enter", "/reports", "/sign-in")]
    for answer in (sent, client.get("/open311/v2/requests.json"), *pages):
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "30"), answer.text
        assert "again" in answer.text
        assert "Something broke" not in answer.text


@pytest.mark.slow
def test_a_server_that_stops_and_one_that_is_gone_are_no_fault_of_ours(tmp_path: Path) -> None:
    with city_of_its_own(tmp_path) as (server, world):
        client, staff = world.client(), world.signed_in(Role.WARD_STAFF)
        assert staff.get("/desk/queue").status_code == 200
        with server.process.gone():
            # First with connections in the pool that have just died, then with none to be had.
            refusals(client, staff)
            refusals(client, staff)


@pytest.mark.slow
def test_a_worker_says_once_that_the_records_are_away_and_once_that_they_are_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with city_of_its_own(tmp_path) as (server, world):
        worker = Worker(world.app, JOBS, ["tests"], LANES)
        worker.start()
        with server.process.gone():
            worker.sweep()
            worker.enqueue_nightly()
            worker.sweep()
        worker.sweep()
        assert worker.stop(10)
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one["event"] for one in said] == ["database away", "database back"]
    assert [one for one in caplog.records if one.exc_info] == []


@pytest.mark.slow
def test_a_connection_that_dies_after_what_was_read_is_said_like_any_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with city_of_its_own(tmp_path) as (server, world):
        worker = Worker(world.app, JOBS, ["tests"], LANES)
        with world.app.app_context():
            engine = db.engine

        def cut(*_: object) -> None:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'city'"
            )

        sa.event.listen(engine, "after_cursor_execute", cut)
        worker.give_up_lost()
        sa.event.remove(engine, "after_cursor_execute", cut)
        worker.give_up_lost()
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one["event"] for one in said] == ["database away", "database back"]
