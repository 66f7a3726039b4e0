"""The file of a database holds codes' hashes and sealed contacts: nobody else's to read."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from backend.core.db import teach_habits
from backend.core.waiting_room import WaitingRoom


def test_a_new_database_and_its_journal_are_their_owners_alone(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'city.sqlite3'}")
    teach_habits(engine, WaitingRoom(threads=8))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE one (id INTEGER)"))
        files = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}
    engine.dispose()
    assert files.keys() > {"city.sqlite3", "city.sqlite3-wal"}
    assert set(files.values()) == {0o600}


def test_a_database_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "city.sqlite3"
    with closing(sqlite3.connect(path)) as earlier:
        earlier.execute("PRAGMA journal_mode=WAL")
        earlier.execute("CREATE TABLE one (id INTEGER)")
        for one in tmp_path.iterdir():
            one.chmod(0o644)
        engine = sa.create_engine(f"sqlite:///{path}")
        teach_habits(engine, WaitingRoom(threads=8))
        with engine.begin():
            files = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}
        engine.dispose()
    assert files == {f"city.sqlite3{end}": 0o600 for end in ("", "-shm", "-wal")}
