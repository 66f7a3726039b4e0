"""The staff's queue as a page: what it costs the server when 20,000 problems are open.

    python bench/queue_page.py [--database sqlite|postgis|both]

Starts a server process on a new city with 20,000 open incidents, signs in, and loads the first
page of 50, one far down the list, one of two services in two districts that is overdue, and one of
what holds some words. Prints milliseconds of the server process's CPU (user and system) for each
page, and wall time per page.
"""

import random
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from time import perf_counter
from urllib.parse import urlencode

from city_server import CityServer, databases_asked, print_figures, running_city
from worlds import NOON, PASSWORD, SERVICES, SIDE, SOUTH, WEST

from backend.core.actors import OPERATOR
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.column_map import ColumnMap
from backend.reports.import_requests import import_requests
from backend.reports.request_file import RequestFile, RequestRow
from backend.triage.queries import queue_page
from backend.triage.queue_filter import QueueFilter

OPEN = 20_000
SEEN = ("The water stands a hand deep", "Leaves lie on the lantern", "The lanterns are out")
PAGES = 200
WARM_UP = 20


def main() -> None:
    for database in databases_asked(__doc__):
        with running_city(database) as server:
            fill(server)
            connection = server.connect()
            cookie = sign_in(connection)
            for label, path in pages(server):
                load(connection, path, cookie, WARM_UP)
                before = server.cpu_seconds()
                latencies = load(connection, path, cookie, PAGES)
                cpu = server.cpu_seconds() - before
                print_figures(f"{label} queue page, {database}", cpu, latencies)
            connection.close()


def pages(server: CityServer) -> tuple[tuple[str, str], ...]:
    """What is loaded, and its address."""
    with server.world.app.app_context():
        now = current_runtime().clock.now()
        start = queue_page(current_session(), QueueFilter(), now, limit=299 * 50)
    return (
        ("first", "/desk/queue"),
        ("300th", f"/desk/queue?after={start.after}"),
        ("filtered", "/desk/queue?service=POTHOLE&service=BENCH&district=SE&district=NW&overdue=1"),
        ("searched", "/desk/queue?q=lantern+swerv"),
    )


def fill(server: CityServer) -> None:
    """Import the open incidents through the same door as a city's own history."""
    chance = random.Random(20)
    rows = tuple(row(number, chance) for number in range(OPEN))
    with server.world.app.app_context(), unit_of_work(OPERATOR) as work:
        import_requests(work, RequestFile("open.csv", rows), ColumnMap())


def row(number: int, chance: random.Random) -> RequestRow:
    code, name, _band, _hours = chance.choice(SERVICES)
    return RequestRow(
        line=number + 2,
        external_id=str(number),
        requested_at=NOON - timedelta(hours=chance.random() * 8000),
        closed_at=None,
        service_code=code,
        service_name=name,
        description=f"{chance.choice(SEEN)} after rain and cars swerve around it.",
        lon=WEST + chance.random() * 2 * SIDE,
        lat=SOUTH + chance.random() * 2 * SIDE,
        address=None,
        channel=Channel.APP,
        parent_id=None,
    )


def sign_in(connection: HTTPConnection) -> str:
    """The cookie of a member of ward staff."""
    connection.request("GET", "/sign-in")
    form = connection.getresponse()
    token = form.read().decode().partition('name="csrf_token" value="')[2].partition('"')[0]
    fields = {"username": "ward_staff", "password": PASSWORD, "csrf_token": token}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie_of(form)}
    connection.request("POST", "/sign-in", urlencode(fields), headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise RuntimeError(f"signing in was answered {answer.status}")
    return cookie_of(answer)


def cookie_of(answer: HTTPResponse) -> str:
    """All the cookies it sets, as they are sent back."""
    given = answer.headers.get_all("Set-Cookie") or []
    return "; ".join(one.partition(";")[0] for one in given)


def load(connection: HTTPConnection, path: str, cookie: str, count: int) -> list[float]:
    """Seconds each of `count` loads of the page took."""
    latencies = []
    for _ in range(count):
        start = perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        page = answer.read()
        latencies.append(perf_counter() - start)
        if answer.status != 200 or page.count(b'<tr role="row" id=') != 50:
            raise RuntimeError(f"the queue was answered {answer.status} without its 50 rows")
    return latencies


if __name__ == "__main__":
    main()
