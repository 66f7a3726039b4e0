"""The nightly fit of reporting rates, from the rows of a database to every district's figures.

    python bench/nightly_rates.py [--incidents N]

Fills a new SQLite city of 77 districts with a simulated year of N reported incidents (100,000) and
prints CPU seconds of reading it, and of `compute_rates`, which reads it, fits all services together
with 24 and with 48 hours left out, and each of two groups of services.
"""

import argparse
import os
import sys
import tempfile
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import process_time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import numpy as np  # noqa: E402
import shapely  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from worlds import NOON, SIDE, SOUTH, WEST, create_world  # noqa: E402

from backend.audits.fit_rates import compute_rates  # noqa: E402
from backend.audits.observe import read_request_log  # noqa: E402
from backend.core.actors import OPERATOR  # noqa: E402
from backend.core.db import Base, current_session, db  # noqa: E402
from backend.core.found_city import found_city  # noqa: E402
from backend.core.schema import upgrade  # noqa: E402
from backend.core.uow import UnitOfWork, unit_of_work  # noqa: E402
from backend.places.boundary_file import DistrictFile, Figure  # noqa: E402
from backend.places.describe_city import describe_city  # noqa: E402
from backend.places.import_boundaries import import_boundaries  # noqa: E402
from backend.places.models import District  # noqa: E402
from backend.reports.import_services import import_services  # noqa: E402
from backend.reports.models import Incident, Inspection, Service, ServiceRequest  # noqa: E402
from equity.simulation.event_log import EventLog  # noqa: E402
from equity.simulation.planar_city import planar_city  # noqa: E402
from equity.simulation.scenario import Category, City, Scenario  # noqa: E402
from equity.simulation.simulate import simulate  # noqa: E402
from geo.adjacency import neighbour_pairs  # noqa: E402
from geo.boundaries import check_boundaries  # noqa: E402

ROWS, COLUMNS = 7, 11
KINDS = 6
REPORTED = 0.76
"""The part of this city's incidents that somebody reports within the year."""
OUTCOMES = ("found", "gone", "not_found")
TIMES = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--incidents", type=int, default=100_000)
    wanted = parser.parse_args().incidents
    with tempfile.TemporaryDirectory() as folder:
        world = create_world(Path(folder))
        with world.app.app_context():
            upgrade(db.engine)
            with unit_of_work(OPERATOR) as work:
                requests, incidents = fill(work, wanted)
            print(f"{incidents:,} incidents, {requests:,} requests, {ROWS * COLUMNS} districts")
            session = current_session()
            print(f"reading: {least(lambda: read_request_log(session, 1)):.2f} s of CPU")
            spent = least(lambda: compute_rates(session, NOON))
            print(f"reading and fitting: {spent:.2f} s of CPU (budget 5 s at 100,000 incidents)")


def least(run: Callable[[], object]) -> float:
    """CPU seconds of the fastest of some runs."""
    seconds = []
    for _ in range(TIMES):
        start = process_time()
        run()
        seconds.append(process_time() - start)
    return min(seconds)


def fill(work: UnitOfWork, incidents: int) -> tuple[int, int]:
    """Districts in a grid, and a year of reports; how many requests and incidents there are."""
    city, _ = planar_city(ROWS * COLUMNS, 1)
    log = a_year(city, incidents)
    found_city(work)
    describe_city(work, name="Gridwick", time_zone="UTC")
    import_boundaries(work, districts(city))
    import_services(
        work,
        [
            Service(code=f"K{n}", name=f"K{n}", severity_band=2, target_hours=72, group_name=group)
            for n, group in enumerate(("Streets", "Parks") * (KINDS // 2))
        ],
    )
    insert(work, log)
    return log.at.size, log.closed_at.size


def a_year(city: City, incidents: int) -> EventLog:
    need = incidents / REPORTED / KINDS / (city.population.sum() / 1000)
    kinds = tuple(
        Category(f"K{n}", need, rate) for n, rate in enumerate(np.geomspace(0.1, 0.01, KINDS))
    )
    scenario = Scenario(rate_structure=0.5, frailty_shape=1.0, need_income=0.2)
    log, _ = simulate(city, kinds, scenario, 1, neighbour_pairs(np.array(squares())))
    return log


def squares() -> list[shapely.Polygon]:
    west, south = np.meshgrid(WEST + SIDE * np.arange(COLUMNS), SOUTH + SIDE * np.arange(ROWS))
    return list(shapely.box(west, south, west + SIDE, south + SIDE).ravel())


def districts(city: City) -> DistrictFile:
    figures = {
        "population": city.population,
        "share_65_plus": city.senior_share,
        "median_income": np.exp(city.log_income),
        "share_no_smartphone": city.no_smartphone_share,
    }
    return DistrictFile(
        "grid.geojson",
        "0" * 64,
        check_boundaries(list(city.areas), list(city.areas), squares()),
        census_source="census.csv",
        figures={
            area: {name: Figure(float(values[place])) for name, values in figures.items()}
            for place, area in enumerate(city.areas)
        },
    )


def insert(work: UnitOfWork, log: EventLog) -> None:
    """The log as rows; a report of one incident is like the other in all that no fit reads."""
    code_of = dict(work.session.execute(sa.select(District.code, District.id)).all())
    place = {"lon": WEST, "lat": SOUTH, "is_outside": False}
    _, first = np.unique(log.incident, return_index=True)

    def day(of: float) -> object:
        return None if np.isnan(of) else NOON + timedelta(days=float(of) - log.window_days)

    def whose(row: int) -> dict[str, object]:
        service = f"K{log.category[row]}"
        return {**place, "service_code": service, "district_id": code_of[log.areas[log.area[row]]]}

    def put(model: type[Base], rows: list[dict[str, object]]) -> None:
        work.session.connection().execute(sa.insert(model), rows)

    put(
        Incident,
        [
            {
                **whose(row),
                "id": 1 + number,
                "number": f"{number:08}",
                "state": "received" if np.isnan(log.closed_at[number]) else "resolved",
                "opened_at": day(log.at[row]),
                "changed_at": day(log.at[row]),
                "closed_at": day(log.closed_at[number]),
            }
            for number, row in enumerate(first)
        ],
    )
    put(
        ServiceRequest,
        [
            {
                **whose(row),
                "id": uuid.UUID(int=1 + row),
                "number": f"{row:08}",
                "incident_id": 1 + int(log.incident[row]),
                "description": "",
                "channel": "app",
                "reporter_hash": f"{log.reporter[row]:064}",
                "requested_at": day(log.at[row]),
                "received_at": day(log.at[row]),
                "fingerprint": "0" * 64,
            }
            for row in range(log.at.size)
        ],
    )
    put(
        Inspection,
        [
            {
                "incident_id": 1 + int(number),
                "inspected_at": day(log.inspected_at[number]),
                "outcome": OUTCOMES[log.outcome[number]],
                "actor": "staff",
            }
            for number in np.flatnonzero(~np.isnan(log.inspected_at))
        ],
    )


if __name__ == "__main__":
    main()
