"""What is open within 50 m, of the same service, among 1,000,000 incidents in one city.

    python bench/near_lookup.py [--database sqlite|postgis|both] [--points requests.csv]

The places are a smoothed sample of San Francisco's own requests: three in ten lie on the very spot
of one of them, the others some 30 m around it, with its service; one in ten is open (of the sample
one in twenty is). Prints the time that 2,000 lookups took, drawn in the same way, beside the same
box by the spatial index of all incidents, and beside the box without any index but the old ones.

`wall` is how long the caller waits and grows where other programs want the same cores; `database`
is the CPU time of the statement: that of this thread on SQLite, that of the server's process on
PostgreSQL, as the kernel counts it.
"""

import argparse
import csv
import math
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np
import sqlalchemy as sa
from city_server import DATABASES, ROOT
from numpy.typing import NDArray
from postgres import running_server
from sqlalchemy.orm import Session
from worlds import NOON, World, create_world, found

from backend.core.actors import OPERATOR
from backend.core.db import current_session, db
from backend.core.uow import unit_of_work
from backend.reports.models import Incident, Service
from backend.reports.near import ids_in_box, open_incidents_near
from geo.distance import box_around

POINTS = ROOT / "../shared/data/geo/sf_311_sample_2008_2016.csv"
INCIDENTS, LOOKUPS, METRES = 1_000_000, 2_000, 50.0
OPEN_SHARE, ON_THE_SPOT, AROUND_METRES = 0.1, 0.3, 30.0
COLUMNS = (
    "id, number, service_code, state, lon, lat, is_outside, opened_at, changed_at, closed_at,"
    " request_count, version"
)
_IN_BOX = (
    Incident.service_code == sa.bindparam("service"),
    Incident.closed_at.is_(None),
    Incident.lat.between(sa.bindparam("south"), sa.bindparam("north")),
    Incident.lon.between(sa.bindparam("west"), sa.bindparam("east")),
)
_PLAIN = sa.select(Incident.id, Incident.lon, Incident.lat).where(*_IN_BOX)

Floats = NDArray[np.float64]
Lookup = Callable[[Session, float, float, str], int]


@dataclass(frozen=True, slots=True)
class Street:
    """Where and what people report."""

    places: Floats
    services: list[str]

    def draw(self, rng: np.random.Generator, count: int) -> tuple[Floats, list[str]]:
        """Places (count, 2) in degrees, and what is reported there."""
        chosen = rng.integers(len(self.places), size=count)
        spread = np.where(rng.random(count) < ON_THE_SPOT, 0.0, AROUND_METRES) / 111_320
        aside = rng.normal(size=(count, 2)) * spread[:, None]
        aside[:, 0] /= math.cos(math.radians(self.places[:, 1].mean()))
        return self.places[chosen] + aside, [self.services[one] for one in chosen]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--points", type=Path, default=POINTS)
    asked = parser.parse_args()
    street = read_street(asked.points)
    for database in DATABASES if asked.database == "both" else (asked.database,):
        with city_on(database):
            fill(street)
            report(database, street)


def read_street(path: Path) -> Street:
    with path.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Lat"]]
    places = np.array([(float(row["Long"]), float(row["Lat"])) for row in rows])
    return Street(places, [row["Category"] for row in rows])


@contextmanager
def city_on(database: str) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        if database == "sqlite":
            world = found(create_world(Path(folder)))
            with world.app.app_context():
                yield world
            return
        with running_server() as postgres:
            postgres.execute("CREATE DATABASE city")
            world = found(create_world(Path(folder), database_url=postgres.url("city")))
            with world.app.app_context():
                yield world
                db.session.remove()
                db.engine.dispose()


def fill(street: Street) -> None:
    """The incidents, by each driver's own way in."""
    rng = np.random.default_rng(311)
    places, services = street.draw(rng, INCIDENTS)
    is_open = rng.random(INCIDENTS) < OPEN_SHARE
    now = NOON.replace(tzinfo=None).isoformat(" ")
    rows = (
        (
            number,
            f"{number:08d}",
            services[number],
            "received" if is_open[number] else "resolved",
            float(places[number, 0]),
            float(places[number, 1]),
            False,
            now,
            now,
            None if is_open[number] else now,
            1,
            1,
        )
        for number in range(INCIDENTS)
    )
    with unit_of_work(OPERATOR) as work:
        work.session.add_all(
            Service(code=code, name=code, severity_band=2, target_hours=72)
            for code in sorted(set(street.services))
        )
        work.session.flush()
        driver = work.session.connection().connection.driver_connection
        assert driver is not None
        if db.engine.dialect.name == "sqlite":
            marks = ", ".join("?" * len(COLUMNS.split(",")))
            driver.executemany(f"INSERT INTO incident ({COLUMNS}) VALUES ({marks})", rows)
        else:
            with driver.cursor().copy(f"COPY incident ({COLUMNS}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    analyze()


def analyze() -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_sqlite = db.engine.dialect.name == "sqlite"
        connection.exec_driver_sql("ANALYZE" if is_sqlite else "VACUUM ANALYZE")


def report(database: str, street: Street) -> None:
    rng = np.random.default_rng(50)
    asked = list(zip(*street.draw(rng, LOOKUPS), strict=True))
    show(f"near, {database}", asked, near)
    show(f"spatial index, {database}", asked, by_spatial_index)
    # Nobody reads from it any more, so it can go.
    current_session().rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_incident_open")
    analyze()
    show(f"plain box, {database}", asked[:40], by_plain_box)


def near(session: Session, lon: float, lat: float, service: str) -> int:
    return len(open_incidents_near(session, lon, lat, METRES, service))


def by_plain_box(session: Session, lon: float, lat: float, service: str) -> int:
    return len(session.execute(_PLAIN, box(lon, lat) | {"service": service}).all())


def by_spatial_index(session: Session, lon: float, lat: float, service: str) -> int:
    query = sa.select(Incident.id, Incident.lon, Incident.lat).where(
        Incident.id.in_(ids_in_box(session)), *_IN_BOX[:2]
    )
    return len(session.execute(query, box(lon, lat) | {"service": service}).all())


def box(lon: float, lat: float) -> dict[str, object]:
    sides = box_around(lon, lat, METRES)
    return dict(zip(("west", "south", "east", "north"), sides, strict=True))


def show(label: str, asked: list[tuple[Floats, str]], lookup: Lookup) -> None:
    """One line: what a caller waits, and what the database works, for each lookup."""
    session = current_session()
    session.rollback()
    database_time = clock_of(session)
    walls, works, found_rows = [], [], 0
    for place, service in asked:
        wall, work = perf_counter(), database_time()
        found_rows += lookup(session, float(place[0]), float(place[1]), service)
        works.append(database_time() - work)
        walls.append(perf_counter() - wall)
    wall_50, wall_99 = 1000 * np.percentile(walls, [50, 99])
    work_50, work_99 = 1000 * np.percentile(works, [50, 99])
    print(
        f"{label:<24}{len(asked):5} lookups of {found_rows / len(asked):5.1f} rows   "
        f"wall p50 {wall_50:7.2f} p99 {wall_99:7.2f} ms   "
        f"database p50 {work_50:7.2f} p99 {work_99:7.2f} ms",
        flush=True,
    )


def clock_of(session: Session) -> Callable[[], float]:
    """The CPU seconds the database has worked for this session."""
    if db.engine.dialect.name == "sqlite":
        return thread_time
    pid = session.scalar(sa.text("SELECT pg_backend_pid()"))
    schedstat = Path(f"/proc/{pid}/schedstat")
    return lambda: int(schedstat.read_text().split()[0]) / 1e9


if __name__ == "__main__":
    main()
