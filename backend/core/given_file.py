"""Files that somebody names to a command."""

from pathlib import Path

from backend.core.errors import Invalid


def require_file(path: Path) -> None:
    """Raise `Invalid` unless there is a file at `path`."""
    if path.is_dir():
        raise Invalid("file-is-folder", file=str(path))
    if not path.is_file():
        raise Invalid("file-missing", file=str(path))
