"""The database: one model for SQLite and PostgreSQL, and the connection habits of each.

Flask-SQLAlchemy is used thin: it owns the engine and the request's session; models are plain
SQLAlchemy classes under `Base`.
"""

import sqlite3
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from backend.core.idle_connections import ask_after_idling
from backend.core.own_file import keep_to_owner
from backend.core.waiting_room import WaitingRoom

# Execution options of a connection: that it is going to write, and how many seconds it waits for
# another's locks before it gives up.
WRITES, WAITS = "evenward_writes", "evenward_waits"
LONGEST_WAIT = 15.0
# Seconds until a server that does not answer counts as away, and until a full pool does.
_LONGEST_CONNECTING, _LONGEST_IN_POOL = 5, 3
_BUSY = (
    "database is locked",
    # What SQLite says where somebody keeps readers out, after ten seconds of trying.
    "locking protocol",
    "lock timeout",
    "deadlock detected",
    "too many clients already",
    "remaining connection slots",
)
# Of PostgreSQL's error codes (its manual, appendix A): a class, and three of another.
_CONNECTION_LOST, _SERVER_STOPS = "08", frozenset({"57P01", "57P02", "57P03"})


class UTCDateTime(sa.TypeDecorator[datetime]):
    """A moment: refuses naive values, gives UTC-aware ones back on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A stored moment must know its time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


# SQLite numbers rows itself only in a column declared INTEGER.
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Base(DeclarativeBase):
    """All tables of one city."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UTCDateTime,
        uuid.UUID: sa.Uuid,
        dict[str, Any]: sa.JSON,
        list[Any]: sa.JSON,
    }


def table_of(model: type[Base]) -> sa.Table:
    """The table behind a model, for statements too frequent to pay for mapped objects."""
    return cast("sa.Table", model.__table__)


def lock_id(session: Session, id_: uuid.UUID) -> None:
    """Let nobody else who asks for `id_` pass before this transaction ends.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(_LOCK, {"key": int.from_bytes(id_.bytes[8:], signed=True)})


_LOCK = sa.select(sa.func.pg_advisory_xact_lock(sa.bindparam("key", type_=sa.BigInteger)))

db = SQLAlchemy(metadata=Base.metadata)


def empty_journal(session: Session) -> bool:
    """Write SQLite's journal into the database file and cut it off: it holds what was erased.

    Called outside of any transaction. False where somebody who reads or writes stands in the way;
    other databases clear up by themselves.
    """
    engine = session.get_bind()
    if engine.dialect.name != "sqlite":
        return True
    # Without the habit of beginning a transaction first.
    connection = cast("Engine", engine).raw_connection()
    try:
        is_hindered, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    return not is_hindered


def current_session() -> Session:
    """The session of the running request, command or job."""
    return db.session()


def engine_options(url: str, threads: int) -> dict[str, Any]:
    """Options for `create_engine`; parameters stay out of errors, for they may be personal.

    A thread that answers needs one connection, and another where the answer is read as it is sent.
    """
    options: dict[str, Any] = {"hide_parameters": True}
    if not url.startswith("sqlite"):
        options |= {
            "pool_size": 10,
            "max_overflow": max(10, 2 * threads),
            "pool_timeout": _LONGEST_IN_POOL,
        }
    return options


def teach_habits(engine: Engine, room: WaitingRoom) -> None:
    """Attach what each database's connections need; call once for every engine."""
    _ask_in_places(engine, room)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "do_connect", _close_to_others)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        sa.event.listen(engine, "connect", _configure_postgresql)
        ask_after_idling(engine)


def _ask_in_places(engine: Engine, room: WaitingRoom) -> None:
    """Let a thread that answers have a place in `room` wherever it may wait for the database."""

    def execute(cursor: Any, statement: str, parameters: Any, _context: object) -> bool:
        room.read(cursor.execute, statement, parameters)
        return True

    def connect(
        dialect: Dialect, _record: object, arguments: list[Any], options: dict[str, Any]
    ) -> Any:
        options.setdefault("connect_timeout", _LONGEST_CONNECTING)
        return room.read(dialect.connect, *arguments, **options)

    def configure(connection: sqlite3.Connection, _record: object) -> None:
        room.read(_configure_sqlite, connection)

    sa.event.listen(engine, "do_execute", execute)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", configure)
    else:
        sa.event.listen(engine, "do_connect", connect)


def _close_to_others(
    _dialect: Dialect, _record: object, arguments: list[Any], _options: dict[str, Any]
) -> None:
    """The database file is its owner's alone, also one that an earlier program made."""
    path = str(arguments[0]) if arguments else ":memory:"
    if path != ":memory:" and not path.startswith("file:"):
        keep_to_owner(Path(path))


def _configure_sqlite(connection: sqlite3.Connection) -> None:
    # The driver must not begin transactions by itself, or savepoints do not isolate.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={round(1000 * LONGEST_WAIT)}",
        "foreign_keys=ON",
        # What is erased is overwritten with zeros, however this SQLite was built.
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that will write takes its place at once: upgrading a read lock later can only
    # fail while another writer is at work.
    options = connection.get_execution_options()
    waits, known = options.get(WAITS, LONGEST_WAIT), connection.info.get(WAITS, LONGEST_WAIT)
    if waits != known:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={round(1000 * waits)}")
        connection.info[WAITS] = waits
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITES) else "BEGIN")


def _configure_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET timezone TO 'UTC'")
        cursor.execute(f"SET lock_timeout TO '{LONGEST_WAIT:.0f}s'")
    connection.commit()


def is_away(error: OperationalError) -> bool:
    """Whether the database's server cannot be reached, or ended the connection by itself."""
    # What never came from a server has no state; an embedded database's errors do not know any.
    state = getattr(error.orig, "sqlstate", "embedded")
    return state is None or state.startswith(_CONNECTION_LOST) or state in _SERVER_STOPS


def is_busy(error: OperationalError) -> bool:
    """Whether a transaction gave up waiting for another one's locks, or the two for each other."""
    words = str(error.orig)
    return any(sign in words for sign in _BUSY)
