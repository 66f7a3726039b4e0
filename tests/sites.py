"""A served city with something on every page, for a browser."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import waitress
from audited import promise_and_find
from cycles import make_cycle
from flask import Flask
from sweeping import sweep_and_visit
from waitress import wasyncore
from worlds import ANALYST, FAR_AWAY, IN_NW, IN_SE, PASSWORD, STAFF, World, a_report, create_world

from backend.audits.fit_rates import fit_rates
from backend.audits.queries import fitted_rate, rates_of
from backend.ballots.import_election import import_election
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.db import db
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.workflow import State
from backend.triage.weight_sets import ProposeWeights, propose_weights

ELECTION = b"""META
key;value
description;Budget of Testwick
country;Worldwide
unit;Testwick
instance;2026
num_projects;2
num_votes;2
budget;100
vote_type;approval
rule;greedy
date_begin;2026
date_end;2026
PROJECTS
project_id;cost;name
1;60;A bench
2;70;A tree
VOTES
voter_id;vote;sex
1;1;F
2;1,2;M
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A served city: its address and two numbers, of an open and of a closed report."""

    url: str
    open_number: str
    closed_number: str
    world: World


@contextmanager
def served_site(template: Path, folder: Path, **settings: object) -> Iterator[Site]:
    """A copy of the founded city in `template`, filled and served on a free loopback port."""
    shutil.copy(template, folder / "city.sqlite3")
    world = create_world(folder, **settings)
    with world.app.app_context():
        numbers = _fill()
        sweep_and_visit(world, "BENCH", "An old bench")
        db.session.remove()
    with served(world.app) as url:
        yield Site(url, *numbers, world)
    with world.app.app_context():
        db.engine.dispose()


@contextmanager
def served(app: Flask, **options: Any) -> Iterator[str]:
    """The address of `app` on a free loopback port, until it is left."""
    listens = {"host": "127.0.0.1", "port": 0, "threads": 4, "map": {}} | options
    server = waitress.create_server(app, **listens)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    # Nothing is answered any more that could wake the loop after its end.
    server.task_dispatcher.shutdown()
    woken = threading.Event()

    def close() -> None:
        woken.wait()
        wasyncore.close_all(server._map)

    # Closed by its own thread, once it is woken: another would take the sockets, and what wakes it,
    # from under its loop. Connections go with it, as browsers keep theirs open.
    server.trigger.pull_trigger(close)
    woken.set()
    thread.join(timeout=10)


def sign_in(page: Any, site: Site, role: Role) -> None:
    """Through the form, as a person would."""
    page.set_default_timeout(15_000)
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("User name").fill(role.value)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url(lambda address: not address.endswith("/sign-in"))


@contextmanager
def signed_in_page(browser: Any, site: Site, role: Role) -> Iterator[Any]:
    """A page of somebody's own browser, who is signed in."""
    with browser.new_context() as context:
        page = context.new_page()
        sign_in(page, site, role)
        yield page


def _fill() -> tuple[str, str]:
    places = [IN_SE, IN_NW, FAR_AWAY, IN_SE, (IN_SE[0] + 0.0001, IN_SE[1])]
    with unit_of_work(ANONYMOUS) as work:
        numbers = [
            file_report(work, a_report(n, place, contact={"phone": "030 5550100"})).number
            for n, place in enumerate(places)
        ]
        file_report(work, a_report(9, service_code="WIRES", description="Wires hang over a swing"))
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(numbers[3], State.RESOLVED, 1))
    with unit_of_work(OPERATOR) as work:
        run = fit_rates(work)
        rates = [fitted_rate(row) for row in rates_of(work.session, run)]
        import_election(work, ELECTION)
    with unit_of_work(ANALYST) as work:
        propose_weights(work, ProposeWeights(str(run.id), rates, 1.0))
    promise_and_find()
    make_cycle()
    return numbers[0], numbers[3]
