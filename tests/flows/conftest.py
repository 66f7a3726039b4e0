"""What several flows share: acting at the same moment, and the operator's command line."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from ports import free_port
from receivers import Receiver
from redis_server import running_redis
from telling import push_service
from worlds import World

from backend.__main__ import main
from backend.core.db import db

AtOnce = Callable[[World, Sequence[Callable[[], Any]]], list[Any]]
Command = Callable[..., Result]


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    """A push service that the city of the test can reach."""
    cities = ("city", "sqlite_city", "postgis_city")
    request.getfixturevalue(next(one for one in cities if one in request.fixturenames))
    with push_service() as one:
        yield one


@pytest.fixture
def at_once() -> AtOnce:
    """Runs functions in one thread each, all let go together; gives what each returned or raised.

    Every thread has its own app context, hence its own session and connection.
    """

    def run(world: World, functions: Sequence[Callable[[], Any]]) -> list[Any]:
        start = threading.Barrier(len(functions))

        def one(function: Callable[[], Any]) -> Any:
            with world.app.app_context():
                db.engine.connect().close()
                start.wait()
                try:
                    return function()
                except Exception as error:
                    return error

        with ThreadPoolExecutor(len(functions)) as pool:
            return list(pool.map(one, functions))

    return run


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis of the test's own."""
    with running_redis(free_port(), tmp_path) as url:
        yield url


@pytest.fixture
def settings_of() -> Callable[[World], dict[str, str]]:
    """The environment under which another process serves the same city."""
    return _environment


@pytest.fixture
def command() -> Command:
    """Runs `python -m backend` on a world's database, with its keys in the environment."""

    def run(world: World, *arguments: object) -> Result:
        with world.app.app_context():
            db.session.rollback()
        return CliRunner().invoke(main, [str(word) for word in arguments], env=_environment(world))

    return run


def _environment(world: World) -> dict[str, str]:
    settings = world.app.extensions["evenward"].settings
    return {
        "EVENWARD_DATA_DIR": str(world.data_dir),
        "EVENWARD_DATABASE_URL": settings.database_url,
        "EVENWARD_SECRET_KEYS": ",".join(settings.secret_keys),
        "EVENWARD_FIELD_KEYS": ",".join(settings.field_keys),
        "EVENWARD_HASH_KEY": settings.hash_key,
    }
