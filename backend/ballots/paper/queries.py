"""Batches and what belongs to one, always ordered, never by when it came."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.paper.models import PaperBatch, PaperDoubt, PaperKeying
from backend.ballots.paper.workflow import DONE, DoubtState
from backend.core.errors import NotFound


def batches_of(session: Session, cycle_id: int) -> list[PaperBatch]:
    """All batches of a cycle."""
    wanted = sa.select(PaperBatch).where(PaperBatch.cycle_id == cycle_id)
    return list(session.scalars(wanted.order_by(PaperBatch.number)))


def open_batches(session: Session, cycle_id: int) -> list[PaperBatch]:
    """Those whose ballots are neither in the box nor left out, held against others' changes."""
    wanted = sa.select(PaperBatch).where(
        PaperBatch.cycle_id == cycle_id, PaperBatch.state.not_in(DONE)
    )
    return list(session.scalars(wanted.order_by(PaperBatch.number).with_for_update()))


def find_batch(session: Session, cycle_id: int, number: int, *, lock: bool = False) -> PaperBatch:
    """One batch, held against others' changes where `lock`; raises `NotFound`."""
    wanted = sa.select(PaperBatch).where(
        PaperBatch.cycle_id == cycle_id, PaperBatch.number == number
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    # PostgreSQL counts no further.
    found = session.scalar(wanted) if number < 2**31 else None
    if found is None:
        raise NotFound("paper-batch-not-found", number=number)
    return found


def other_givers(session: Session, batch: PaperBatch) -> list[PaperBatch]:
    """Further batches at which voters of the same district got sheets, whatever their state."""
    wanted = sa.select(PaperBatch).where(
        PaperBatch.cycle_id == batch.cycle_id,
        PaperBatch.district.is_not_distinct_from(batch.district),
        PaperBatch.number != batch.number,
        PaperBatch.checked_in > 0,
    )
    return list(session.scalars(wanted.order_by(PaperBatch.number)))


def doubts_of(session: Session, batch: PaperBatch) -> list[PaperDoubt]:
    """Voters of a batch who could not be found at once."""
    wanted = sa.select(PaperDoubt).where(
        PaperDoubt.cycle_id == batch.cycle_id, PaperDoubt.batch == batch.number
    )
    return list(session.scalars(wanted.order_by(PaperDoubt.number)))


def waiting(doubts: Sequence[PaperDoubt]) -> list[PaperDoubt]:
    """Those nobody has settled."""
    return [one for one in doubts if one.state == DoubtState.WAITING]


def keyed_sheets(session: Session, batch: PaperBatch, look: int) -> int:
    """How many sheets one person has keyed."""
    wanted = sa.select(sa.func.count()).where(*keyings(batch, look))
    return session.scalar(wanted) or 0


def keyings(batch: PaperBatch, look: int | None = None) -> list[sa.ColumnElement[bool]]:
    """The conditions for what was keyed of a batch, at one look or at all."""
    found = [PaperKeying.cycle_id == batch.cycle_id, PaperKeying.batch == batch.number]
    return found if look is None else [*found, PaperKeying.look == look]
