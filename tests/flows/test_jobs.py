"""The row is the job: whatever happens to its messages and workers, it takes effect once."""

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ports import free_port
from redis_server import running_redis
from worlds import NOON, World, a_report

from backend.core.actors import SYSTEM
from backend.core.clock import SettableClock
from backend.core.db import current_session, db
from backend.core.decision_log import Decision
from backend.core.job_runner import LEASE, give_up_lost, run_job
from backend.core.jobs import MAX_ATTEMPTS, Job, PreparedJob, stuck_jobs
from backend.core.limits import RateLimits
from backend.core.prune_jobs import DONE_KEPT, FAILED_KEPT, prune_jobs
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from backend.core.worker import Worker

AtOnce = Callable[..., list[Any]]


class Killed(BaseException):
    """The end of a worker's process: nothing catches it."""


def take_effect(work: UnitOfWork, payload: dict[str, Any]) -> None:
    work.decide("tests.effect", payload.get("subject", "job"))


def take_effect_and_fail(work: UnitOfWork, payload: dict[str, Any]) -> None:
    take_effect(work, payload)
    raise ValueError("Dorothea Quill could not be written to")


def take_effect_and_die(work: UnitOfWork, payload: dict[str, Any]) -> None:
    take_effect(work, payload)
    work.session.flush()
    raise Killed


TABLE = {"tests": take_effect}
SLOW = {"subject": "slow"}
LANES = {"quick": frozenset({"tests"})}


def enqueue(subject: str = "job", kind: str = "tests") -> UUID:
    with unit_of_work(SYSTEM) as work:
        return work.enqueue(kind, subject=subject)


def effects() -> list[str]:
    session = current_session()
    session.rollback()
    query = sa.select(Decision.subject).where(Decision.action == "tests.effect")
    return list(session.scalars(query.order_by(Decision.sequence)))


def job_row(job_id: UUID) -> Job:
    session = current_session()
    session.rollback()
    return session.get_one(Job, job_id)


def due(clock: SettableClock) -> list[UUID]:
    return stuck_jobs(current_session(), clock.now())


def test_a_job_without_any_nudge_is_found_by_the_sweep(city: World) -> None:
    """As after a crash between the commit and the message, or a message that was lost."""
    job_id = enqueue()
    assert due(city.clock) == [job_id]
    assert run_job(job_id, TABLE)
    assert due(city.clock) == []
    assert not run_job(job_id, TABLE)
    assert effects() == ["job"]
    assert job_row(job_id).state == "done"


def test_a_worker_that_dies_leaves_a_job_for_the_next(city: World) -> None:
    job_id = enqueue()
    with pytest.raises(Killed):
        run_job(job_id, {"tests": take_effect_and_die})
    assert job_row(job_id).state == "running"
    assert effects() == []
    assert not run_job(job_id, TABLE)
    city.clock.advance(seconds=LEASE.total_seconds())
    assert due(city.clock) == [job_id]
    assert run_job(job_id, TABLE)
    assert effects() == ["job"]


def test_a_job_that_kills_every_worker_fails_and_can_be_tried_again(
    city: World, command: Callable[..., Any]
) -> None:
    job_id, other = enqueue(), enqueue(kind="other")
    for _ in range(MAX_ATTEMPTS):
        for one in (job_id, other):
            with pytest.raises(Killed):
                run_job(one, dict.fromkeys(("tests", "other"), take_effect_and_die))
        give_up_lost(city.clock.now())
        assert job_row(job_id).state == "running"
        city.clock.advance(seconds=LEASE.total_seconds())
    assert due(city.clock) == []
    give_up_lost(city.clock.now())
    assert job_row(job_id).state == job_row(other).state == "failed"
    listed = command(city, "jobs", "failed", "--kind", "tests").output.split("\t")
    assert (listed[:2], listed[3:]) == ([str(job_id), "tests"], ["WorkerDied\n"])
    again = command(city, "jobs", "retry", job_id).output
    assert again == "1 jobs are tried again within a minute.\n"
    assert job_row(other).state == "failed"
    # Commands go by the machine's own clock.
    city.clock.advance(days=36_500)
    assert run_job(job_id, TABLE)
    assert effects() == ["job"]


def test_one_lane_a_minute_looks_for_what_was_lost_in_any(sqlite_city: World) -> None:
    lost = enqueue()
    with unit_of_work(SYSTEM) as work:
        row = work.session.get_one(Job, lost)
        row.state, row.attempts, row.lease_until = "running", MAX_ATTEMPTS, work.now
    asked: list[str] = []

    @sa.event.listens_for(db.engine, "before_cursor_execute")
    def note(*event: Any) -> None:
        asked.append(event[2])

    try:
        for lane in Worker(sqlite_city.app, TABLE, [], LANES)._lanes:
            for task in lane.queue.read_periodic(NOON):
                lane.queue.execute(task)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert job_row(lost).state == "failed"
    assert sum("EXISTS" in statement and "FROM job" in statement for statement in asked) == 1


def test_jobs_that_are_over_are_forgotten_after_a_while(city: World) -> None:
    def prune() -> int:
        with unit_of_work(SYSTEM) as work:
            prune_jobs(work, {})
            return work.session.scalar(sa.select(sa.func.count()).select_from(Job)) or 0

    moment = timedelta(seconds=1)
    done, failed, waiting = enqueue(), enqueue(), enqueue()
    city.clock.advance(days=2)
    assert run_job(done, TABLE)
    with unit_of_work(SYSTEM) as work:
        work.session.get_one(Job, failed).state = "failed"
    city.clock.advance(seconds=(DONE_KEPT - moment).total_seconds())
    assert prune() == 3
    city.clock.advance(seconds=2)
    assert prune() == 2
    city.clock.advance(seconds=FAILED_KEPT.total_seconds())
    assert prune() == 1
    assert due(city.clock) == [waiting]


def test_two_workers_at_one_job_do_it_once(city: World, at_once: AtOnce) -> None:
    jobs = [enqueue(f"job {number}") for number in range(5)]
    outcomes = at_once(city, [lambda one=one: run_job(one, TABLE) for one in jobs for _ in "ab"])
    assert sorted(outcomes) == [False] * 5 + [True] * 5
    assert sorted(effects()) == [f"job {number}" for number in range(5)]


def test_a_worker_that_comes_back_after_its_lease_does_nothing(city: World) -> None:
    job_id = enqueue()
    done_by_the_other = []

    def sleep_past_the_lease(*_: object) -> None:
        city.clock.advance(seconds=LEASE.total_seconds())
        with city.app.app_context():
            done_by_the_other.append(run_job(job_id, TABLE))

    slow = PreparedJob(sleep_past_the_lease, lambda work, _: take_effect(work, SLOW))
    assert not run_job(job_id, {"tests": slow})
    assert done_by_the_other == [True]
    assert effects() == ["job"]


def test_a_failing_job_waits_longer_each_time_and_is_given_up(city: World) -> None:
    job_id = enqueue()
    waits = []
    for _ in range(MAX_ATTEMPTS):
        assert due(city.clock) == [job_id]
        assert not run_job(job_id, {"tests": take_effect_and_fail})
        waits.append((job_row(job_id).due_at - city.clock.now()).total_seconds())
        assert due(city.clock) == []
        city.clock.advance(seconds=waits[-1])
    assert waits == [30, 120, 480, 1920, 7680]
    row = job_row(job_id)
    assert (row.state, row.attempts, row.last_error) == ("failed", MAX_ATTEMPTS, "ValueError")
    assert effects() == []
    city.clock.advance(days=365)
    assert due(city.clock) == []
    assert not run_job(job_id, TABLE)


def test_a_job_of_a_kind_nobody_knows_fails_by_itself(sqlite_city: World) -> None:
    job_id = enqueue()
    assert not run_job(job_id, {})
    assert job_row(job_id).last_error == "KeyError"


@pytest.mark.parametrize("queue", ["embedded", "redis"])
def test_a_running_worker_does_what_was_left_and_what_comes(
    sqlite_city: World, queue: str, request: pytest.FixtureRequest
) -> None:
    both_are_slow = threading.Barrier(3)
    slow = PreparedJob(lambda *_: both_are_slow.wait(10), lambda work, _: take_effect(work, SLOW))
    table = {**TABLE, "slow": slow}
    runtime = current_runtime()
    if queue == "redis":
        url = request.getfixturevalue("redis_url")
        runtime.settings = replace(runtime.settings, redis_url=url)
    enqueue("left from before")
    workers = [Worker(sqlite_city.app, table, ["tests"], LANES) for _ in "ab"]
    worker = workers[0]
    worker.connect()
    for one in workers:
        enqueue("slow", kind="slow")
        one.start()
    try:
        wait_until(lambda: both_are_slow.n_waiting == 2)
        wait_until(lambda: effects() == ["left from before"])
        enqueue("nudged")
        wait_until(lambda: effects()[1:] == ["nudged"])
        lost, runtime.nudge = runtime.nudge, lambda _: None
        enqueue("its message was lost")
        worker.sweep()
        worker.sweep()
        wait_until(lambda: effects()[2:] == ["its message was lost"])
        runtime.nudge = lost
        worker.enqueue_nightly()
        wait_until(lambda: len(effects()) == 4)
        both_are_slow.wait(10)
        wait_until(lambda: effects()[4:] == ["slow", "slow"])
    finally:
        both_are_slow.abort()
        for one in workers:
            one.stop(10)
    assert due(sqlite_city.clock) == []


def test_who_stops_learns_whether_all_of_it_ended(sqlite_city: World) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def linger(*_: Any) -> None:
        begun.set()
        go_on.wait(10)

    table = {**TABLE, "slow": PreparedJob(linger, lambda work, _: take_effect(work, SLOW))}
    worker = Worker(sqlite_city.app, table, [], LANES)
    assert worker.stop(0), "what was never started has ended"
    worker = Worker(sqlite_city.app, table, [], LANES)
    worker.connect()
    worker.start()
    try:
        enqueue(kind="slow")
        assert begun.wait(10)
        assert not worker.stop(0.05)
        enqueue("nobody takes this up")
        # It would have been its own for ten minutes: as long as a code for signing in lives.
        left, other = due(sqlite_city.clock)
        assert run_job(left, {"slow": lambda work, _: take_effect(work, {"subject": "other"})})
    finally:
        go_on.set()
        assert worker.stop(10)
    assert effects() == ["other"]
    assert due(sqlite_city.clock) == [other]


def test_the_log_says_once_that_redis_is_away_and_once_that_it_is_back(
    sqlite_city: World,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    port, runtime = free_port(), current_runtime()
    runtime.settings = replace(runtime.settings, redis_url=f"redis://127.0.0.1:{port}/0")
    enqueue("left from before")
    # Nor does it keep a worker from starting.
    worker = Worker(sqlite_city.app, TABLE, [], LANES)
    worker.connect()
    worker.start()
    try:
        with running_redis(port, tmp_path):
            worker.sweep()
            wait_until(lambda: effects() == ["left from before"])
        with socket.create_server(("127.0.0.1", port)) as hangs_up:
            for _ in range(12):
                hangs_up.accept()[0].close()
        with running_redis(port, tmp_path):
            worker.sweep()
            enqueue("nudged")
            wait_until(lambda: effects()[1:] == ["nudged"])
            worker.stop(10)
    finally:
        worker.stop(10)
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one["event"] for one in said] == ["redis away", "redis back"] * 2
    assert [one for one in caplog.records if one.name.startswith("huey") and one.exc_info] == []


def test_a_queue_that_is_down_costs_no_report(sqlite_city: World) -> None:
    runtime = current_runtime()
    url = f"redis://127.0.0.1:{free_port()}/0"
    runtime.settings = replace(runtime.settings, redis_url=url)
    runtime.limits = RateLimits(url, "tests")
    Worker(sqlite_city.app, TABLE, [], LANES).connect()
    body = {
        "id": str(a_report(1).id),
        "service_code": "POTHOLE",
        "description": "A hole",
        "lat": 50.002,
        "lon": 10.002,
    }
    answer = sqlite_city.client().post("/v1/reports", json=body)
    assert answer.status_code == 201, answer.text
    job_id = enqueue()
    assert due(sqlite_city.clock) == [job_id]


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come about")
        time.sleep(0.02)
