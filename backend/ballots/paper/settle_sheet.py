"""A third person looks at a sheet that two read differently."""

from backend.ballots.paper.commands import Holds, SettleSheet
from backend.ballots.paper.differences import THIRD, differences
from backend.ballots.paper.hold_batch import hold_batch, move
from backend.ballots.paper.rules import sheet_number
from backend.ballots.paper.sheets import Sheet, free_sheet, hash_of, keep_sheet
from backend.ballots.paper.workflow import BatchState
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.core.uow import UnitOfWork


def settle_sheet(work: UnitOfWork, command: SettleSheet) -> int:
    """Say what holds of it, and why they differed; returns how many sheets are still to settle.

    With the last one the batch is settled. Raises `Forbidden` for who keyed it.
    """
    held = hold_batch(work, command.slug, command.batch, BatchState.DIFFERING)
    session, batch, keyring = work.session, held.batch, work.runtime.keyring
    if work.actor.key in (batch.first_keyer, batch.second_keyer):
        raise Forbidden("paper-same-person")
    batch.settler = batch.settler or work.actor.key
    if batch.settler != work.actor.key:
        raise Conflict("paper-somebody-keys", number=batch.number)
    number = sheet_number(command.sheet)
    hashed = hash_of(work.runtime.settings.hash_key, held.vote.slug, number)
    open_ = {
        one.sheet_hash: one for one in differences(session, keyring, batch) if one.third is None
    }
    one = open_.get(hashed)
    if one is None:
        raise NotFound("paper-sheet-not-differing")
    chosen = {Holds.FIRST: one.first, Holds.SECOND: one.second}.get(
        command.holds, Sheet(number, None if command.holds is Holds.NO_SHEET else command.marks)
    )
    if chosen is None or chosen.marks is None:
        chosen = Sheet(number, None)
        free_sheet(session, batch, hashed)
    keep_sheet(session, keyring, batch, THIRD, hashed, chosen)
    cause = command.cause.value
    batch.causes = {**batch.causes, cause: batch.causes.get(cause, 0) + 1}
    left = len(open_) - 1
    if not left:
        move(batch, BatchState.SETTLED)
        work.decide(
            "paper.differences_settled", held.subject, batch=batch.number, causes=batch.causes
        )
    return left
