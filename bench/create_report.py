"""Creating a report through HTTP: what it costs the server, and how long the phone waits.

    python bench/create_report.py [--database sqlite|postgis|both]

Starts a server process on a new city and sends it 2,000 reports over four connections. Prints
milliseconds of the server process's CPU (user and system) for each report, and wall time per
report; database and sender run on the same machine.
"""

import json
import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from city_server import CityServer, databases_asked, print_figures, running_city
from worlds import SERVICES, SIDE, SOUTH, WEST

REPORTS = 2_000
CONNECTIONS = 4
WARM_UP = 100


def main() -> None:
    for database in databases_asked(__doc__):
        with running_city(database) as server:
            send(server, WARM_UP)
            before = server.cpu_seconds()
            latencies = send(server, REPORTS)
            print_figures(f"create, {database}", server.cpu_seconds() - before, latencies)


def send(server: CityServer, count: int) -> list[float]:
    """Seconds each of `count` reports took, sent over all connections at once."""
    share = count // CONNECTIONS
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = pool.map(lambda seed: send_share(server, seed, share), range(CONNECTIONS))
        return [latency for part in parts for latency in part]


def send_share(server: CityServer, seed: int, count: int) -> list[float]:
    chance = random.Random(seed)
    connection = server.connect()
    latencies = []
    for _ in range(count):
        body = json.dumps(report(chance))
        start = perf_counter()
        connection.request("POST", "/v1/reports", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        latencies.append(perf_counter() - start)
        if answer.status != 201:
            raise RuntimeError(f"the server answered {answer.status}")
    connection.close()
    return latencies


def report(chance: random.Random) -> dict[str, object]:
    """A report of some problem in the city; every other one says how to reach the reporter."""
    return {
        "id": str(uuid.uuid4()),
        "service_code": chance.choice(SERVICES)[0],
        "description": "The water stands a hand deep after rain and cars swerve around it.",
        "lat": SOUTH + chance.random() * 2 * SIDE,
        "lon": WEST + chance.random() * 2 * SIDE,
        "contact": {"email": "somebody@example.org"} if chance.random() < 0.5 else {},
    }


if __name__ == "__main__":
    main()
