"""All of a change or none of it, and nobody is told before it is safe."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from worlds import World, a_report

from backend.core.actors import ANONYMOUS, SYSTEM
from backend.core.db import Base, current_session, db
from backend.core.events import Event
from backend.core.jobs import Job
from backend.core.runtime import Runtime, current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from backend.reports.events import ReportFiled
from backend.reports.file_report import file_report
from backend.reports.models import Incident, ServiceRequest
from backend.triage import keep_queue
from backend.triage.models import QueueEntry

pytestmark = pytest.mark.both


class Broken(Exception):
    """What goes wrong in these tests."""


def fail(*_: object) -> None:
    raise Broken


def rows_everywhere() -> dict[str, int]:
    """The size of each table, as another connection sees it."""
    with db.engine.connect() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def in_the_block(_: Runtime) -> None:
    with unit_of_work(ANONYMOUS) as work:
        work.enqueue("fit_rates")
        file_report(work, a_report(1, contact={"phone": "1"}))
        fail()


def in_a_handler(runtime: Runtime) -> None:
    runtime.handlers = {ReportFiled: (keep_queue.on_report_filed, fail)}
    with unit_of_work(ANONYMOUS) as work:
        work.enqueue("fit_rates")
        file_report(work, a_report(1, contact={"phone": "1"}))


def in_the_commit(_: Runtime) -> None:
    with unit_of_work(ANONYMOUS) as work:
        work.enqueue("fit_rates")
        file_report(work, a_report(1, contact={"phone": "1"}))
        sa.event.listen(work.session, "before_commit", fail, once=True)


@pytest.mark.parametrize("break_it", [in_the_block, in_a_handler, in_the_commit])
def test_an_error_anywhere_leaves_nothing(city: World, break_it: Callable[[Runtime], None]) -> None:
    runtime = current_runtime()
    nudged: list[object] = []
    runtime.nudge = lambda *nudge: nudged.append(nudge)
    before = rows_everywhere()
    with pytest.raises(Broken):
        break_it(runtime)
    assert rows_everywhere() == before
    assert nudged == []
    assert not current_session().in_transaction()


def test_handlers_see_the_rows_and_write_in_the_same_transaction(city: World) -> None:
    seen: list[tuple[int, int]] = []

    def look(work: UnitOfWork, event: Event) -> None:
        count = sa.select(sa.func.count()).select_from(ServiceRequest)
        with db.engine.connect() as stranger:
            seen.append((work.session.scalar(count) or 0, stranger.scalar(count) or 0))

    current_runtime().handlers = {ReportFiled: (keep_queue.on_report_filed, look)}
    with unit_of_work(ANONYMOUS) as work:
        file_report(work, a_report(1))
    assert seen == [(1, 0)]
    assert rows_everywhere()["queue_entry"] == rows_everywhere()["incident"] == 1


def test_a_worker_is_nudged_only_after_the_commit(city: World) -> None:
    found: list[Any] = []

    def look(job_id: object, _kind: str) -> None:
        with db.engine.connect() as stranger:
            found.append(stranger.scalar(sa.select(Job.state).where(Job.id == job_id)))

    current_runtime().nudge = look
    with unit_of_work(SYSTEM) as work:
        work.enqueue("fit_rates")
        work.enqueue("fit_rates")
        work.session.flush()
        assert found == []
    assert found == ["waiting", "waiting"]


def test_a_nudge_that_fails_does_not_undo_what_was_answered(sqlite_city: World) -> None:
    current_runtime().nudge = fail
    with unit_of_work(SYSTEM) as work:
        work.enqueue("fit_rates")
    assert rows_everywhere()["job"] == 1


def test_one_change_has_one_moment(sqlite_city: World) -> None:
    with unit_of_work(ANONYMOUS) as work:
        sqlite_city.clock.advance(hours=1)
        file_report(work, a_report(1))
    incident = current_session().scalars(sa.select(Incident)).one()
    assert incident.opened_at == incident.changed_at == work.now
    entry = current_session().scalars(sa.select(QueueEntry)).one()
    assert entry.opened_epoch == work.now.timestamp()
