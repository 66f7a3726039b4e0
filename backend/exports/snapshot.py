"""One moment of the database, to read from for as long as a file takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A session in which nothing changes and that no writer waits for.

    SQLite's write-ahead log gives every reader that; PostgreSQL is asked for it.
    """
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    with Session(engine) as session:
        yield session
