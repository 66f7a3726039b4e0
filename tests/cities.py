"""Fixtures every test may use: a founded city on each database, and what the machine has."""

import os
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from one_at_a_time import one_at_a_time
from postgres import PostgresServer, missing_part, server_of_all
from reused_database import ReusedDatabase
from sources import ROOT
from worlds import World, copied_city, create_world, found, opened_city

from backend.accounts import passwords
from backend.core.db import db
from backend.core.logs import configure_logs
from backend.photos import process_photo

# A busy machine is no finding; how long things take is for the benchmarks.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_runtest_setup() -> None:
    """Logs as a city has them, whatever a command of the test before made of them."""
    configure_logs("INFO")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout."""
    return ROOT.parent / "shared"


@pytest.fixture(scope="session", autouse=True)
def costly_hasher() -> Iterator[PasswordHasher]:
    """The product's own; a cheap one does its work, as a password costs a sixth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        costly = passwords._hasher
        patch.setattr(passwords, "_hasher", PasswordHasher(1, memory_cost=8, parallelism=1))
        yield costly


@pytest.fixture(scope="session", autouse=True)
def _rendered_once() -> Iterator[None]:
    """The same photo with the same covers has the same pictures: one process makes them once."""
    render_photo = cache(process_photo.render_photo)

    def render(data: bytes, covers: list[Any]) -> object:
        return render_photo(data, tuple(covers))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process_photo, "render_photo", render)
        yield


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the whole run, whichever of its processes asks."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(run_folder: Path) -> Iterator[None]:
    """Every app has templates of its own: what one process compiled, no other app compiles."""
    folder = run_folder / "compiled templates"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        compiled = FileSystemBytecodeCache(str(folder))
        patch.setitem(Flask.jinja_options, "bytecode_cache", compiled)
        yield


@pytest.fixture(scope="session")
def postgres(run_folder: Path) -> Iterator[PostgresServer]:
    """One server for the whole run."""
    reason = missing_part()
    if reason is not None:
        pytest.skip(reason)
    with server_of_all(run_folder) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(run_folder: Path) -> Path:
    """A founded city's database file, copied for each test."""
    folder = run_folder / "template"
    with one_at_a_time(run_folder / "founding"):
        if not folder.exists():
            folder.mkdir()
            found_and_leave(create_world(folder))
    return folder / "city.sqlite3"


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer, run_folder: Path) -> str:
    """The name of a founded city's database."""
    folder = run_folder / f"template of {postgres.port}"
    with one_at_a_time(run_folder / "founding"):
        if not folder.exists():
            folder.mkdir()
            postgres.execute("CREATE DATABASE template_city")
            url = postgres.url("template_city")
            found_and_leave(create_world(folder, database_url=url))
    return "template_city"


def found_and_leave(world: World) -> None:
    """Found a city that others copy: nobody stays connected to it."""
    found(world)
    with world.app.app_context():
        db.engine.dispose()


@pytest.fixture
def sqlite_city(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    """A founded city on SQLite."""
    with copied_city(sqlite_template, tmp_path) as world:
        yield world


@pytest.fixture(scope="session")
def reused_database(postgres: PostgresServer, postgres_template: str) -> Iterator[ReusedDatabase]:
    """The database every city on PostgreSQL lies in, one after the other."""
    with closing(ReusedDatabase(postgres, postgres_template)) as database:
        yield database


@pytest.fixture
def postgis_city(reused_database: ReusedDatabase, tmp_path: Path) -> Iterator[World]:
    """A founded city on PostgreSQL with PostGIS."""
    is_cut = reused_database.put_back()
    with opened_city(tmp_path, database_url=reused_database.url) as world:
        if is_cut:
            # What lies in the pool may be dead, and is trusted for a second.
            db.engine.dispose()
        yield world


@pytest.fixture(params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def city(request: pytest.FixtureRequest) -> World:
    """A founded city, on each database in turn."""
    world: World = request.getfixturevalue(f"{request.param}_city")
    return world
