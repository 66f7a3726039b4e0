"""A batch begins; and later its box is opened and the sheets in it are counted."""

import sqlalchemy as sa

from backend.ballots.cycle.models import CITYWIDE
from backend.ballots.cycle.queries import find_cycle, parts_of
from backend.ballots.paper.commands import CountBox, OpenBatch
from backend.ballots.paper.hold_batch import hold_batch, hold_papers, hold_vote, move
from backend.ballots.paper.models import PaperBatch
from backend.ballots.paper.workflow import BatchState
from backend.core.errors import Conflict, Invalid
from backend.core.public_words import checked_line
from backend.core.uow import UnitOfWork

MOST_SHEETS = 5000
_LONGEST_PLACE = 120


def open_batch(work: UnitOfWork, command: OpenBatch) -> PaperBatch:
    """A new batch of a district that has voters; raises `Invalid` on another."""
    vote = hold_vote(work, command.slug)
    hold_papers(work.session, vote.slug)
    place = checked_line(command.place, "/place", _LONGEST_PLACE)
    cycle = find_cycle(work.session, vote.slug)
    codes = [part.code for part in parts_of(work.session, cycle) if part.code != CITYWIDE]
    if command.district is not None and command.district not in codes:
        raise Invalid("code-district-unknown", district=command.district, districts=codes)
    of_cycle = PaperBatch.cycle_id == vote.cycle_id
    last = work.session.scalar(sa.select(sa.func.max(PaperBatch.number)).where(of_cycle)) or 0
    batch = PaperBatch(
        cycle_id=vote.cycle_id,
        number=last + 1,
        place=place,
        district=command.district,
        state=BatchState.OPEN.value,
        checked_in=0,
        faults={},
        causes={},
    )
    work.session.add(batch)
    work.decide("paper.opened", f"cycle:{vote.slug}", batch=batch.number, place=place)
    return batch


def count_box(work: UnitOfWork, command: CountBox) -> None:
    """Say how many sheets are in the box, which ends checking in; until somebody keys.

    Raises `Invalid` on what is no such number.
    """
    held = hold_batch(work, command.slug, command.batch, BatchState.OPEN, BatchState.COUNTED)
    batch = held.batch
    if batch.first_keyer is not None:
        raise Conflict("paper-step-not-possible", number=batch.number, state=batch.state)
    if not 0 <= command.sheets <= MOST_SHEETS:
        raise Invalid("paper-sheets-not-valid", pointer="/sheets", most=MOST_SHEETS)
    batch.sheets = command.sheets
    move(batch, BatchState.COUNTED)
    work.decide(
        "paper.box_counted",
        held.subject,
        batch=batch.number,
        sheets=command.sheets,
        checked_in=batch.checked_in,
    )
