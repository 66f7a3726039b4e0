"""What a restart of PostgreSQL leaves in the pool fails at most one request, and none later."""

from time import perf_counter

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from worlds import World

from backend.core import idle_connections
from backend.core.db import current_session, engine_options, teach_habits
from backend.core.waiting_room import WaitingRoom

PID = sa.select(sa.func.pg_backend_pid())


def pids(engine: Engine) -> set[int]:
    """Whom two connections at once speak with."""
    with engine.connect() as one, engine.connect() as other:
        return {one.scalars(PID).one(), other.scalars(PID).one()}


def cut_off(engine: Engine) -> set[int]:
    gone = pids(engine)
    for pid in gone:
        assert current_session().scalar(sa.select(sa.func.pg_terminate_backend(pid, 5000)))
    return gone


def test_only_a_connection_that_lay_idle_is_asked_before_it_is_used(
    postgis_city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgis_city.app.config["SQLALCHEMY_DATABASE_URI"]
    engine = sa.create_engine(url, **engine_options(url, threads=8))
    teach_habits(engine, WaitingRoom(threads=8))
    # Trusted a moment after it was used; its failure opens the others anew.
    gone = cut_off(engine)
    with pytest.raises(OperationalError):
        pids(engine)
    assert len(gone | pids(engine)) == 4

    gone = cut_off(engine)
    later = idle_connections.TRUSTED_SECONDS
    monkeypatch.setattr(idle_connections, "perf_counter", lambda: perf_counter() + later)
    assert len(gone | pids(engine)) == 4
    engine.dispose()
