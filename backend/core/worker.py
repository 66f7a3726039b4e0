"""The worker: huey carries nudges and the timetable, `jobs` holds the truth.

Each city has queues of its own, in a SQLite file in its data folder or under names of its own in
Redis: one for each lane. A lane does one job at a time and waits for no other lane.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Thread
from time import perf_counter
from typing import Any
from uuid import UUID

import huey
import sqlalchemy as sa
from flask import Flask
from huey.consumer import Consumer
from sqlalchemy.exc import OperationalError

from backend.core.actors import SYSTEM
from backend.core.config import Settings
from backend.core.data_folder import make_data_folder
from backend.core.db import current_session, is_away
from backend.core.job_runner import give_back, give_up_lost, run_job
from backend.core.jobs import Job, JobTable, Lanes, stuck_jobs
from backend.core.keys import keyed_hash
from backend.core.outage import Outage
from backend.core.own_file import keep_to_owner
from backend.core.redis_outage import AWAY, watched_pool
from backend.core.runtime import EXTENSION, Runtime
from backend.core.uow import unit_of_work

# Seconds between two looks into an embedded queue, and between two tries where Redis is away.
_LONGEST_UNSEEN, _LONGEST_PAUSE = 2.0, 5.0


class _EmbeddedConsumer(Consumer):  # type: ignore[misc]
    """A consumer that leaves the process's signals to whoever started it."""

    def _set_signal_handlers(self) -> None:
        """Signals stay with the host process."""


class Worker:
    """Runs one city's jobs in threads of this process, one for each lane."""

    def __init__(self, app: Flask, table: JobTable, nightly: Sequence[str], lanes: Lanes) -> None:
        self._app = app
        self._runtime: Runtime = app.extensions[EXTENSION]
        self._nightly = nightly
        self._outage = Outage("database")
        named = {
            name: _Lane(self._runtime, self._records, table, name, Job.kind.in_(kinds))
            for name, kinds in lanes.items()
        }
        self._lane_of = {kind: named[name] for name, kinds in lanes.items() for kind in kinds}
        self._rest = _Lane(self._runtime, self._records, table, "", Job.kind.not_in(self._lane_of))
        self._lanes = [*named.values(), self._rest]
        self._rest.queue.periodic_task(huey.crontab(minute="0", hour="3"))(self.enqueue_nightly)
        # Of every lane's jobs, so that one lane's minute is enough.
        self._rest.queue.periodic_task(huey.crontab(minute="*"))(self.give_up_lost)

    def connect(self) -> None:
        """Let the city's use cases nudge this worker's queues."""
        self._runtime.nudge = lambda job_id, kind: self._lane_of.get(kind, self._rest).nudge(job_id)

    def start(self) -> None:
        """Start working in the background."""
        for lane in self._lanes:
            lane.consumer.start()
        self.sweep()

    def take_up_nothing(self) -> None:
        """Begin no further job."""
        for lane in self._lanes:
            lane.consumer.stop_flag.set()

    def stop(self, seconds: float) -> bool:
        """Take up nothing more, and wait so long for what is under way; whether all of it ended.

        What did not is given back, and whoever works next takes it up at once.
        """
        self.take_up_nothing()
        until = perf_counter() + seconds
        threads = [thread for lane in self._lanes for thread in lane.threads]
        for thread in threads:
            # One that was never started has nothing under way.
            if thread.is_alive():
                thread.join(max(until - perf_counter(), 0))
        self._give_back()
        return not any(thread.is_alive() for thread in threads)

    def _give_back(self) -> None:
        left = [lane.at_work_on for lane in self._lanes if lane.at_work_on]
        # A job that is writing just now holds the records; it ends by itself or is left behind.
        with suppress(OperationalError):
            if left:
                with self._records():
                    give_back(left)

    def sweep(self) -> None:
        """Nudge every job that is due, whatever became of its first nudge."""
        for lane in self._lanes:
            lane.sweep()
        self.give_up_lost()

    def give_up_lost(self) -> None:
        """Say of jobs that were left behind too often that they failed."""
        with self._records():
            give_up_lost(self._runtime.clock.now())

    def enqueue_nightly(self) -> None:
        """Leave the jobs of the night as rows."""
        with self._records(), unit_of_work(SYSTEM) as work:
            for kind in self._nightly:
                work.enqueue(kind)

    @contextmanager
    def _records(self) -> Iterator[None]:
        """Work on the city's records; while their server is away nothing is done, and said once.

        The jobs' rows stay: the sweep of the minute after it is back finds them.
        """
        try:
            # Its end belongs to it: what was only read is rolled back there, and may fail as well.
            with self._app.app_context():
                yield
        except OperationalError as error:
            if not is_away(error):
                raise
            self._outage.begin(error)
        else:
            self._outage.end()


class _Lane:
    """One queue, the thread that works it off, and the sweep of the jobs that belong in it."""

    def __init__(
        self,
        runtime: Runtime,
        records: Callable[[], AbstractContextManager[None]],
        table: JobTable,
        name: str,
        is_ours: sa.ColumnElement[bool],
    ) -> None:
        self._runtime = runtime
        self._records = records
        self._table = table
        self._is_ours = is_ours
        self.at_work_on: UUID | None = None
        self.queue = _open_queue(runtime.settings, name)
        self._task = self.queue.task()(self._run)
        self.queue.periodic_task(huey.crontab(minute="*"))(self.sweep)
        # A file is looked into at least so often; Redis tells by itself, and is only waited for
        # where it does not answer.
        longest = _LONGEST_PAUSE if runtime.settings.redis_url else _LONGEST_UNSEEN
        self.consumer = _EmbeddedConsumer(
            self.queue, workers=1, initial_delay=0.05, max_delay=longest
        )

    @property
    def threads(self) -> list[Thread]:
        return [thread for _, thread in self.consumer.worker_threads] + [self.consumer.scheduler]

    def nudge(self, job_id: UUID) -> None:
        self._task(str(job_id))

    def sweep(self) -> None:
        # What is due stays due: the sweep of the minute after Redis is back finds it.
        with self._records(), suppress(*AWAY):
            now = self._runtime.clock.now()
            for job_id in stuck_jobs(current_session(), now, self._is_ours):
                self.nudge(job_id)

    def _run(self, job_id: str) -> None:
        self.at_work_on = UUID(job_id)
        try:
            with self._records():
                run_job(self.at_work_on, self._table)
        finally:
            self.at_work_on = None


def _open_queue(settings: Settings, lane: str) -> Any:
    # The name is derived from the key so that two cities on one Redis cannot collide.
    name = f"evenward-{keyed_hash(settings.hash_key, 'queue', lane)[:12]}"
    if settings.redis_url:
        pool = watched_pool(settings.redis_url)
        return huey.RedisHuey(name, connection_pool=pool, results=False)
    make_data_folder(settings)
    path = settings.data_dir / "nudges.sqlite3"
    keep_to_owner(path)
    return huey.SqliteHuey(name, filename=str(path), results=False)
