"""Files that nobody but their owner may read: what stands in them is a right to vote."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def private_file(path: str) -> Iterator[TextIO]:
    """`path`, written anew with mode 0600, also where it was there with another one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        os.fchmod(descriptor, 0o600)
        yield file
