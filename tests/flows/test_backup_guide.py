"""What docs/guide/deploy.md says of backups, done as it is written: the city comes back whole."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from postgres import missing_part, running_server
from sources import ROOT
from worlds import World, a_report, create_world, found, opened_city

from backend.core.actors import ANONYMOUS
from backend.core.db import current_session, db
from backend.core.decision_log import log_end
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.file_report import file_report
from backend.reports.models import ServiceRequest

PICTURE = "pictures/ab/picture.jpg"
pytestmark = pytest.mark.slow


def blocks() -> list[str]:
    """Backup on SQLite, on PostgreSQL, restore on SQLite, on PostgreSQL, and what both end with."""
    guide = (ROOT / "docs" / "guide" / "deploy.md").read_text(encoding="utf-8")
    part = guide.partition("## Backup and restore")[2].partition("\n## ")[0]
    found = re.findall(r"```sh\n(.*?)```", part, re.DOTALL)
    assert len(found) == 5
    return found


def shell(folder: Path, script: str, **variables: str) -> None:
    """Run it where the operator stands; the tests' own PostgreSQL needs no other user."""
    program = folder / "bin" / "python"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o700)
    environment = {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        **variables,
    }
    night = "night=$(echo backup/*)\n" if (folder / "backup").exists() else ""
    words = "set -e\n" + night + script.replace("sudo -u postgres ", "")
    run = subprocess.run(
        ["bash", "-c", words], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


def live(world: World) -> tuple[UUID, str]:
    """A report with a picture, as the city runs; its id, and the head of the log."""
    with unit_of_work(ANONYMOUS) as work:
        file_report(work, a_report(1))
    current_runtime().media.put(PICTURE, b"what it shows")
    head = log_end(current_session())[1]
    current_session().rollback()
    return a_report(1).id, head


def assert_whole(report: UUID) -> None:
    assert current_session().get_one(ServiceRequest, report).description
    assert current_runtime().media.get(PICTURE) == b"what it shows"
    with unit_of_work(ANONYMOUS) as work:
        file_report(work, a_report(2))


def keys_of(world: World) -> dict[str, str]:
    settings = world.app.extensions["evenward"].settings
    names = ("SECRET_KEYS", "FIELD_KEYS")
    several = {f"EVENWARD_{name}": ",".join(getattr(settings, name.lower())) for name in names}
    return several | {"EVENWARD_HASH_KEY": settings.hash_key}


def test_sqlite(sqlite_template: Path, tmp_path: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("no sqlite3 is installed (Debian: sqlite3)")
    backup, _, restore, _, both = blocks()
    data = tmp_path / "var"
    data.mkdir()
    shutil.copy(sqlite_template, data / "city.sqlite3")
    with opened_city(data) as world:
        report, head = live(world)
        shell(tmp_path, backup)
        keys = keys_of(world)
    data.rename(tmp_path / "lost")
    shell(tmp_path, restore + both.replace("HEAD", head), **keys)
    with opened_city(data):
        assert_whole(report)


def test_postgresql(tmp_path: Path) -> None:
    if reason := missing_part():
        pytest.skip(reason)
    _, backup, _, restore, both = blocks()
    data = tmp_path / "var"
    data.mkdir()
    with running_server() as server:
        # A city's own user is no superuser.
        server.execute("CREATE ROLE evenward LOGIN")
        server.execute("CREATE DATABASE city OWNER evenward")
        superuser = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "postgres"}
        shell(tmp_path, 'psql -d city -c "CREATE EXTENSION postgis"', **superuser)
        url = server.url("city").replace("postgres@", "evenward@")
        world = found(create_world(data, database_url=url))
        keys = keys_of(world) | {"EVENWARD_DATABASE_URL": url}
        with world.app.app_context():
            report, head = live(world)
            shell(tmp_path, backup, **keys)
            db.session.remove()
            db.engine.dispose()
        data.rename(tmp_path / "lost")
        server.execute("DROP DATABASE city")
        shell(tmp_path, restore + both.replace("HEAD", head), **superuser, **keys)
        with create_world(data, database_url=url, seed=1).app.app_context():
            assert_whole(report)
            db.session.remove()
            db.engine.dispose()
