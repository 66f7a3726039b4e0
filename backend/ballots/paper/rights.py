"""Sheets that count are never more than the people who got one, district by district.

Blank and invalid ones are counted too: otherwise each would make room for a ballot of nobody.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.paper.models import PaperBatch
from backend.ballots.paper.workflow import BatchState
from backend.ballots.voting.models import RollEntry, RollState
from backend.core.errors import Conflict


def refuse_more_than_voters(session: Session, batch: PaperBatch, sheets: int) -> None:
    """Raise `Conflict` where `sheets` more in the batch's district would be too many to count."""
    counted = PaperBatch.valid + PaperBatch.invalid + PaperBatch.blank
    sealed = sa.select(sa.func.sum(counted)).where(
        PaperBatch.cycle_id == batch.cycle_id,
        PaperBatch.district.is_not_distinct_from(batch.district),
        PaperBatch.state == BatchState.SEALED,
    )
    rights = sa.select(sa.func.count()).where(
        RollEntry.cycle_id == batch.cycle_id,
        RollEntry.district.is_not_distinct_from(batch.district),
        RollEntry.state == RollState.PAPER,
        sa.not_(RollEntry.is_test),
    )
    total = (session.scalar(sealed) or 0) + sheets
    voters = session.scalar(rights) or 0
    if total > voters:
        raise Conflict("paper-more-ballots-than-voters", sheets=total, voters=voters)
