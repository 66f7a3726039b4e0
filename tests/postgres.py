"""A PostgreSQL with PostGIS of the tests' own: on loopback, on a free port, gone afterwards."""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from one_at_a_time import one_at_a_time
from ports import free_port

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
_POSTGIS = list(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))


def missing_part() -> str | None:
    """What the machine lacks for these tests, None when they can run."""
    if not _BINARIES:
        return "no PostgreSQL server is installed (Debian: postgresql)"
    if not _POSTGIS:
        return "PostGIS is not installed (Debian: postgresql-15-postgis-3)"
    return None


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server, reached over loopback by its superuser without a password.

    `admin` is kept open: a connection costs more than what is asked over it.
    """

    port: int
    admin: psycopg.Connection
    process: "RestartedProcess | None" = None

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        self.admin.execute(statement)

    def copy(self, template: str, name: str) -> None:
        """A new database with everything in `template`, file by file where that can be asked."""
        # PostgreSQL 15 began to write copies to its log as well, which takes twice as long.
        how = "STRATEGY file_copy" if self.admin.info.server_version >= 150_000 else ""
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} {how}")


class RestartedProcess:
    """The process of a server, which can be gone for a while."""

    def __init__(self, command: list[str], owner: str | None, port: int) -> None:
        self._command, self._owner, self._port = command, owner, port
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        silent = subprocess.DEVNULL
        return subprocess.Popen(self._command, user=self._owner, stdout=silent, stderr=silent)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=20)

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Stopped, and started again afterwards."""
        self.stop()
        try:
            yield
        finally:
            self._process = self._start()
            # Before it is up it may not hear that it is to stop.
            connected(self._port).close()


@contextmanager
def server_of_all(folder: Path) -> Iterator[PostgresServer]:
    """The server of all processes that name `folder`: the first starts it, and stops it last."""
    note = folder / "postgres.port"
    with (folder / "postgres.users").open("a") as users, ExitStack() as stack:
        with one_at_a_time(folder / "postgres.start"):
            if is_first := not note.exists():
                server = stack.enter_context(running_server())
                note.write_text(str(server.port))
            else:
                port = int(note.read_text())
                server = PostgresServer(port, stack.enter_context(connected(port)))
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield server
        finally:
            if is_first:
                # Whoever comes now starts another.
                with one_at_a_time(folder / "postgres.start"):
                    fcntl.flock(users, fcntl.LOCK_EX)
                    note.unlink()


@contextmanager
def running_server(*, is_durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server and stop it by its pid; a durable one writes to the disk before it answers."""
    place = None if is_durable else memory_folder()
    folder = Path(tempfile.mkdtemp(prefix="evenward-pg-", dir=place))
    try:
        owner = _give_to_postgres(folder)
        data = folder / "data"
        initdb = _BINARIES[0]
        options = ["-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        _run([str(initdb), *options], owner)
        port = free_port()
        command = [str(initdb.with_name("postgres"))]
        command += _server_options(data, port, folder, is_durable)
        process = RestartedProcess(command, owner, port)
        try:
            with connected(port) as admin:
                yield PostgresServer(port, admin, process)
        finally:
            process.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server_options(data: Path, port: int, sockets: Path, is_durable: bool) -> list[str]:
    options = f"-D {data} -p {port} -h 127.0.0.1 -k {sockets}"
    # Nothing has to outlive the tests. Tables are joined as a statement names them: with a few rows
    # in each, to look for a better order takes a third of the server's time.
    careless = ("fsync=off", "full_page_writes=off", "autovacuum=off", "jit=off")
    settings = (
        *(() if is_durable else careless),
        *("max_connections=200", "shared_preload_libraries=postgis-3", "join_collapse_limit=1"),
    )
    return [*options.split(), *(word for one in settings for word in ("-c", one))]


def memory_folder() -> str | None:
    """A folder in memory where there is room: nothing there waits for a disk at every commit."""
    folder = Path("/dev/shm")
    has_room = folder.is_dir() and shutil.disk_usage(folder).free > 1 << 30
    return str(folder) if has_room else None


def _give_to_postgres(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root; there the system's postgres user runs it."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return "postgres"


def _run(command: list[str], owner: str | None) -> None:
    subprocess.run(command, user=owner, check=True, stdout=subprocess.DEVNULL, cwd="/")


def connected(port: int) -> psycopg.Connection:
    """A connection as soon as the server takes one."""
    for _ in range(1200):
        try:
            url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise TimeoutError("the test's PostgreSQL did not start")
