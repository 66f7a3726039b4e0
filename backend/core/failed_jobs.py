"""Jobs that were given up: what the operator looks at and lets try once more."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.jobs import Job
from backend.core.uow import UnitOfWork


def failed_jobs(session: Session, kind: str = "", job_id: UUID | None = None) -> list[Job]:
    """What was given up, oldest first: all, of one kind, or one job."""
    query = sa.select(Job).where(Job.state == "failed")
    if kind:
        query = query.where(Job.kind == kind)
    if job_id:
        query = query.where(Job.id == job_id)
    return list(session.scalars(query.order_by(Job.created_at, Job.id)))


def try_again(work: UnitOfWork, jobs: Iterable[Job]) -> None:
    """Let failed `jobs` wait to be done, with all their tries."""
    kinds: Counter[str] = Counter()
    for job in jobs:
        job.state, job.attempts, job.due_at = "waiting", 0, work.now
        work.jobs[job.id] = job.kind
        kinds[job.kind] += 1
    if kinds:
        work.decide("jobs.tried_again", "jobs:failed", count=kinds.total(), kinds=dict(kinds))


def jobs_by_state(session: Session) -> dict[str, int]:
    """How many jobs there are in each state."""
    counted = sa.select(Job.state, sa.func.count()).group_by(Job.state)
    return {row[0]: row[1] for row in session.execute(counted)}
