"""After a batch is sealed: what databases keep of rows that are gone."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.ballots.paper.models import PaperKeying, PaperSheet
from backend.ballots.voting.clear_traces import clear_traces
from backend.core.errors import Unavailable
from backend.core.jobs import PreparedJob
from backend.core.uow import UnitOfWork

JOB = "clear_paper_traces"


def _clear(session: Session, _now: datetime, _payload: dict[str, Any]) -> None:
    # Our own reading would stand in the way.
    session.rollback()
    if not clear_traces(session, (PaperKeying, PaperSheet)):
        raise Unavailable("database-busy")


def _nothing_to_write(_work: UnitOfWork, _prepared: None) -> None:
    """What was cleared has no rows."""


CLEAR_JOB = PreparedJob(_clear, _nothing_to_write)
