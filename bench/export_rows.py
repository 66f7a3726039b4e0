"""A whole file of open data: rows a second, CPU and peak memory, at 10,000 and at 1,000,000 rows.

    python bench/export_rows.py [--database sqlite|postgis|both] [--rows 1000000]

Fills a new city with requests, then runs `python -m backend reports export` once for each form, in
a process of its own: its CPU (user and system) and its peak memory are the kernel's. Memory that
is the same at both sizes is memory that does not grow. The CPU of PostgreSQL's own process, which
sorts and joins, is not in it; the wall time is of all.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import struct_rusage
from time import perf_counter

from city_server import DATABASES, ROOT
from postgres import running_server
from queue_page import row
from worlds import FIELD_KEY, World, create_world, found

from backend.core.actors import OPERATOR
from backend.core.db import db
from backend.core.ids import SystemIds
from backend.core.runtime import EXTENSION
from backend.core.uow import unit_of_work
from backend.exports.forms import FORMS
from backend.reports.column_map import ColumnMap
from backend.reports.import_requests import import_requests
from backend.reports.request_file import RequestFile

SMALL = 10_000
_AT_ONCE = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    for database in DATABASES if asked.database == "both" else (asked.database,):
        with city_on(database) as (world, url):
            for start, rows in ((0, SMALL), (SMALL, asked.rows)):
                fill(world, start, rows)
                for name in FORMS:
                    measure(world, url, database, name, rows)


@contextmanager
def city_on(database: str) -> Iterator[tuple[World, str]]:
    """A new city, and the address of its database; empty for SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        if database == "sqlite":
            yield found(create_world(Path(folder))), ""
            return
        with running_server() as postgres:
            postgres.execute("CREATE DATABASE city")
            url = postgres.url("city")
            yield found(create_world(Path(folder), database_url=url)), url


def fill(world: World, start: int, end: int) -> None:
    """Import requests through the same door as a city's own history."""
    chance = random.Random(start)
    world.app.extensions[EXTENSION].ids = SystemIds()
    with world.app.app_context():
        for first in range(start, end, _AT_ONCE):
            rows = tuple(row(n, chance) for n in range(first, min(end, first + _AT_ONCE)))
            with unit_of_work(OPERATOR) as work:
                import_requests(work, RequestFile("history.csv", rows), ColumnMap())
        db.session.remove()
        db.engine.dispose()


def measure(world: World, url: str, database: str, name: str, rows: int) -> None:
    """Write one file and print what it took."""
    settings = {
        "DATA_DIR": str(world.data_dir),
        "DATABASE_URL": url,
        "SECRET_KEYS": "secret 1",
        "FIELD_KEYS": FIELD_KEY,
        "HASH_KEY": "hash 1",
    }
    environment = {f"EVENWARD_{key}": value for key, value in settings.items()}
    command = [sys.executable, "-m", "backend", "reports", "export", "--format", name, "-"]
    began = perf_counter()
    with tempfile.TemporaryFile() as file:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=file)
        peak, used = watch(process)
        size = file.seek(0, os.SEEK_END)
    wall, cpu = perf_counter() - began, used.ru_utime + used.ru_stime
    print(
        f"{database:<8}{name:<12}{rows:9,} rows {size / 1e6:8.1f} MB   cpu {cpu:6.1f} s   "
        f"wall {wall:6.1f} s {rows / wall:8,.0f} rows/s   peak {peak:5.0f} MB",
        flush=True,
    )


def watch(process: subprocess.Popen[bytes]) -> tuple[float, struct_rusage]:
    """The peak memory of a process in MB, and what it used.

    The kernel's own figure at its end would begin with the memory of this process.
    """
    peak, pid = 0.0, 0
    while not pid:
        time.sleep(0.1)
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
        peak = max(peak, int(found[1]) / 1024) if found else peak
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the export ended with {process.returncode}")
    return peak, used


if __name__ == "__main__":
    main()
