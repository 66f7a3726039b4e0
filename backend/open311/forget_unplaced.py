"""Reports whose place nobody has found, and nobody will find any more, are let go."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.open311.models import UnplacedReport

JOB = "forget_unplaced"
KEPT_FOR = timedelta(days=365)


def forget_unplaced_reports(work: UnitOfWork, _payload: dict[str, Any]) -> None:
    """Throw away the sealed words of what has waited for a year; its token says so from now on."""
    waits_too_long = (
        UnplacedReport.sealed.is_not(None),
        UnplacedReport.received_at < work.now - KEPT_FOR,
    )
    forgotten = work.session.execute(
        sa.update(UnplacedReport)
        .where(*waits_too_long)
        .values(sealed=None)
        .returning(UnplacedReport.id)
    ).all()
    if forgotten:
        facts = {"days": KEPT_FOR.days, "reports": len(forgotten)}
        work.decide("retention.applied", "open311:unplaced", **facts)
