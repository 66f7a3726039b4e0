"""The schema's version: moving a city's database up and down through its migrations."""

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy.engine import Connection, Engine

from backend.core.config import ConfigError
from backend.core.db import WRITES, Base

_MIGRATIONS = Path(__file__).parent.parent / "migrations"
# Kept by migrations of one database each, unknown to the shared model.
_OWN_TABLES = ("incident_position", "incident_words", "spatial_ref_sys")
_OWN_COLUMNS = {("incident", "position")}
_OWN_INDEXES = {"ix_incident_position", "ix_incident_open_position"}


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`, all steps in one transaction."""
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        refuse_newer(current_revision(connection))
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database down to `revision` (`base` for empty), all steps in one transaction."""
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        refuse_newer(current_revision(connection))
        try:
            command.downgrade(_config(connection), revision)
        except CommandError as error:
            raise ConfigError(f"The schema cannot be taken down to {revision}: {error}.") from error


def refuse_newer(revision: str | None) -> None:
    """Raise `ConfigError` where a database's `revision` is none this program knows."""
    if revision is not None and revision not in _revisions():
        raise ConfigError(
            f"The database is at revision {revision}, which this program does not know: a newer "
            "one brought it there. Run that one, or restore the backup from before."
        )


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _revisions() -> frozenset[str]:
    """Every revision this program knows."""
    steps = ScriptDirectory(str(_MIGRATIONS)).walk_revisions()
    return frozenset(step.revision for step in steps)


@cache
def newest_revision() -> str:
    """The revision this program was written for."""
    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    if head is None:
        raise RuntimeError("the migrations folder is empty")
    return head


def is_ours(thing: Any, name: str | None, kind: str, _is_reflected: bool, _other: object) -> bool:
    """Whether autogenerate should compare `thing` with the model."""
    if kind == "table":
        return not (name or "").startswith(_OWN_TABLES)
    if kind == "column":
        return (thing.table.name, name) not in _OWN_COLUMNS
    return kind != "index" or name not in _OWN_INDEXES


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = Base.metadata
    return config
