"""People get a sheet: the roll is marked, the batch counts one more, and nothing joins the two.

Who cannot be found is put on a list, as a number and a kind, and stays there until somebody says
what became of it.
"""

from collections.abc import Callable

from backend.ballots.cycle.queries import find_cycle, part_names
from backend.ballots.paper.commands import CheckIn, NoteDoubt, SettleDoubt
from backend.ballots.paper.hold_batch import Held, hold_batch
from backend.ballots.paper.models import PaperDoubt
from backend.ballots.paper.queries import doubts_of
from backend.ballots.paper.workflow import DONE, BatchState, DoubtState
from backend.ballots.voting.codes import read_code
from backend.ballots.voting.models import RollState
from backend.ballots.voting.queries import Entry, entry_of_code, entry_of_number
from backend.ballots.voting.take_credential import use_entry
from backend.ballots.voting.voter_hashes import roll_hashes
from backend.core.errors import Conflict, DomainError, NotFound
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork

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


def find_right(work: UnitOfWork, held: Held, voter: str) -> Entry:
    """By code, which some rolls have instead of numbers, or by register number; or `NotFound`."""
    hashes = roll_hashes(work.runtime.settings.hash_key, held.vote.slug)
    code = read_code(voter)
    session, cycle_id = work.session, held.vote.cycle_id
    entry = entry_of_code(session, cycle_id, hashes.code(code)) if code else None
    if entry is None and any(map(str.isalnum, voter)):
        entry = entry_of_number(session, cycle_id, hashes.typed_voter(voter))
    if entry is None:
        raise NotFound("paper-voter-unknown")
    return entry


def _mark_paper(work: UnitOfWork, held: Held, voter: str) -> int:
    entry = find_right(work, held, voter)
    if entry.is_test:
        raise Conflict("vote-code-is-test")
    try:
        district = use_entry(work.session, held.vote, entry, RollState.PAPER, None)
    except Conflict as error:
        raise _AT_DESK[error.slug]() from error
    # As the roll says now: one that came in meanwhile may have moved the voter.
    if district != held.batch.district:
        names = part_names(work.session, find_cycle(work.session, held.vote.slug))
        theirs, ours = (names[code] if code else "-" for code in (district, held.batch.district))
        raise Conflict("paper-voter-elsewhere", district=theirs, batch_district=ours)
    held.batch.checked_in += 1
    return held.batch.checked_in
