"""Two people key every sheet of a batch, neither seeing what the other read."""

from backend.ballots.paper.commands import DropSheet, FinishKeying, KeyAgain, KeySheet
from backend.ballots.paper.differences import differences
from backend.ballots.paper.hold_batch import Held, hold_batch, move
from backend.ballots.paper.models import PaperBatch, PaperKeying
from backend.ballots.paper.queries import keyed_sheets
from backend.ballots.paper.rules import sheet_number
from backend.ballots.paper.sheets import (
    Sheet,
    claim_sheet,
    forget_sheets,
    free_sheet,
    hash_of,
    keep_sheet,
    kept_sheet,
)
from backend.ballots.paper.workflow import LOOKS, BatchState
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork

_KEYED = (BatchState.COUNTED, BatchState.KEYED_ONCE)


def key_sheet(work: UnitOfWork, command: KeySheet) -> int:
    """Keep what one person reads on one sheet; returns how many of the batch they have keyed.

    The same again is the same. Raises `Forbidden` for who keyed it first, and `Conflict` where
    somebody else is at it, and on a number that is used.
    """
    held = hold_batch(work, command.slug, command.batch, *_KEYED)
    session, batch, keyring = work.session, held.batch, work.runtime.keyring
    look = _take_seat(work, held)
    sheet = Sheet(sheet_number(command.sheet), command.marks)
    hashed = hash_of(work.runtime.settings.hash_key, held.vote.slug, sheet.number)
    before = kept_sheet(session, keyring, batch, look, hashed)
    if before is not None and before != sheet and not command.replaces:
        raise Conflict("paper-sheet-keyed", pointer="/sheet")
    if before != sheet:
        claim_sheet(session, batch, hashed)
        keep_sheet(session, keyring, batch, look, hashed, sheet)
    return keyed_sheets(session, batch, look)


def drop_sheet(work: UnitOfWork, command: DropSheet) -> int:
    """Take a sheet out again whose number was mistyped; returns how many are left."""
    held = hold_batch(work, command.slug, command.batch, *_KEYED)
    look = _take_seat(work, held)
    number = sheet_number(command.sheet)
    hashed = hash_of(work.runtime.settings.hash_key, held.vote.slug, number)
    batch = held.batch
    found = work.session.get(PaperKeying, (batch.cycle_id, batch.number, look, hashed))
    if found is None:
        raise NotFound("paper-sheet-not-keyed")
    work.session.delete(found)
    work.session.flush()
    if look == LOOKS[BatchState.COUNTED] or not _is_first(work, batch, hashed):
        free_sheet(work.session, batch, hashed)
    return keyed_sheets(work.session, batch, look)


def finish_keying(work: UnitOfWork, command: FinishKeying) -> BatchState:
    """Nothing is left to key; after the second look the two are compared.

    Raises `Conflict` where the sheets are not as many as were counted, unless these are all.
    """
    held = hold_batch(work, command.slug, command.batch, *_KEYED)
    batch = held.batch
    look = _take_seat(work, held)
    keyed = keyed_sheets(work.session, batch, look)
    if keyed != batch.sheets and not command.is_all:
        raise Conflict("paper-sheets-missing", keyed=keyed, counted=batch.sheets)
    if batch.state == BatchState.COUNTED:
        after = BatchState.KEYED_ONCE
    else:
        differ = differences(work.session, work.runtime.keyring, batch)
        after = BatchState.DIFFERING if differ else BatchState.SETTLED
    move(batch, after)
    work.decide("paper.keyed", held.subject, batch=batch.number, look=look, sheets=keyed)
    return after


def key_again(work: UnitOfWork, command: KeyAgain) -> None:
    """Throw away what was keyed and let others begin, for a public reason."""
    held = hold_batch(
        work, command.slug, command.batch, *_KEYED, BatchState.DIFFERING, BatchState.SETTLED
    )
    batch = held.batch
    reason = checked_reason(command.reason, is_needed=True)
    forget_sheets(work.session, batch, are_used=False)
    batch.first_keyer = batch.second_keyer = batch.settler = None
    batch.causes = {}
    move(batch, BatchState.COUNTED)
    work.decide("paper.keyed_again", held.subject, batch=batch.number, reason=reason)


def _take_seat(work: UnitOfWork, held: Held) -> int:
    """The look that goes on, as the one person who takes it; the batch is held meanwhile."""
    batch, me = held.batch, work.actor.key
    look = LOOKS[BatchState(batch.state)]
    if batch.state == BatchState.COUNTED:
        batch.first_keyer = batch.first_keyer or me
        keyer = batch.first_keyer
    else:
        if batch.first_keyer == me:
            raise Forbidden("paper-same-person")
        batch.second_keyer = batch.second_keyer or me
        keyer = batch.second_keyer
    if keyer != me:
        raise Conflict("paper-somebody-keys", number=batch.number)
    return look


def _is_first(work: UnitOfWork, batch: PaperBatch, hashed: str) -> bool:
    first = LOOKS[BatchState.COUNTED]
    place = (batch.cycle_id, batch.number, first, hashed)
    return work.session.get(PaperKeying, place) is not None
