"""A batch held for one step, written the same way by every use case."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import find_cycle
from backend.ballots.cycle.require_phase import require_phase
from backend.ballots.paper.models import PaperBatch
from backend.ballots.paper.queries import find_batch
from backend.ballots.paper.workflow import KEYERS, BatchState, can_move
from backend.ballots.voting.ballot_form import BallotPart, parts_of_voter
from backend.ballots.voting.box import hold_open
from backend.ballots.voting.queries import Vote, prepared_vote
from backend.core.db import lock_id
from backend.core.errors import Conflict, Forbidden
from backend.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Held:
    """A batch and its vote, for this transaction alone."""

    vote: Vote
    batch: PaperBatch

    @property
    def subject(self) -> str:
        """What the decision log calls it."""
        return f"cycle:{self.vote.slug}"

    @property
    def parts(self) -> list[BallotPart]:
        """What stands on its sheets."""
        return parts_of_voter(self.vote.paper.form, self.vote.paper.parts, self.batch.district)


def hold_vote(work: UnitOfWork, slug: str) -> Vote:
    """The vote, not to be counted before this transaction ends; raises by role, and once it is."""
    if work.actor.role not in KEYERS:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    hold_open(work.session, slug)
    return prepared_vote(work.session, work.runtime, slug)


def hold_batch(work: UnitOfWork, slug: str, number: int, *states: BatchState) -> Held:
    """Hold a batch in one of `states`; from the first day of the vote until the count.

    Raises `NotFound`, and `Conflict` at any other time or where the batch stands elsewhere.
    """
    vote = hold_vote(work, slug)
    if work.now < vote.starts_at:
        require_phase(work.session, find_cycle(work.session, slug), Phase.VOTE, work.now)
    batch = find_batch(work.session, vote.cycle_id, number, lock=True)
    if batch.state not in states:
        raise Conflict("paper-step-not-possible", number=number, state=batch.state)
    return Held(vote, batch)


def move(batch: PaperBatch, after: BatchState) -> None:
    """Go on, as the table allows."""
    if not can_move(BatchState(batch.state), after):
        raise Conflict("paper-step-not-possible", number=batch.number, state=batch.state)
    batch.state = after.value


def hold_papers(session: Session, slug: str) -> None:
    """Let no other batch of the vote begin or be sealed before this transaction ends."""
    lock_id(session, UUID(bytes=hashlib.sha256(f"papers of {slug}".encode()).digest()[:16]))
