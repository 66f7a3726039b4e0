"""Running a job: the row is the job, the queue message is only a nudge.

A job's effects and its being done are committed together, so it takes effect once however often
it is nudged. A job that fails waits longer each time and is given up after `MAX_ATTEMPTS`.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from backend.core.actors import SYSTEM
from backend.core.db import current_session
from backend.core.jobs import (
    MAX_ATTEMPTS,
    Job,
    JobHandler,
    JobTable,
    PreparedJob,
    is_due,
    is_lost,
)
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work

LEASE = timedelta(minutes=10)
_FIRST_RETRY = timedelta(seconds=30)
_log = structlog.get_logger()


def run_job(job_id: uuid.UUID, table: JobTable) -> bool:
    """Do the job if it is due and nobody else is at it; says whether it was done now."""
    with unit_of_work(SYSTEM) as work:
        attempt = _claim(work.session, job_id, work.now)
    if attempt is None:
        return False
    try:
        step = _prepare(job_id, table)
        with unit_of_work(SYSTEM) as work:
            job = work.session.get_one(Job, job_id, with_for_update=True)
            if job.attempts != attempt:
                return False
            step(work, job.payload)
            job.state, job.finished_at, job.lease_until = "done", work.now, None
    except Exception as error:
        _record_failure(job_id, attempt, error)
        return False
    return True


def give_up_lost(now: datetime) -> None:
    """Say of jobs that were left behind too often that they failed, where somebody looks."""
    if not current_session().scalar(sa.select(sa.exists().where(is_lost(now)))):
        return
    with unit_of_work(SYSTEM) as work:
        new = {"state": "failed", "last_error": "WorkerDied", "lease_until": None}
        lost = sa.update(Job).where(is_lost(now)).values(new).returning(Job.id, Job.kind)
        for row in work.session.execute(lost):
            _log.error("job given up", job=str(row.id), kind=row.kind, error="WorkerDied")


def give_back(job_ids: Sequence[uuid.UUID]) -> None:
    """Let others take up at once what this process was at and leaves.

    The tries stay counted: where this process does end it after all, and somebody else is at it by
    then, its end has no effect.
    """
    with unit_of_work(SYSTEM) as work:
        mine = sa.and_(Job.id.in_(job_ids), Job.state == "running")
        again = {"state": "waiting", "due_at": work.now, "lease_until": None}
        work.session.execute(sa.update(Job).where(mine).values(again))


def _prepare(job_id: uuid.UUID, table: JobTable) -> JobHandler:
    """What is left to write, after whatever the job only reads."""
    session = current_session()
    job = session.get_one(Job, job_id)
    handler = table[job.kind]
    if not isinstance(handler, PreparedJob):
        return handler
    prepared = handler.prepare(session, current_runtime().clock.now(), job.payload)
    return lambda work, _payload: handler.finish(work, prepared)


def _claim(session: Session, job_id: uuid.UUID, now: datetime) -> int | None:
    claim = (
        sa.update(Job)
        .where(Job.id == job_id, is_due(now))
        .values(state="running", attempts=Job.attempts + 1, lease_until=now + LEASE)
        .returning(Job.attempts)
    )
    return session.execute(claim).scalar_one_or_none()


def _record_failure(job_id: uuid.UUID, attempt: int, error: Exception) -> None:
    # The message may quote data, the type does not.
    _log.error("job failed", job=str(job_id), attempt=attempt, error=type(error).__name__)
    with unit_of_work(SYSTEM) as work:
        job = work.session.get_one(Job, job_id, with_for_update=True)
        if job.attempts != attempt:
            return
        job.state = "failed" if attempt >= MAX_ATTEMPTS else "waiting"
        job.due_at = work.now + _FIRST_RETRY * 4 ** (attempt - 1)
        job.last_error, job.lease_until = type(error).__name__, None
