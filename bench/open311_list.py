"""A list of 1,000 requests through Open311: what it costs the server in JSON and in XML.

    python bench/open311_list.py [--database sqlite|postgis|both]

Starts a server process on a new city with 20,000 requests, half of them closed with a reason, and
loads the default list, which is the newest thousand. Prints milliseconds of the server process's
CPU (user and system) for each list, and wall time per list. FixMyStreet takes 7.2 s for the same.
"""

import random
from datetime import UTC, datetime, timedelta
from time import perf_counter

import sqlalchemy as sa
from city_server import CityServer, databases_asked, print_figures, running_city
from worlds import SERVICES, SIDE, SOUTH, WEST

from backend.core.actors import OPERATOR
from backend.core.channels import Channel
from backend.core.uow import UnitOfWork, unit_of_work
from backend.reports.column_map import ColumnMap
from backend.reports.import_requests import import_requests
from backend.reports.models import Incident, IncidentChange
from backend.reports.request_file import RequestFile, RequestRow
from backend.reports.workflow import State

REQUESTS = 20_000
LISTED = 1_000
LISTS = 40
WARM_UP = 4


def main() -> None:
    for database in databases_asked(__doc__):
        with running_city(database) as server:
            fill(server)
            for form in ("json", "xml"):
                load(server, form, WARM_UP)
                before = server.cpu_seconds()
                latencies = load(server, form, LISTS)
                cpu = server.cpu_seconds() - before
                print_figures(f"list in {form}, {database}", cpu, latencies)


def fill(server: CityServer) -> None:
    """Import the requests through the same door as a city's own history."""
    chance = random.Random(311)
    now = datetime.now(UTC)
    rows = tuple(row(number, chance, now) for number in range(REQUESTS))
    with server.world.app.app_context(), unit_of_work(OPERATOR) as work:
        import_requests(work, RequestFile("requests.csv", rows), ColumnMap())
        give_reasons(work)
        # As PostgreSQL does by itself within a minute.
        work.session.execute(sa.text("ANALYZE"))


def row(number: int, chance: random.Random, now: datetime) -> RequestRow:
    code, name, _band, _hours = chance.choice(SERVICES)
    requested_at = now - timedelta(hours=chance.random() * 2000)
    return RequestRow(
        line=number + 2,
        external_id=str(number),
        requested_at=requested_at,
        closed_at=requested_at + (now - requested_at) / 2 if chance.random() < 0.5 else None,
        service_code=code,
        service_name=name,
        description="The water stands a hand deep after rain & cars swerve around it. " * 3,
        lon=WEST + chance.random() * 2 * SIDE,
        lat=SOUTH + chance.random() * 2 * SIDE,
        address=f"{chance.randrange(200)} Harbour Street",
        channel=Channel.APP,
        parent_id=None,
    )


def give_reasons(work: UnitOfWork) -> None:
    """Say of everything closed why it is."""
    closed = work.session.execute(
        sa.select(Incident.id, Incident.closed_at).where(Incident.closed_at.is_not(None))
    )
    steps = [
        {
            "incident_id": id_,
            "at": at,
            "kind": "state",
            "from_state": State.IN_PROGRESS,
            "to_state": State.RESOLVED,
            "actor": OPERATOR.key,
            "reason": "The drain was cleared and the road is dry again.",
        }
        for id_, at in closed
    ]
    work.session.execute(sa.insert(IncidentChange), steps)


def load(server: CityServer, form: str, count: int) -> list[float]:
    """Seconds each of `count` loads of the list took."""
    connection = server.connect()
    latencies = []
    for _ in range(count):
        start = perf_counter()
        connection.request("GET", f"/open311/v2/requests.{form}")
        answer = connection.getresponse()
        body = answer.read()
        latencies.append(perf_counter() - start)
        # Twice in XML: each element is opened and closed.
        listed = body.count(b"service_request_id") // (2 if form == "xml" else 1)
        if answer.status != 200 or listed != LISTED:
            raise RuntimeError(f"the list was answered {answer.status} with {listed} requests")
    connection.close()
    return latencies


if __name__ == "__main__":
    main()
