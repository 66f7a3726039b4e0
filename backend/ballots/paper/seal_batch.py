"""A settled batch goes into the box: counted in public, sealed like any ballot, and forgotten."""

from collections import Counter
from collections.abc import Mapping

from backend.ballots.paper.clear_traces import JOB as CLEAR_TRACES
from backend.ballots.paper.commands import SealBatch
from backend.ballots.paper.differences import settled_sheets
from backend.ballots.paper.hold_batch import Held, hold_batch, hold_papers, move
from backend.ballots.paper.models import PaperBatch
from backend.ballots.paper.queries import doubts_of, waiting
from backend.ballots.paper.rights import room_in_batch
from backend.ballots.paper.rules import Outcome, judge, keep_by_lot
from backend.ballots.paper.sheets import forget_sheets
from backend.ballots.paper.workflow import BatchState, DoubtState
from backend.ballots.voting.ballot_content import content_of
from backend.ballots.voting.ballot_form import Choices, in_form_order
from backend.ballots.voting.box import Envelope, fill_box
from backend.ballots.voting.cast_ballot import sealed_envelope
from backend.ballots.voting.commands import BallotChannel
from backend.ballots.voting.credential import Credential
from backend.core.errors import Conflict
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork


def seal_batch(work: UnitOfWork, command: SealBatch) -> PaperBatch:
    """Put the valid ballots of a batch into the box, and its numbers into the log.

    Box, sheets and voters add up, or a public reason says why not; of more sheets than there is
    room for, the lot leaves out what is over. Raises `Conflict` otherwise, and while voters are in
    doubt.
    """
    held = hold_batch(work, command.slug, command.batch, BatchState.SETTLED)
    session, batch, paper = work.session, held.batch, held.vote.paper
    hold_papers(session, held.vote.slug)
    doubts = doubts_of(session, batch)
    if open_doubts := waiting(doubts):
        raise Conflict("paper-doubts-open", count=len(open_doubts))
    judged = [
        judge(paper.form, paper.parts, sheet.marks or {}, batch.district)
        for sheet in settled_sheets(session, work.runtime.keyring, batch)
    ]
    batch.keyed = len(judged)
    batch.reason = checked_reason(command.reason, is_needed=False)
    room = room_in_batch(session, batch)
    _explain_gap(batch, command, room)
    judged = keep_by_lot(judged, room, [work.runtime.ids.token() for _ in judged])
    outcomes = Counter(one.outcome for one in judged)
    batch.valid, batch.invalid, batch.blank = (outcomes[outcome] for outcome in Outcome)
    batch.faults = dict(sorted(Counter(slug for one in judged for slug in one.faults).items()))
    fill_box(
        session,
        held.vote,
        [_envelope(work, held, one.counted) for one in judged if one.outcome is Outcome.VALID],
    )
    forget_sheets(session, batch, are_used=True)
    move(batch, BatchState.SEALED)
    refused = sum(one.state == DoubtState.REFUSED for one in doubts)
    _tell(work, held, refused)
    work.enqueue(CLEAR_TRACES)
    return batch


def _envelope(work: UnitOfWork, held: Held, parts: Mapping[str, Choices]) -> Envelope:
    """Sealed like a ballot from a phone, under a right that nobody holds and nobody replaces."""
    ids, keys, district = work.runtime.ids, held.vote.keys, held.batch.district
    right = Credential(ids.token(), district, is_test=False)
    attempt = ids.ballot_id()
    receipt = keys.receipt(right, 1, attempt)
    paper = held.vote.paper
    ordered = in_form_order(paper.form, paper.parts, parts)
    content = content_of(district, BallotChannel.PAPER, ordered)
    return sealed_envelope(held.vote, right, 1, attempt, receipt, content)


def _explain_gap(batch: PaperBatch, command: SealBatch, room: int) -> None:
    """Raise `Conflict` where numbers do not add up and nobody says why, or how sheets came there.

    A cause lets nothing more be counted: whoever was forgotten at the desk is checked in instead.
    """
    keyed = batch.keyed or 0
    adds_up = keyed == batch.sheets and keyed <= room
    if not adds_up and batch.reason is None:
        raise Conflict(
            "paper-does-not-add-up",
            pointer="/reason",
            sheets=batch.sheets,
            keyed=keyed,
            checked_in=batch.checked_in,
            room=room,
        )
    over = max(keyed, batch.sheets or 0) - room
    if over > 0:
        if command.surplus is None:
            raise Conflict("paper-surplus-unexplained", pointer="/surplus", over=over)
        batch.causes = {**batch.causes, command.surplus.value: over}


def _tell(work: UnitOfWork, held: Held, refused: int) -> None:
    batch = held.batch
    work.decide(
        "paper.sealed",
        held.subject,
        batch=batch.number,
        place=batch.place,
        district=batch.district,
        checked_in=batch.checked_in,
        refused=refused,
        sheets=batch.sheets,
        keyed=batch.keyed,
        valid=batch.valid,
        invalid=batch.invalid,
        blank=batch.blank,
        drawn=batch.drawn,
        faults=batch.faults,
        causes=batch.causes,
        reason=batch.reason,
    )
