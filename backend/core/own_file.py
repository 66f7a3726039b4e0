"""SQLite's files, which nobody but their owner may read."""

import os
from contextlib import suppress
from pathlib import Path


def keep_to_owner(path: Path) -> None:
    """Make the file at `path` where there is none, and let its owner alone read it.

    SQLite gives the journals that it makes the mode of their file; earlier ones are closed too.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    for one in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        # It may be missing, somebody else's, or on what cannot be written.
        with suppress(OSError):
            mode = one.stat().st_mode & 0o777
            if mode & 0o077:
                one.chmod(mode & 0o700)
