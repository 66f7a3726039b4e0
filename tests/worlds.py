"""Small cities for tests: square districts, four services, a clock that stands still."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import shapely
from flask import Flask
from flask.testing import FlaskClient

from backend.accounts.add_staff import AddStaff, add_staff
from backend.app import create_app
from backend.core.actors import OPERATOR, Actor, Role
from backend.core.clock import SettableClock
from backend.core.config import Settings
from backend.core.db import db
from backend.core.found_city import found_city
from backend.core.ids import SeededIds
from backend.core.keys import new_field_key
from backend.core.runtime import EXTENSION
from backend.core.schema import upgrade
from backend.core.uow import unit_of_work
from backend.places.boundary_file import DistrictFile
from backend.places.describe_city import describe_city
from backend.places.import_boundaries import import_boundaries
from backend.reports.commands import Channel, FileReport
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
    clock = SettableClock(NOON)
    own = Settings(
        data_dir=data_dir,
        database_url=database_url,
        secret_keys=(f"secret {seed}",),
        field_keys=(FIELD_KEY,),
        hash_key=f"hash {seed}",
        sign_in_limit="10000 per minute",
        account_sign_in_limit="10000 per minute",
        report_limit="100000 per minute",
        device_report_limit="100000 per minute",
        alike_limit="100000 per minute",
    )
    app = create_app(replace(own, **settings), clock=clock, ids=SeededIds(seed))  # type: ignore[arg-type]
    app.test_client_class = Browser
    return World(app, clock, data_dir)


@contextmanager
def copied_city(template: Path, folder: Path, seed: int = 1) -> Iterator[World]:
    """A city on a copy of the database file `template`, in an app context.

    Its new ids come from `seed`; what adds rows of a kind the template has needs another seed
    than the template had.
    """
    shutil.copy(template, folder / "city.sqlite3")
    world = create_world(folder)
    world.app.extensions[EXTENSION].ids = SeededIds(seed)
    with world.app.app_context():
        yield world
        db.session.remove()
        db.engine.dispose()


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
    figures = {code: {"population": 1000.0, "share_65_plus": 0.2} for code in squares}
    return DistrictFile("squares.geojson", "0" * 64, boundaries, "census.csv", figures)


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
