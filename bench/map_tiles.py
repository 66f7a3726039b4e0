"""The tiles of the map with 1,000,000 reports in one city: how long they take, how large they are.

    python bench/map_tiles.py [--database sqlite|postgis|both] [--reports 1000000] [--points FILE]

The places are a smoothed sample of San Francisco's own requests, in 80 districts; one in ten is
open. Asks for 400 tiles of each zoom as staff do, through the app, each around the place of some
report: the open ones, all, and the open ones of two severities. Prints for each tile the CPU time
of this thread and of PostgreSQL's processes, the wall time (which grows where other programs want
the same cores), and the size as sent (gzip); then the CPU of the same tiles asked for again with
their ETags. 10,000,000 fit on PostGIS.
"""

import argparse
from pathlib import Path
from time import perf_counter, thread_time
from typing import TypeAlias

import numpy as np
import shapely
import sqlalchemy as sa
from city_server import DATABASES
from flask.testing import FlaskClient
from near_lookup import AROUND_METRES, COLUMNS, POINTS, Street, analyze, city_on, read_street
from worlds import NOON, World

from backend.core.actors import OPERATOR, Role
from backend.core.db import current_session, db
from backend.core.logs import configure_logs
from backend.core.uow import unit_of_work
from backend.places.boundary_file import DistrictFile
from backend.places.import_boundaries import import_boundaries
from backend.places.locate import district_map
from backend.reports.map_cells.count_cells import add_to_cells, count_incidents
from backend.reports.models import Service
from geo.boundaries import check_boundaries
from geo.tiles import column_and_row, square_at

TILES, SMALLEST_ZOOM, GREATEST_ZOOM = 400, 8, 18
OPEN = ("received", "triaged", "assigned", "scheduled", "in_progress", "waiting_contractor")
CLOSED = ("resolved", "confirmed", "refused", "handed_over")
OPEN_SHARE = 0.1
# What the counters know, with a tenth and with all to draw; and what they do not.
ASKED = ("state=open", "state=all", "band=0&band=1")
_AT_ONCE = 500_000
Figures: TypeAlias = tuple[float, float, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--reports", type=int, default=1_000_000)
    parser.add_argument("--points", type=Path, default=POINTS)
    asked = parser.parse_args()
    street = read_street(asked.points)
    for database in DATABASES if asked.database == "both" else (asked.database,):
        with city_on(database) as world:
            fill(street, asked.reports)
            configure_logs("WARNING")
            report(world, database, street)


def fill(street: Street, reports: int) -> None:
    """The incidents, by each driver's own way in, and their counters."""
    rng = np.random.default_rng(311)
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, squares_over(street))
        work.session.add_all(
            Service(code=code, name=code, severity_band=place % 5, target_hours=72)
            for place, code in enumerate(sorted(set(street.services)))
        )
        work.session.flush()
        if db.engine.dialect.name == "sqlite":
            # Room for the indexes, which are written all over.
            work.session.execute(sa.text("PRAGMA cache_size = -1048576"))
        began = perf_counter()
        for first in range(0, reports, _AT_ONCE):
            insert(street, rng, first, min(_AT_ONCE, reports - first))
        filled = perf_counter()
        cells = count_incidents(work.session)
        add_to_cells(work.connection, cells, 1)
        counted = perf_counter()
    analyze()
    print(
        f"{reports:,} incidents in {filled - began:.0f} s, "
        f"{len(cells):,} finest counters in {counted - filled:.0f} s",
        flush=True,
    )


def insert(street: Street, rng: np.random.Generator, first: int, count: int) -> None:
    places, services = street.draw(rng, count)
    is_open = rng.random(count) < OPEN_SHARE
    states = np.where(is_open, rng.choice(OPEN, count), rng.choice(CLOSED, count))
    districts = district_map(current_session())
    assert districts is not None
    found = districts.locate_many(places[:, 0], places[:, 1])
    now = NOON.replace(tzinfo=None).isoformat(" ")
    rows = (
        (
            first + place,
            f"{first + place:08d}",
            services[place],
            str(states[place]),
            float(places[place, 0]),
            float(places[place, 1]),
            False,
            now,
            now,
            None if is_open[place] else now,
            1,
            1,
            found[place],
        )
        for place in range(count)
    )
    columns = f"{COLUMNS}, district_id"
    driver = current_session().connection().connection.driver_connection
    assert driver is not None
    if db.engine.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns.split(",")))
        driver.executemany(f"INSERT INTO incident ({columns}) VALUES ({marks})", rows)
    else:
        with driver.cursor().copy(f"COPY incident ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def squares_over(street: Street) -> DistrictFile:
    """Ten by eight districts over what is reported."""
    room = 10 * AROUND_METRES / 111_320
    west, south = street.places.min(axis=0) - room
    east, north = street.places.max(axis=0) + room
    lons, lats = np.linspace(west, east, 11), np.linspace(south, north, 9)
    shapes = [
        shapely.box(lons[right], lats[up], lons[right + 1], lats[up + 1])
        for right in range(10)
        for up in range(8)
    ]
    codes = [f"D{number}" for number in range(len(shapes))]
    boundaries = check_boundaries(codes, codes, shapes)
    return DistrictFile("squares.geojson", "0" * 64, boundaries, census_source="", figures={})


def report(world: World, database: str, street: Street) -> None:
    client = world.signed_in(Role.WARD_STAFF)
    rng, pids = np.random.default_rng(14), servers()
    for wanted in ASKED:
        every: list[Figures] = []
        for zoom in range(SMALLEST_ZOOM, GREATEST_ZOOM + 1):
            places, _ = street.draw(rng, TILES)
            tiles = [column_and_row(square_at(*place, zoom)) for place in places.tolist()]
            addresses = [f"/desk/tiles/{zoom}/{x}/{y}.mvt?{wanted}" for x, y in tiles]
            asked = [ask(client, pids, address, "") for address in addresses]
            figures = [one for one, _ in asked]
            again = [
                ask(client, pids, one, tag)[0][0]
                for one, (_, tag) in zip(addresses, asked, strict=True)
            ]
            show(f"{database} {wanted} z{zoom}", figures, again)
            every += figures
        show(f"{database} {wanted} all", every, [])


def ask(client: FlaskClient, pids: list[int], address: str, etag: str) -> tuple[Figures, str]:
    """CPU and wall seconds, bytes and ETag of an answer."""
    headers = {"Accept-Encoding": "gzip"} | ({"If-None-Match": etag} if etag else {})
    work, wall = cpu_seconds(pids), perf_counter()
    answer = client.get(address, headers=headers)
    data = answer.get_data()
    wall, work = perf_counter() - wall, cpu_seconds(pids) - work
    if answer.status_code != (304 if etag else 200):
        raise RuntimeError(f"{address} was answered {answer.status_code}")
    return (work, wall, len(data)), answer.headers["ETag"]


def servers() -> list[int]:
    """PostgreSQL's processes for this program; none on SQLite."""
    if db.engine.dialect.name == "sqlite":
        return []
    pids = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.text(pids)))


def cpu_seconds(pids: list[int]) -> float:
    """The CPU time of this thread and of the processes so far."""
    of_others = (Path(f"/proc/{pid}/schedstat").read_text().split()[0] for pid in pids)
    return thread_time() + sum(map(int, of_others)) / 1e9


def show(label: str, asked: list[Figures], again: list[float]) -> None:
    works, walls, sizes = (np.array(one) for one in zip(*asked, strict=True))
    line = "   ".join(
        f"{name} p50 {low:6.1f} p95 {high:6.1f} {unit}"
        for name, unit, (low, high) in (
            ("cpu", "ms", 1000 * np.percentile(works, [50, 95])),
            ("wall", "ms", 1000 * np.percentile(walls, [50, 95])),
            ("size", "kB", np.percentile(sizes, [50, 95]) / 1000),
        )
    )
    if again:
        line += f"   again cpu p95 {1000 * np.percentile(again, 95):5.1f} ms"
    print(f"{label:<28}{line}", flush=True)


if __name__ == "__main__":
    main()
