"""What the processes of one run do one after the other."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Hold `file`, as soon as no other process does; one that dies lets go."""
    with file.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
