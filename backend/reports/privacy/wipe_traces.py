"""What was erased leaves the database's journal too."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.core.db import empty_journal
from backend.core.errors import Unavailable
from backend.core.jobs import PreparedJob
from backend.core.uow import UnitOfWork
from backend.reports.find_words import drop_erased_words

JOB = "wipe_traces"


def wipe_traces(work: UnitOfWork) -> None:
    """Empty the index of words, and leave the job for the rest once this is committed.

    SQLite overwrites what is deleted in its file, but not in the journal beside it. PostgreSQL
    does so when it vacuums; how long its log and anybody's backups are kept is the operator's say.
    """
    drop_erased_words(work.session)
    if work.session.get_bind().dialect.name == "sqlite":
        work.enqueue(JOB)


def _wipe(session: Session, _now: datetime, _payload: dict[str, Any]) -> None:
    # Our own reading would stand in the way.
    session.rollback()
    if not empty_journal(session):
        raise Unavailable("database-busy")


def _nothing_to_write(_work: UnitOfWork, _prepared: None) -> None:
    """The journal has no rows."""


WIPE_JOB = PreparedJob(_wipe, _nothing_to_write)
