"""Photos as files under the city's data folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from backend.core.errors import Unavailable


class FileStore:
    """Names are paths below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, data: bytes) -> None:
        """Written aside, made durable, then given its name: a crash leaves all or nothing."""
        path = self._folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _draft_of(path).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _draft_of(path).replace(path)
            _make_durable(path.parent)
        except OSError as error:
            raise Unavailable("photo-store-unreachable") from error

    def get(self, name: str) -> bytes | None:
        """The file's bytes."""
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable("photo-store-unreachable") from error

    def delete(self, name: str) -> None:
        """Unlink the file, and what a crash may have left of it."""
        path = self._folder / name
        try:
            path.unlink(missing_ok=True)
            _draft_of(path).unlink(missing_ok=True)
        except OSError as error:
            raise Unavailable("photo-store-unreachable") from error

    def names(self, prefix: str) -> Iterator[str]:
        """Walks the folder."""
        for path in (self._folder / prefix).rglob("*"):
            if path.is_file():
                yield path.relative_to(self._folder).as_posix()


def _draft_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.draft")


def _make_durable(folder: Path) -> None:
    # A new name is safe once its folder is on disk too.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
