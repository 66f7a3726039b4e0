"""Voting at a steady rate: a credential and a ballot for each voter, over HTTP.

    python bench/cast_ballots.py [--database sqlite|postgis|both] [--rate 50] [--seconds 600]

Starts a server process on a new city with a roll of rate x seconds voters, and sends each voter's
two requests at their moment, whether or not earlier ones are answered. Prints the server's CPU for
each voter, and how long the voter's two requests took together; database, server and sender share
the machine.
"""

import argparse
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import perf_counter, process_time, sleep

from city_server import DATABASES, CityServer, print_figures, running_city
from votes import SLUG, TRUSTEES_KEY, code_of, enrol, make_vote, vote_until

from backend.ballots.voting.commands import CountBallots
from backend.ballots.voting.count_ballots import count_ballots
from backend.core.actors import OPERATOR
from backend.core.clock import SystemClock
from backend.core.db import db
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work

CONNECTIONS = 32
WARM_UP = 100
_connections = threading.local()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=600)
    asked = parser.parse_args()
    for database in DATABASES if asked.database == "both" else (asked.database,):
        with running_city(database, is_durable=True) as server:
            measure(server, database, asked.rate, asked.seconds)


def measure(server: CityServer, database: str, rate: int, seconds: int) -> None:
    voters = rate * seconds
    with server.world.app.app_context():
        open_the_vote(server, voters + WARM_UP)
    list(send_at(server, range(voters, voters + WARM_UP), rate))
    before = server.cpu_seconds()
    latencies = sorted(send_at(server, range(voters), rate))
    cpu = server.cpu_seconds() - before
    print_figures(f"vote, {database}", cpu, latencies)
    print(f"{'':<24}p99 {1000 * latencies[len(latencies) * 99 // 100]:.1f} ms", flush=True)
    with server.world.app.app_context():
        vote_until(current_runtime().clock.now())
        started = process_time()
        with unit_of_work(OPERATOR) as work:
            counted = count_ballots(work, CountBallots(SLUG, TRUSTEES_KEY))
        seconds_of_cpu = process_time() - started
        db.session.remove()
    print(f"count, {database:<17}{counted.ballots:6} ballots    cpu {seconds_of_cpu:6.2f} s")
    if counted.ballots != voters + WARM_UP:
        raise RuntimeError(f"{voters + WARM_UP} ballots were acknowledged")


def open_the_vote(server: CityServer, voters: int) -> None:
    """A roll of `voters`, and a vote that is open now by the machine's clock."""
    make_vote(server.world)
    enrol(dict.fromkeys(range(voters), "SW"))
    vote_until(SystemClock().now() + timedelta(days=5))


def send_at(server: CityServer, voters: range, rate: int) -> Iterator[float]:
    """Seconds from the moment each voter was due to the receipt."""
    start = perf_counter() + 0.1

    def vote(place: int) -> float:
        due = start + place / rate
        sleep(max(0.0, due - perf_counter()))
        cast(server, voters[place])
        return perf_counter() - due

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        yield from pool.map(vote, range(len(voters)))


def cast(server: CityServer, voter: int) -> None:
    said = ask(server, "POST", "credentials", {"access_code": code_of(voter)})
    ballot = {
        **said,
        "sequence": 1,
        "attempt": f"{voter:032x}",
        "parts": {"citywide": {"projects": ["C1", "C3"]}, "SW": {"projects": ["W1"]}},
    }
    ask(server, "PUT", "ballot", ballot)


def ask(server: CityServer, method: str, path: str, body: object) -> dict[str, str]:
    connection = getattr(_connections, "one", None)
    if connection is None or connection.port != server.port:
        connection = _connections.one = server.connect()
    headers = {"Content-Type": "application/json"}
    connection.request(method, f"/v1/cycles/{SLUG}/{path}", json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"the server answered {answer.status}: {text!r}")
    return dict(json.loads(text))


if __name__ == "__main__":
    main()
