"""A Redis of the tests' own: on loopback, on a port of their choice, nothing on disk."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def running_redis(port: int, folder: Path) -> Iterator[str]:
    """Its address, as soon as it answers; skips the test where none is installed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server is installed (Debian: redis-server)")
    options = f"--port {port} --bind 127.0.0.1 --save  --appendonly no --dir {folder}"
    server = subprocess.Popen([program, *options.split(" ")], stdout=subprocess.DEVNULL)
    try:
        while not _is_listening(port):
            assert server.poll() is None
            time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(timeout=10)


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
