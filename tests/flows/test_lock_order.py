"""Who changes one incident and who changes many wait for each other, and never in a circle.

Somebody holds an incident, and turns to its comments and the log when the other waits: for ever, if
the other had either of them already. On SQLite one writes at a time.
"""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from imported_rows import a_row, import_rows
from worlds import SIDE, STAFF, World, a_report, square_districts

from backend.accounts.identify import register_device, resident_of_token
from backend.core.actors import ANONYMOUS, OPERATOR, Actor
from backend.core.db import current_session, db, is_busy, lock_id
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.reports.add_comment import add_comment
from backend.reports.commands import AddComment, HideComment
from backend.reports.file_report import file_report
from backend.reports.models import Comment, Contact, ServiceRequest
from backend.reports.privacy.erase_person import erase_person
from backend.reports.privacy.moderate_text import hide_comment
from backend.reports.queries import find_incident
from backend.reports.reread_districts import reread_districts

AtOnce = Callable[..., list[Any]]
COMMENT = UUID(int=77)


def a_resident() -> Actor:
    with unit_of_work(ANONYMOUS) as work:
        token = register_device(work)
    session, runtime = current_session(), current_runtime()
    return resident_of_token(session, runtime, token, runtime.clock.now())


def erase(person: Actor) -> None:
    with unit_of_work(ANONYMOUS) as work:
        erase_person(work, person)


def hide(_: Actor) -> None:
    with unit_of_work(STAFF) as work:
        hide_comment(work, HideComment(COMMENT, "A name"))


def reread(_: Actor) -> None:
    with unit_of_work(OPERATOR) as work:
        reread_districts(work)


def import_repeat(_: Actor) -> None:
    import_rows(a_row("repeat", parent_id="first"))


def wait_until_somebody_waits() -> None:
    # Of this city: another process of the run may be waiting in its own.
    waiting = sa.text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT l.pid FROM pg_locks l "
        "JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database())"
    )
    with db.engine.connect() as stranger:
        for _ in range(400):
            if stranger.scalar(waiting):
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("act", [erase, hide, reread, import_repeat])
def test_nobody_holds_the_log_and_waits_for_an_incident(
    postgis_city: World, at_once: AtOnce, act: Callable[[Actor], None]
) -> None:
    resident, is_held = a_resident(), threading.Event()
    import_rows(a_row("first"))
    number = current_session().scalars(sa.select(ServiceRequest.number)).one()
    with unit_of_work(resident) as work:
        add_comment(work, AddComment(COMMENT, number, "A word"))
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, square_districts(SIDE / 2))

    def hold() -> None:
        with unit_of_work(STAFF) as work:
            find_incident(work.session, number, lock=True)
            is_held.set()
            wait_until_somebody_waits()
            work.session.execute(sa.update(Comment).values(kind="comment"))
            work.decide("incident.inspected", f"report:{number}", outcome="seen")

    def change() -> None:
        is_held.wait(10)
        act(resident)

    assert at_once(postgis_city, [hold, change]) == [None, None]


def test_two_that_wait_for_each_other_all_the_same_may_try_again(
    postgis_city: World, at_once: AtOnce
) -> None:
    both_hold = threading.Barrier(2)

    def cross(*ids: int) -> None:
        with unit_of_work(ANONYMOUS) as work:
            work.session.execute(sa.text("SET LOCAL deadlock_timeout TO '10ms'"))
            lock_id(work.session, UUID(int=ids[0]))
            both_hold.wait(10)
            lock_id(work.session, UUID(int=ids[1]))

    outcomes = at_once(postgis_city, [lambda: cross(1, 2), lambda: cross(2, 1)])
    [error] = [one for one in outcomes if one is not None]
    assert is_busy(error)


def test_an_erasure_waits_for_a_report_on_its_way(postgis_city: World, at_once: AtOnce) -> None:
    resident, is_filed = a_resident(), threading.Event()

    def report() -> None:
        with unit_of_work(resident) as work:
            file_report(work, a_report(1, contact={"phone": "+48 601 555 099"}))
            is_filed.set()
            wait_until_somebody_waits()

    def change() -> None:
        is_filed.wait(10)
        erase(resident)

    assert at_once(postgis_city, [report, change]) == [None, None]
    session = current_session()
    assert session.scalars(sa.select(ServiceRequest.reporter_hash)).all() == [None]
    assert session.scalars(sa.select(Contact)).all() == []
