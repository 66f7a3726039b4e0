"""Every night: what only a newer version finds of a count is found for earlier elections too."""

from typing import Any

import sqlalchemy as sa

from backend.ballots.analyse import JOB as ANALYSE
from backend.ballots.analyse import lacks_a_part
from backend.ballots.models import Election
from backend.core.jobs import Job
from backend.core.uow import UnitOfWork

JOB = "finish_analyses"


def finish_analyses(work: UnitOfWork, _payload: dict[str, Any]) -> None:
    """Ask once for what is missing; what failed already waits for whoever tries it again."""
    asked = sa.select(Job.payload).where(Job.kind == ANALYSE, Job.state != "done")
    asked_for = {payload["election"] for payload in work.session.scalars(asked)}
    for election in work.session.scalars(sa.select(Election).order_by(Election.id)):
        if lacks_a_part(election) and election.id not in asked_for:
            work.enqueue(ANALYSE, election=election.id)
