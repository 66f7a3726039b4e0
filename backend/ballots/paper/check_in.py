"""People get a sheet: the roll is marked, the batch counts one more, and nothing joins the two.

Who cannot be found is put on a list, as a number and a kind, and stays there until somebody says
what became of it.
"""

from collections.abc import Callable

import sqlalchemy as sa

from backend.ballots.paper.commands import CheckIn, NoteDoubt, SettleDoubt
from backend.ballots.paper.hold_batch import Held, hold_batch, hold_papers
from backend.ballots.paper.models import PaperDoubt
from backend.ballots.paper.queries import doubts_of
from backend.ballots.paper.rights import refuse_more_than_voters
from backend.ballots.paper.workflow import DONE, BatchState, DoubtState
from backend.ballots.voting.codes import read_code
from backend.ballots.voting.models import RollEntry, RollState
from backend.ballots.voting.queries import Entry, entry_of_code, entry_of_voter
from backend.ballots.voting.take_credential import use_entry
from backend.ballots.voting.voter_hashes import roll_hashes
from backend.core.db import table_of
from backend.core.errors import Conflict, DomainError, NotFound
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork

_ROLL = table_of(RollEntry)
_GIVE_BACK = (
    sa.update(_ROLL)
    .where(
        _ROLL.c.cycle_id == sa.bindparam("of"),
        _ROLL.c.voter_key == sa.bindparam("key"),
        _ROLL.c.state == RollState.PAPER.value,
    )
    .values(state=RollState.ELIGIBLE.value)
    .returning(_ROLL.c.voter_key)
)
# What a voter is told, and what the desk is.
_AT_DESK: dict[str, Callable[[], DomainError]] = {
    "vote-code-void": lambda: Conflict("paper-voter-void"),
    "voted-on-paper": lambda: Conflict("paper-voter-twice"),
    "credential-issued": lambda: Conflict("paper-voter-online"),
}
_UNFINISHED = tuple(state for state in BatchState if state not in DONE)


def check_in(work: UnitOfWork, command: CheckIn) -> int:
    """Give somebody a sheet; returns how many have one now.

    No entry of the log: who votes when is nobody's business. Raises `NotFound` for who is not on
    the roll, and `Conflict` with words for the desk for who has no right to vote on this sheet.
    """
    held = hold_batch(work, command.slug, command.batch, BatchState.OPEN)
    return _mark_paper(work, held, command.voter)


def undo_check_in(work: UnitOfWork, command: CheckIn) -> int:
    """Take back an unused sheet while the box is shut; the voter may vote otherwise again."""
    held = hold_batch(work, command.slug, command.batch, BatchState.OPEN)
    hold_papers(work.session, held.vote.slug)
    entry = _find(work, held, command.voter)
    given = {"of": held.vote.cycle_id, "key": entry.voter_key}
    is_given = entry.district == held.batch.district and held.batch.checked_in
    if not is_given or work.session.execute(_GIVE_BACK, given).first() is None:
        raise Conflict("paper-voter-without-sheet")
    refuse_more_than_voters(work.session, held.batch, 0)
    held.batch.checked_in -= 1
    return held.batch.checked_in


def note_doubt(work: UnitOfWork, command: NoteDoubt) -> int:
    """Put a voter who could not be found on the list; returns the place on it."""
    held = hold_batch(work, command.slug, command.batch, *_UNFINISHED)
    number = len(doubts_of(work.session, held.batch)) + 1
    work.session.add(
        PaperDoubt(
            cycle_id=held.vote.cycle_id,
            batch=held.batch.number,
            number=number,
            kind=command.kind.value,
            state=DoubtState.WAITING.value,
        )
    )
    return number


def settle_doubt(work: UnitOfWork, command: SettleDoubt) -> DoubtState:
    """Say who it was, which is a sheet given, or why it is refused."""
    held = hold_batch(work, command.slug, command.batch, *_UNFINISHED)
    doubts = {one.number: one for one in doubts_of(work.session, held.batch)}
    doubt = doubts.get(command.number)
    if doubt is None:
        raise NotFound("paper-doubt-not-found", number=command.number)
    if doubt.state != DoubtState.WAITING:
        raise Conflict("paper-doubt-settled", number=command.number)
    if command.voter.strip():
        _mark_paper(work, held, command.voter)
        doubt.state = DoubtState.RESOLVED.value
    else:
        doubt.reason = checked_reason(command.reason, is_needed=True)
        doubt.state = DoubtState.REFUSED.value
    return DoubtState(doubt.state)


def _mark_paper(work: UnitOfWork, held: Held, voter: str) -> int:
    entry = _find(work, held, voter)
    if entry.is_test:
        raise Conflict("vote-code-is-test")
    try:
        district = use_entry(work.session, held.vote, entry, RollState.PAPER, None)
    except Conflict as error:
        raise _AT_DESK[error.slug]() from error
    # As the roll says now: one that came in meanwhile may have moved the voter.
    if district != held.batch.district:
        raise Conflict(
            "paper-voter-elsewhere",
            district=district or "-",
            batch_district=held.batch.district or "-",
        )
    held.batch.checked_in += 1
    return held.batch.checked_in


def _find(work: UnitOfWork, held: Held, voter: str) -> Entry:
    """By code, which some rolls have instead of numbers, or by register number."""
    hashes = roll_hashes(work.runtime.settings.hash_key, held.vote.slug)
    code = read_code(voter)
    session, cycle_id = work.session, held.vote.cycle_id
    entry = entry_of_code(session, cycle_id, hashes.code(code)) if code else None
    if entry is None and any(map(str.isalnum, voter)):
        entry = entry_of_voter(session, cycle_id, hashes.voter(voter))
    if entry is None:
        raise NotFound("paper-voter-unknown")
    return entry
