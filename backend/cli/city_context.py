"""A city's app for a command, and refusals as sentences instead of tracebacks."""

import functools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import click
from sqlalchemy.exc import DatabaseError

from backend.app import create_bare_app
from backend.cli.asked_city import city_settings, require_city
from backend.cli.database_refusal import database_refusal
from backend.cli.own_key import no_keys_beside_others, require_own_field_keys, require_own_key
from backend.cli.refusal import refuse
from backend.core.config import ConfigError
from backend.core.db import db
from backend.core.errors import DomainError
from backend.core.logs import configure_logs
from backend.core.read_only import for_reading
from backend.core.schema import current_revision, newest_revision, refuse_newer
from backend.wiring import PROBLEM_TEXTS

Command = TypeVar("Command", bound=Callable[..., Any])


def in_city(
    *,
    is_schema_needed: bool = True,
    is_key_needed: bool = True,
    only_reads: bool = False,
    may_begin: bool = False,
) -> Callable[[Command], Command]:
    """Decorator: run a command inside its city's app context, with refusals in words.

    What `only_reads` also does so where nothing can be written, such as from a backup; where there
    is no city yet, only what `may_begin` one does anything.
    """

    def wrap(command: Command) -> Command:
        @functools.wraps(command)
        def run(*args: Any, **kwargs: Any) -> Any:
            with refusals_in_words(), _city(only_reads=only_reads, may_begin=may_begin):
                if is_schema_needed:
                    require_newest_schema()
                if is_schema_needed and is_key_needed:
                    require_own_key()
                    require_own_field_keys(only_reads=only_reads)
                return command(*args, **kwargs)

        return cast("Command", run)

    return wrap


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn what a command cannot do into sentences on standard error and exit code 1."""
    try:
        yield
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    except sqlite3.Error as error:
        # The nudges' file, which is opened without SQLAlchemy.
        raise click.ClickException(
            f"The data folder cannot be used: {error}. See whether its disk is full, and whether "
            "its files are yours."
        ) from error
    except DatabaseError as error:
        raise click.ClickException(database_refusal(error, _host())) from error
    except DomainError as error:
        refuse(error, PROBLEM_TEXTS)


def _host() -> str:
    """Which city was asked for by name; empty where none was."""
    return str(click.get_current_context().find_root().obj or "")


@contextmanager
def _city(*, only_reads: bool, may_begin: bool) -> Iterator[None]:
    """The app context of the city the command is for; its log is quiet below errors."""
    settings = city_settings(_host())
    if not may_begin:
        require_city(settings)
    configure_logs("ERROR")
    with no_keys_beside_others(settings):
        app = create_bare_app(for_reading(settings) if only_reads else settings)
        with app.app_context():
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()


def require_newest_schema() -> None:
    """Raise `ConfigError` unless the database is at the revision this program was written for."""
    with db.engine.connect() as connection:
        revision = current_revision(connection)
    if revision != newest_revision():
        refuse_newer(revision)
        state = f"at revision {revision}" if revision else "empty"
        raise ConfigError(
            f"The database is {state}, this program needs {newest_revision()}. "
            "Run: python -m backend db upgrade"
        )
