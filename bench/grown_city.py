"""The made-up city grown to as many reports as a large one has in some years.

Each copy of the demo's year brings its incidents with their reports, steps and inspections, set a
little aside and, where they are closed, up to four years back. They go in by each driver's own way;
the queue, the map's counters and the moments by which the city means to have acted follow from the
product's own handlers.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
import sqlalchemy as sa

from backend.core.actors import OPERATOR
from backend.core.db import Base, db, table_of
from backend.core.ids import SeededIds
from backend.core.uow import UnitOfWork, unit_of_work
from backend.reports.events import ReportsImported
from backend.reports.models import Incident, IncidentChange, Inspection, ServiceRequest

YEARS_BACK, OPEN_DAYS_BACK, ASIDE_METRES = 4, 20, 60.0
_METRES_OF_A_DEGREE = 111_320
_Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Year:
    """What the demo made up, as rows; `steps` are of incidents, and have no number of their own."""

    incidents: list[_Row]
    requests: list[_Row]
    steps: dict[type[Base], list[_Row]]


@dataclass(frozen=True, slots=True)
class Copy:
    """What each incident of one copy is moved by, from its id, and the numbers of its reports."""

    number: int
    first_id: int
    earlier: dict[int, timedelta]
    aside: dict[int, tuple[float, float]]
    numbers: dict[str, str]

    def moved(self, row: _Row, incident: int) -> _Row:
        """The row at its own time, place and number."""
        earlier = self.earlier[incident]
        row = {
            name: value - earlier if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        if "incident_id" in row:
            row["incident_id"] += self.first_id
        if "lon" in row:
            east, north = self.aside[incident]
            row |= {"lon": row["lon"] + east, "lat": row["lat"] + north}
        if "number" in row:
            row["number"] = self.numbers[row["number"]]
        if row.get("reporter_hash"):
            # Whoever reports twice does so in each copy.
            row["reporter_hash"] = f"{self.number:04x}{row['reporter_hash'][4:]}"
        return row


def grow(reports: int) -> int:
    """Add copies until the city of the app context has so many reports; how many it has then."""
    with unit_of_work(OPERATOR) as work:
        if db.engine.dialect.name == "sqlite":
            # Room for the indexes, which are written all over.
            work.session.execute(sa.text("PRAGMA cache_size = -1048576"))
        year = _read_year(work)
        last = max(row["id"] for row in year.incidents)
        copies = math.ceil(reports / len(year.requests)) - 1
        rng, ids = np.random.default_rng(311), SeededIds(311)
        taken = {row["number"] for row in year.requests}
        for number in range(1, copies + 1):
            earlier, aside = _moves(year, rng)
            numbers = _numbers(year, ids, taken)
            copy = Copy(number, number * last, earlier, aside, numbers)
            _add(work, year, copy, ids)
        _set_counters(work)
        work.emit(ReportsImported("grown", copies * len(year.requests), after_incident=last))
    _analyze()
    return (copies + 1) * len(year.requests)


def _read_year(work: UnitOfWork) -> Year:
    def read(model: type[Base], without: Iterable[str] = ()) -> list[_Row]:
        columns = [one for one in table_of(model).c if one.name not in without]
        rows = work.connection.execute(sa.select(*columns).order_by(table_of(model).c.id))
        return [dict(row) for row in rows.mappings()]

    models: tuple[type[Base], ...] = (IncidentChange, Inspection)
    steps = {model: read(model, ("id",)) for model in models}
    return Year(read(Incident), read(ServiceRequest), steps)


def _numbers(year: Year, ids: SeededIds, taken: set[str]) -> dict[str, str]:
    numbers = {}
    for row in year.requests:
        number = ids.public_number()
        while number in taken:
            number = ids.public_number()
        taken.add(number)
        numbers[row["number"]] = number
    return numbers


def _moves(
    year: Year, rng: np.random.Generator
) -> tuple[dict[int, timedelta], dict[int, tuple[float, float]]]:
    """How much earlier and how far aside, in degrees, each incident lies."""
    lat = math.radians(year.incidents[0]["lat"])
    aside = rng.normal(size=(len(year.incidents), 2)) * ASIDE_METRES / _METRES_OF_A_DEGREE
    aside[:, 0] /= math.cos(lat)
    luck = rng.random(len(year.incidents)).tolist()
    earlier, places = {}, {}
    for row, share, place in zip(year.incidents, luck, aside.tolist(), strict=True):
        most = OPEN_DAYS_BACK if row["closed_at"] is None else YEARS_BACK * 365
        earlier[row["id"]] = timedelta(days=share * most)
        places[row["id"]] = (place[0], place[1])
    return earlier, places


def _add(work: UnitOfWork, year: Year, copy: Copy, ids: SeededIds) -> None:
    incidents = (
        # Those still open are owed an answer anew.
        copy.moved(row, row["id"]) | {"id": row["id"] + copy.first_id, "due_at": None}
        for row in year.incidents
    )
    _insert(work, Incident, incidents)
    requests = (copy.moved(row, row["incident_id"]) | {"id": ids.uuid()} for row in year.requests)
    _insert(work, ServiceRequest, requests)
    for model, steps in year.steps.items():
        _insert(work, model, (copy.moved(row, row["incident_id"]) for row in steps))


def _insert(work: UnitOfWork, model: type[Base], rows: Iterable[_Row]) -> None:
    table, dialect = table_of(model), db.engine.dialect
    rows = iter(rows)
    first = next(rows)
    names = list(first)
    change = {
        name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names
    }

    def values() -> Iterable[tuple[Any, ...]]:
        for row in (first, *rows):
            yield tuple(
                process(row[name]) if (process := change[name]) else row[name] for name in names
            )

    driver = work.connection.connection.driver_connection
    assert driver is not None
    if dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        driver.executemany(
            f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", values()
        )
        return
    with driver.cursor().copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in values():
            copy.write_row(row)


def _set_counters(work: UnitOfWork) -> None:
    """PostgreSQL counts ids by itself only where it gave them."""
    if db.engine.dialect.name == "postgresql":
        last = "SELECT setval(pg_get_serial_sequence('incident', 'id'), max(id)) FROM incident"
        work.session.execute(sa.text(last))


def _analyze() -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_sqlite = db.engine.dialect.name == "sqlite"
        connection.exec_driver_sql("ANALYZE" if is_sqlite else "VACUUM ANALYZE")
