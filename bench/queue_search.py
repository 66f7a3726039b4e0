"""The queue filtered and searched in a city with a long history: what each page's questions cost.

    python bench/queue_search.py [--reports N] [--open SHARE] [--database sqlite|postgis|both]

Makes a city with N reports (100,000 unless said otherwise; 1,000,000 take some minutes, 10,000,000
on PostGIS a quarter of an hour and 12 GB), of which a tenth is open, and asks for pages of 50 with
and without filters. Prints milliseconds this process takes for each question, the median of nine:
CPU, which on SQLite is all of it, and wall time, most of which PostgreSQL takes.
"""

import argparse
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from city_server import DATABASES, running_server
from worlds import NOON, SERVICES, SIDE, SOUTH, WEST, World, create_world, found

from backend.core.actors import OPERATOR
from backend.core.db import Base, current_session, table_of
from backend.core.uow import unit_of_work
from backend.places.models import District
from backend.reports.drawn_area import read_area
from backend.reports.models import Incident, ServiceRequest
from backend.triage.keep_queue import refresh_queue
from backend.triage.queries import QueuePage, queue_page
from backend.triage.queue_filter import QueueFilter

CHUNK = 10_000
SEEN = ("water", "leaves", "a cable", "glass", "a branch", "rubbish", "mud", "ice")
PLACES = ("the school", "the market", "the bridge", "the bakery", "the station", "the park")
RARE = "zebra"
_READ_WORDS = "SELECT count(read_incident_words(id)) FROM incident WHERE closed_at IS NULL"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--open", type=float, default=0.1)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    asked = parser.parse_args()
    for database in DATABASES if asked.database == "both" else (asked.database,):
        with city(database) as world, world.app.app_context():
            start = perf_counter()
            fill(asked.reports, asked.open)
            print(f"{database}: {asked.reports:,} reports stored in {perf_counter() - start:.0f} s")
            for label, wanted, is_far in questions():
                time_page(f"{label}, {database}", wanted, world, is_far=is_far)


@contextmanager
def city(database: str) -> Iterator[World]:
    """A founded city, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        if database == "sqlite":
            yield found(create_world(Path(folder)))
            return
        with running_server() as server:
            server.execute("CREATE DATABASE search")
            # As servers join tables where they are not asked to hurry over a few rows.
            server.execute("ALTER DATABASE search SET join_collapse_limit = 8")
            yield found(create_world(Path(folder), database_url=server.url("search")))


def fill(size: int, share: float) -> None:
    """Rows as the door of each report would leave them, without the log: it takes hours."""
    chance = random.Random(20)
    districts = list(current_session().scalars(sa.select(District.id)))
    for first in range(1, size + 1, CHUNK):
        pairs = [
            pair(n, share, districts, chance) for n in range(first, min(first + CHUNK, size + 1))
        ]
        with unit_of_work(OPERATOR) as work:
            store(work.connection, Incident, [one for one, _ in pairs])
            store(work.connection, ServiceRequest, [one for _, one in pairs])
    with unit_of_work(OPERATOR) as work:
        if is_postgresql(work.connection):
            work.session.execute(sa.text(_READ_WORDS))
        refresh_queue(work.session)
        work.session.execute(sa.text("ANALYZE"))


def store(connection: sa.Connection, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Rows as they are: PostgreSQL copies them in and reads their words afterwards, at once."""
    if not is_postgresql(connection):
        connection.execute(sa.insert(table_of(model)), rows)
        return
    names = [column.name for column in table_of(model).c if column.name in rows[0]]
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    command = f"COPY {model.__tablename__} ({', '.join(names)}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def is_postgresql(connection: sa.Connection) -> bool:
    return connection.dialect.name == "postgresql"


def pair(
    n: int, share: float, districts: list[int], chance: random.Random
) -> tuple[dict[str, Any], dict[str, Any]]:
    is_open = chance.random() < share
    opened = NOON - timedelta(hours=chance.random() * (8_000 if is_open else 80_000))
    place = {
        "service_code": chance.choice(SERVICES)[0],
        "lon": WEST + chance.random() * 2 * SIDE,
        "lat": SOUTH + chance.random() * 2 * SIDE,
        "district_id": chance.choice(districts),
        "is_outside": False,
    }
    words = f"{chance.choice(SEEN)} lies on the path near {chance.choice(PLACES)}, {n % 997}"
    incident = {
        "id": n,
        "number": f"{n:08d}",
        "state": chance.choice(("received", "triaged")) if is_open else "resolved",
        "opened_at": opened,
        "changed_at": opened,
        "closed_at": None if is_open else opened + timedelta(days=9),
        "due_at": opened + timedelta(days=chance.choice((3, 30, 300))),
        "request_count": 1,
        "version": 1,
        "changed_sequence": 0,
        "paused_seconds": 0.0,
    }
    request = {
        "id": UUID(int=n),
        "number": incident["number"],
        "incident_id": n,
        "description": f"{words} {RARE if n % 5_000 == 0 else ''}",
        "channel": chance.choice(("app", "web", "phone", "paper")),
        "requested_at": opened,
        "received_at": opened,
        "fingerprint": "",
    }
    return incident | place, request | place


def questions() -> list[tuple[str, QueueFilter, bool]]:
    """What is asked for; whether half of the list lies before the page."""
    box = f"{WEST},{SOUTH},{WEST + SIDE / 4},{SOUTH + SIDE / 4}"
    ring = f"{WEST},{SOUTH},{WEST + SIDE},{SOUTH},{WEST},{SOUTH + SIDE / 2}"
    return [
        ("first page", QueueFilter(), False),
        ("page in the middle", QueueFilter(), True),
        ("district", QueueFilter(district_codes=("SE",)), False),
        ("two services, overdue", _OVERDUE, False),
        ("triaged, nobody's, a week old", _LEFT_LYING, False),
        ("channel", QueueFilter(channels=("paper",)), False),
        ("a common word", QueueFilter(words="bridge"), False),
        ("two words", QueueFilter(words="glass bak"), False),
        ("a rare word", QueueFilter(words=RARE), False),
        ("a box", QueueFilter(area=read_area(box)), False),
        ("an area and a word", QueueFilter(area=read_area(ring), words="ice"), False),
    ]


_LEFT_LYING = QueueFilter(states=("triaged",), assignee="", waiting_days=7)
_OVERDUE = QueueFilter(service_codes=("POTHOLE", "BENCH"), is_overdue=True)


def time_page(label: str, wanted: QueueFilter, world: World, *, is_far: bool) -> None:
    session, now = current_session(), world.clock.now()
    start = queue_page(session, wanted, now, limit=50)
    after = start.after
    if is_far:
        after = queue_page(session, wanted, now, limit=start.total // 2).after

    def ask() -> QueuePage:
        return queue_page(session, wanted, now, limit=50, after=after if is_far else None)

    cpu, wall = [], []
    for _ in range(9):
        begun, used = perf_counter(), process_time()
        found_page = ask()
        cpu.append(1000 * (process_time() - used))
        wall.append(1000 * (perf_counter() - begun))
    print(
        f"{label:38} {found_page.total:9,} fit   cpu {median(cpu):7.2f} ms"
        f"   wall {median(wall):7.2f} ms"
    )


if __name__ == "__main__":
    main()
