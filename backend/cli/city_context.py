"""A city's app for a command, and refusals as sentences instead of tracebacks."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import click
from flask import Flask
from sqlalchemy.exc import DatabaseError

from backend.app import create_bare_app
from backend.cli.refusal import refuse
from backend.core.cities import read_cities
from backend.core.config import ConfigError, Settings, environment_name, read_settings
from backend.core.db import current_session, db
from backend.core.decision_log import is_sealed_with
from backend.core.errors import DomainError
from backend.core.keys import DEVELOPMENT_KEYS
from backend.core.logs import configure_logs
from backend.core.runtime import current_runtime
from backend.core.schema import current_revision, newest_revision, refuse_newer
from backend.wiring import PROBLEM_TEXTS

Command = TypeVar("Command", bound=Callable[..., Any])


def city_settings(host: str) -> Settings:
    """The settings of the city the command is for."""
    settings = read_settings()
    cities = read_cities(settings)
    if not cities:
        return settings
    if host.lower() not in cities:
        hosts = ", ".join(sorted(cities))
        raise ConfigError(f"Say which city: python -m backend --host NAME ..., one of {hosts}.")
    return cities[host.lower()]


def in_city(*, is_schema_needed: bool = True) -> Callable[[Command], Command]:
    """Decorator: run a command inside its city's app context, with refusals in words."""

    def wrap(command: Command) -> Command:
        @functools.wraps(command)
        def run(*args: Any, **kwargs: Any) -> Any:
            host = click.get_current_context().find_root().obj or ""
            with refusals_in_words(), city_app(host).app_context():
                try:
                    if is_schema_needed:
                        require_newest_schema()
                    return command(*args, **kwargs)
                finally:
                    db.session.remove()
                    db.engine.dispose()

        return cast("Command", run)

    return wrap


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn what a command cannot do into sentences on standard error and exit code 1."""
    try:
        yield
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    except DatabaseError as error:
        # The driver's own words, without the statement: it may hold what a person wrote.
        raise click.ClickException(f"The database cannot be used: {error.orig}.") from error
    except DomainError as error:
        refuse(error, PROBLEM_TEXTS)


def city_app(host: str) -> Flask:
    """The app of the city the command is for; its log is quiet below errors."""
    settings = city_settings(host)
    configure_logs("ERROR")
    return create_bare_app(settings)


def require_own_key() -> None:
    """Raise `ConfigError` unless the hash key is the one that sealed the log's last entry."""
    settings = current_runtime().settings
    if is_sealed_with(current_session(), settings.hash_key):
        return
    kept = settings.data_dir / DEVELOPMENT_KEYS
    where = f" Those it made for itself are in {kept}: it needs all three." if kept.exists() else ""
    raise ConfigError(
        f"{environment_name('hash_key')} is not the key that sealed this city's decision log: "
        f"nothing could be added to it. Set the keys the city began with.{where} If the key is "
        "right, the log was changed: python -m backend log verify tells where."
    )


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
