"""The count begins: it waits for paper, unless it is told in public to go without."""

from backend.ballots.paper.hold_batch import move
from backend.ballots.paper.models import PaperBatch
from backend.ballots.paper.queries import open_batches
from backend.ballots.paper.sheets import forget_sheets
from backend.ballots.paper.workflow import BatchState
from backend.ballots.voting.events import CountBegun
from backend.core.errors import Conflict
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork


def on_count_begun(work: UnitOfWork, event: CountBegun) -> None:
    """Leave out what is not in the box; raises `Conflict` where nobody says why."""
    batches = open_batches(work.session, event.cycle_id)
    reason = checked_reason(event.without_paper, is_needed=False)
    if batches and reason is None:
        raise Conflict("paper-batches-open", numbers=[one.number for one in batches])
    for batch in batches:
        _leave_out(work, batch, event.slug, reason)


def _leave_out(work: UnitOfWork, batch: PaperBatch, slug: str, reason: str | None) -> None:
    forget_sheets(work.session, batch, are_used=True)
    move(batch, BatchState.LEFT_OUT)
    batch.reason = reason
    work.decide(
        "paper.left_out",
        f"cycle:{slug}",
        batch=batch.number,
        place=batch.place,
        district=batch.district,
        checked_in=batch.checked_in,
        sheets=batch.sheets,
        reason=reason,
    )
