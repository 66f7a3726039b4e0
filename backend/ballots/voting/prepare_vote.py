"""Before a vote: its trustees' public key is set, and the cycle's own secret is drawn."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import calendar_of, find_cycle
from backend.ballots.voting.commands import PrepareVote
from backend.ballots.voting.envelope import try_public_key
from backend.ballots.voting.models import SealedBallot, VotingSecret
from backend.core.errors import Conflict, Invalid
from backend.core.uow import UnitOfWork


def set_voting_key(work: UnitOfWork, command: PrepareVote) -> None:
    """Set the key; it can be changed until the vote begins, which ends what was tried before.

    Raises `Conflict` once it has begun, and `Invalid` on what nothing can be sealed to.
    """
    cycle = find_cycle(work.session, command.slug, lock=True)
    if calendar_of(work.session, cycle).has_begun(Phase.VOTE, work.now):
        raise Conflict("vote-has-begun", slug=cycle.slug)
    try:
        try_public_key(command.public_key)
    except ValueError as error:
        raise Invalid("voting-key-not-valid") from error
    cycle.voting_key = command.public_key
    work.session.execute(sa.delete(SealedBallot).where(SealedBallot.cycle_id == cycle.id))
    work.decide("vote.key_set", f"cycle:{cycle.slug}", public_key=command.public_key)


def cycle_to_prepare(work: UnitOfWork, slug: str) -> Cycle:
    """The cycle, held against others, with its secret; raises `Conflict` once it is counted.

    Whoever may vote stands on a roll, and there is no roll without this.
    """
    cycle = find_cycle(work.session, slug, lock=True)
    if cycle.counted_at is not None:
        raise Conflict("vote-counted", slug=slug)
    _draw_secret(work.session, cycle, work.runtime.ids.token())
    return cycle


def _draw_secret(session: Session, cycle: Cycle, drawn: str) -> None:
    if session.get(VotingSecret, cycle.id) is None:
        session.add(VotingSecret(cycle_id=cycle.id, secret=drawn))
        session.flush()
