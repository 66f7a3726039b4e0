"""A city's SQLite database where nothing can be written, such as on a backup's medium."""

import os
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from backend.core.config import Settings


def for_reading(settings: Settings) -> Settings:
    """`settings` under which a database that cannot be written can still be read."""
    url = sa.make_url(settings.sqlalchemy_url)
    path = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or not path.is_file() or _can_write_beside(path):
        return settings
    journal = Path(f"{path}-wal")
    # What SQLite takes for unchangeable it reads without its journal: only where there is none.
    has_journal = journal.exists() and journal.stat().st_size > 0
    how = {"mode": "ro"} if has_journal else {"immutable": "1"}
    read_only = sa.URL.create("sqlite", database=f"file:{quote(str(path))}", query=how)
    return replace(
        settings, database_url=read_only.update_query_dict({"uri": "true"}).render_as_string()
    )


def _can_write_beside(path: Path) -> bool:
    """Whether the file may change, and journals be made."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
