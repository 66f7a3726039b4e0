"""A city's real server process for the benchmarks: its database, its address and its CPU time."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from postgres import running_server  # noqa: E402
from worlds import FIELD_KEY, World, create_world, found  # noqa: E402

from backend.cli.serve import free_port  # noqa: E402
from backend.core.db import db  # noqa: E402

DATABASES = ("sqlite", "postgis")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class CityServer:
    """A running server; `world` reaches the same database from this process."""

    world: World
    port: int
    pid: int

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=30)

    def cpu_seconds(self) -> float:
        """User and system time of the server process so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


def databases_asked(description: str | None) -> tuple[str, ...]:
    """What `--database` on the command line says, for a benchmark that asks nothing else."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    asked = parser.parse_args().database
    return DATABASES if asked == "both" else (asked,)


@contextmanager
def running_city(database: str, *, is_durable: bool = False) -> Iterator[CityServer]:
    """A founded city on `database`, served by `python -m backend serve` until the block ends.

    A durable PostgreSQL writes to the disk at every commit, as a city's does; SQLite always does.
    """
    with tempfile.TemporaryDirectory() as folder:
        if database == "sqlite":
            with _serving(Path(folder), "") as server:
                yield server
            return
        with running_server(is_durable=is_durable) as postgres:
            postgres.execute("CREATE DATABASE city")
            with _serving(Path(folder), postgres.url("city")) as server:
                yield server


@contextmanager
def _serving(folder: Path, database_url: str) -> Iterator[CityServer]:
    world = found(create_world(folder, database_url=database_url))
    port = free_port("127.0.0.1", 18000)
    settings = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "SECRET_KEYS": "secret 1",
        "FIELD_KEYS": FIELD_KEY,
        "HASH_KEY": "hash 1",
        "REPORT_LIMIT": "1000000 per minute",
        "ALIKE_LIMIT": "1000000 per minute",
        "VOTE_LIMIT": "1000000 per minute",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "backend", "serve"],
        cwd=ROOT,
        env={**os.environ, **{f"EVENWARD_{name}": text for name, text in settings.items()}},
        stderr=subprocess.DEVNULL,
    )
    try:
        server = CityServer(world, port, process.pid)
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)
        with world.app.app_context():
            db.engine.dispose()


def _wait_for(server: CityServer) -> None:
    for _ in range(200):
        try:
            server.connect().request("GET", "/v1/services")
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not start")


def print_figures(label: str, cpu_seconds: float, latencies: Sequence[float]) -> None:
    """One line: CPU of the server for each request, and how long this process waited."""
    milliseconds = sorted(1000 * latency for latency in latencies)
    count = len(milliseconds)
    print(
        f"{label:<24}{count:6} requests   cpu {1000 * cpu_seconds / count:6.2f} ms   "
        f"p50 {milliseconds[count // 2]:6.1f} ms   p95 {milliseconds[count * 95 // 100]:6.1f} ms",
        flush=True,
    )
