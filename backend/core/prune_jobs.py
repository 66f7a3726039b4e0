"""Every night: jobs that are over leave the table, which would grow for ever otherwise."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.jobs import Job
from backend.core.uow import UnitOfWork

JOB = "prune_jobs"
DONE_KEPT = timedelta(days=7)
FAILED_KEPT = timedelta(days=90)
_JOB = table_of(Job)


def prune_jobs(work: UnitOfWork, _payload: dict[str, Any]) -> None:
    """Forget what was done a week ago, and what failed so long ago that nobody will retry it."""
    # A job is over after it was due, and by that moment it is found by the index.
    done = sa.and_(
        _JOB.c.state == "done",
        _JOB.c.due_at < work.now - DONE_KEPT,
        _JOB.c.finished_at < work.now - DONE_KEPT,
    )
    failed = sa.and_(_JOB.c.state == "failed", _JOB.c.due_at < work.now - FAILED_KEPT)
    work.session.execute(sa.delete(_JOB).where(sa.or_(done, failed)))
