"""The worker: huey carries nudges and the timetable, `jobs` holds the truth.

Each city has its own queue: a SQLite file in its data folder, or a name of its own in Redis.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import huey
from flask import Flask
from huey.consumer import Consumer

from backend.core.actors import SYSTEM
from backend.core.config import Settings
from backend.core.db import current_session
from backend.core.job_runner import run_job
from backend.core.jobs import JobTable, stuck_jobs
from backend.core.keys import keyed_hash
from backend.core.redis_pool import redis_pool
from backend.core.runtime import EXTENSION, Runtime
from backend.core.uow import unit_of_work


class _EmbeddedConsumer(Consumer):  # type: ignore[misc]
    """A consumer that leaves the process's signals to whoever started it."""

    def _set_signal_handlers(self) -> None:
        """Signals stay with the host process."""


class Worker:
    """Runs one city's jobs in threads of this process."""

    def __init__(self, app: Flask, table: JobTable, nightly: Sequence[str]) -> None:
        self._app = app
        self._table = table
        self._nightly = nightly
        self._queue = _open_queue(app.extensions[EXTENSION].settings)
        self._task = self._queue.task()(self._run)
        self._queue.periodic_task(huey.crontab(minute="*"))(self.sweep)
        self._queue.periodic_task(huey.crontab(minute="0", hour="3"))(self.enqueue_nightly)

    def connect(self) -> None:
        """Let the city's use cases nudge this worker's queue."""
        runtime: Runtime = self._app.extensions[EXTENSION]
        runtime.nudge = lambda job_id: self._task(str(job_id))

    def start(self) -> Consumer:
        """Start working in the background; `.stop()` on the result ends it."""
        consumer = _EmbeddedConsumer(self._queue, workers=1, initial_delay=0.05, max_delay=2.0)
        consumer.start()
        self.sweep()
        return consumer

    def sweep(self) -> None:
        """Nudge every job that is due, whatever became of its first nudge."""
        with self._app.app_context():
            runtime: Runtime = self._app.extensions[EXTENSION]
            due = stuck_jobs(current_session(), runtime.clock.now())
        for job_id in due:
            self._task(str(job_id))

    def enqueue_nightly(self) -> None:
        """Leave the jobs of the night as rows."""
        with self._app.app_context(), unit_of_work(SYSTEM) as work:
            for kind in self._nightly:
                work.enqueue(kind)

    def _run(self, job_id: str) -> None:
        with self._app.app_context():
            run_job(UUID(job_id), self._table)


def _open_queue(settings: Settings) -> Any:
    # The name is derived from the key so that two cities on one Redis cannot collide.
    name = f"evenward-{keyed_hash(settings.hash_key, 'queue', '')[:12]}"
    if settings.redis_url:
        pool = redis_pool(settings.redis_url)
        return huey.RedisHuey(name, connection_pool=pool, results=False)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return huey.SqliteHuey(name, filename=str(settings.data_dir / "nudges.sqlite3"), results=False)
