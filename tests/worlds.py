"""Small cities for tests: square districts, four services, a clock that stands still."""

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import shapely
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Dialect

from backend.accounts.add_staff import AddStaff, add_staff
from backend.app import build_runtime, create_app
from backend.core.actors import OPERATOR, Actor, Role
from backend.core.channels import Channel
from backend.core.clock import SettableClock
from backend.core.config import Settings
from backend.core.db import db
from backend.core.found_city import found_city
from backend.core.ids import SeededIds
from backend.core.keys import new_field_key
from backend.core.runtime import EXTENSION
from backend.core.schema import upgrade
from backend.core.uow import unit_of_work
from backend.places.boundary_file import DistrictFile, Figure
from backend.places.describe_city import describe_city
from backend.places.import_boundaries import import_boundaries
from backend.reports.commands import FileReport
from backend.reports.import_services import import_services
from backend.reports.models import Service
from geo.boundaries import check_boundaries

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
STAFF = Actor("staff:tests", Role.WARD_STAFF, "Ward staff")
ANALYST = Actor("staff:analyst", Role.ANALYST, "Analyst")
PASSWORD = "a lantern on the quay"
FIELD_KEY = new_field_key("k1")

# Four square districts, 0.01 degrees a side, around 10 E 50 N: NW and NE over SW and SE.
WEST, SOUTH, SIDE = 10.0, 50.0, 0.01
IN_SW = (WEST + 0.002, SOUTH + 0.002)
IN_SE = (WEST + 0.012, SOUTH + 0.002)
IN_NW = (WEST + 0.002, SOUTH + 0.012)
FAR_AWAY = (WEST + 0.5, SOUTH + 0.5)

SERVICES = (
    ("WIRES", "Exposed wires", 0, 4),
    ("SIGNAL", "Traffic light out", 1, 24),
    ("POTHOLE", "Pothole", 2, 72),
    ("BENCH", "New bench", 4, 720),
)


class Browser(FlaskClient):
    """Each request has a context of its own, as in a server, whatever context a test is in."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return Context().run(super().open, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class World:
    """One city with its app, its clock, and a client that behaves like a browser."""

    app: Flask
    clock: SettableClock
    data_dir: Path

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def signed_in(self, role: Role) -> FlaskClient:
        """A client with the session of a member of staff; forms need its `csrf` as usual."""
        client = self.client()
        form = {"username": role.value, "password": PASSWORD, "csrf_token": csrf(client)}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == 302, answer.text
        return client


def create_world(
    data_dir: Path, *, database_url: str = "", seed: int = 1, **settings: object
) -> World:
    """An app on a database at the newest revision, with nothing in it."""
    own = replace(_settings(data_dir, database_url, seed), **settings)  # type: ignore[arg-type]
    clock = SettableClock(NOON)
    app = create_app(own, clock=clock, ids=SeededIds(seed))
    app.test_client_class = Browser
    return World(app, clock, data_dir)


def _settings(data_dir: Path, database_url: str, seed: int) -> Settings:
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        secret_keys=(f"secret {seed}",),
        field_keys=(FIELD_KEY,),
        hash_key=f"hash {seed}",
        sign_in_limit="10000 per minute",
        account_sign_in_limit="10000 per minute",
        report_limit="100000 per minute",
        device_limit="100000 per minute",
        device_report_limit="100000 per minute",
        alike_limit="100000 per minute",
        open_page_seconds=0,
    )


@contextmanager
def copied_city(template: Path, folder: Path, seed: int = 1) -> Iterator[World]:
    """A city on a copy of the database file `template`, in an app context.

    Its new ids come from `seed`; what adds rows of a kind the template has needs another seed
    than the template had.
    """
    shutil.copy(template, folder / "city.sqlite3")
    with opened_city(folder, seed=seed) as world:
        yield world


@contextmanager
def opened_city(data_dir: Path, *, database_url: str = "", seed: int = 1) -> Iterator[World]:
    """A city whose database is there, in an app context.

    Routes, templates and compiled statements are those of the city before: to make them anew
    costs more than most tests. The rest is its own, so do not change the app itself.
    """
    settings = _settings(data_dir, database_url, 1)
    idle = _IDLE[settings.sqlalchemy_url.partition(":")[0]]
    program = idle.pop() if idle else _Program(settings)
    clock = SettableClock(NOON)
    program.app.extensions[EXTENSION] = build_runtime(settings, clock, SeededIds(seed))
    with program.app.app_context():
        program.turn_to(settings.sqlalchemy_url)
        yield World(program.app, clock, data_dir)
        db.session.remove()
        # A server's connections are good for the next city too, and each takes a hundredth of a
        # second to make; a file is done with.
        if not database_url:
            db.engine.dispose()
    idle.append(program)


class _Program:
    """An app whose connections go to one database after the other."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        self.app.test_client_class = Browser
        with self.app.app_context():
            self._engine = db.engine
        self._address: tuple[list[Any], dict[str, Any]] = ([], {})
        # Before whoever connects.
        sa.event.listen(self._engine, "do_connect", self._connect, insert=True)

    def turn_to(self, url: str) -> None:
        arguments, options = self._engine.dialect.create_connect_args(sa.make_url(url))
        if self._address != (arguments, options):
            self._engine.dispose()
        self._address = (arguments, options)
        # What a city keeps in memory is kept by its engine: this one is new to it.
        db.engines[None] = self._engine.execution_options()

    def _connect(
        self, _dialect: Dialect, _record: object, arguments: list[Any], options: dict[str, Any]
    ) -> None:
        arguments[:] = self._address[0]
        options |= self._address[1]


_IDLE: dict[str, list[_Program]] = defaultdict(list)


def found(world: World) -> World:
    """Tables, the first log entry, a name, districts, services and one account for each role."""
    with world.app.app_context():
        upgrade(db.engine)
        with unit_of_work(OPERATOR) as work:
            found_city(work)
            describe_city(work, name="Testwick", time_zone="Europe/Berlin")
            import_boundaries(work, square_districts())
            import_services(
                work,
                [
                    Service(code=code, name=name, severity_band=band, target_hours=hours)
                    for code, name, band, hours in SERVICES
                ],
            )
            for role in (Role.WARD_STAFF, Role.ANALYST, Role.ADMIN):
                add_staff(work, AddStaff(role.value, role.value.title(), role, PASSWORD))
    return world


def square_districts(side: float = SIDE) -> DistrictFile:
    """The four squares, with their residents."""
    squares = {
        f"{row}{column}": shapely.box(
            WEST + east * side,
            SOUTH + north * side,
            WEST + (east + 1) * side,
            SOUTH + (north + 1) * side,
        )
        for north, row in enumerate("SN")
        for east, column in enumerate("WE")
    }
    names = [f"{code} side" for code in squares]
    boundaries = check_boundaries(list(squares), names, list(squares.values()))
    measures = {"population": Figure(1000.0), "share_65_plus": Figure(0.2)}
    return DistrictFile(
        "squares.geojson",
        hashlib.sha256(str(side).encode()).hexdigest(),
        boundaries,
        census_source="census.csv",
        figures=dict.fromkeys(squares, measures),
    )


def a_report(number: int, place: tuple[float, float] = IN_SW, **changes: object) -> FileReport:
    """A report of a pothole; `number` makes its id."""
    command = FileReport(
        id=UUID(int=(7 << 76) | (2 << 62) | number),
        service_code="POTHOLE",
        description=f"Deep hole number {number}",
        lon=place[0],
        lat=place[1],
        channel=Channel.APP,
    )
    return replace(command, **changes)  # type: ignore[arg-type]


def csrf(client: FlaskClient, page: str = "/sign-in") -> str:
    """The token a form on `page` carries."""
    text = client.get(page).text
    start = text.index('name="csrf_token" value="') + len('name="csrf_token" value="')
    return text[start : text.index('"', start)]
