"""Files that nothing refers to any more leave the store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.core.jobs import PreparedJob
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork

JOB = "discard_files"


def discard(work: UnitOfWork, names: Sequence[str]) -> None:
    """Delete `names` once this transaction is committed, and try until the store has done it.

    What the job gives up is taken up again by the nightly sweep.
    Deleting at once would lose a picture whose rows are rolled back, or keep one for good whose
    store was away for a moment.
    """
    if names:
        work.enqueue(JOB, names=list(names))


def _delete(_session: Session, _now: datetime, payload: dict[str, Any]) -> None:
    media = current_runtime().media
    for name in payload["names"]:
        media.delete(name)


def _nothing_to_write(_work: UnitOfWork, _prepared: None) -> None:
    """The store has no rows."""


DISCARD_JOB = PreparedJob(_delete, _nothing_to_write)
