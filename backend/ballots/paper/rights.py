"""How many sheets of a batch can count, and from where on the lot is drawn: the whole rule.

No more than voters got one at the batch, and no more than voters of its district have used their
right on paper, less what sealed batches of the district counted. Blank and invalid sheets take
room like valid ones: otherwise each would make room for a ballot of nobody.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.paper.models import PaperBatch
from backend.ballots.paper.workflow import BatchState
from backend.ballots.voting.models import RollEntry, RollState


def room_in_batch(session: Session, batch: PaperBatch) -> int:
    """How many of its sheets can count; what is beyond is left out by lot."""
    return max(0, min(batch.checked_in, room_in_district(session, batch)))


def room_in_district(session: Session, batch: PaperBatch) -> int:
    """Rights of the batch's district used on paper that no counted sheet stands against.

    Below zero where there are fewer rights than counted sheets.
    """
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
    return (session.scalar(rights) or 0) - (session.scalar(sealed) or 0)
