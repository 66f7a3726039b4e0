"""Having a job send what waits for a carrier: one for each, whoever leaves something."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from backend.core.db import lock_id
from backend.core.jobs import Job, is_alive
from backend.core.uow import UnitOfWork
from backend.delivery.notices.models import NoticeCarrier
from backend.delivery.notices.rules import Carrier

JOB = "send_notices"
# Drawn once: what those lock who make the row of a carrier.
_MAKING = UUID("5f0c1a52-6a0e-4f0e-9d53-6f1a3f0f7e11")


def hold_carrier(work: UnitOfWork, carrier: Carrier) -> NoticeCarrier:
    """The carrier's row, held until the transaction ends.

    Before any address is held: whoever sends forgets addresses while holding it. Nobody who holds
    it turns to the log of decisions afterwards.
    """
    row = work.session.get(NoticeCarrier, carrier.value, with_for_update=True)
    if row is None:
        lock_id(work.session, _MAKING)
        row = work.session.get(NoticeCarrier, carrier.value, with_for_update=True)
    if row is None:
        row = NoticeCarrier(name=carrier.value)
        work.session.add(row)
        work.session.flush()
    return row


def wake(work: UnitOfWork, carrier: Carrier, due_at: datetime) -> None:
    """Have a job send by `due_at`, unless one is going to."""
    row = hold_carrier(work, carrier)
    waits = sa.select(Job.state, Job.due_at).where(Job.id == row.job_id, is_alive(work.now))
    job = work.session.execute(waits).one_or_none() if row.job_id else None
    if job is None:
        row.job_id = work.enqueue(JOB, due_at=due_at, carrier=carrier.value)
        work.session.flush()
    elif job.state == "waiting" and job.due_at > due_at:
        work.session.execute(sa.update(Job).where(Job.id == row.job_id).values(due_at=due_at))
