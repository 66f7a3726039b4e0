"""Before a vote: its trustees' public key is set, and the cycle's own secret is drawn."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import calendar_of, find_cycle
from backend.ballots.voting.box import hold_alone
from backend.ballots.voting.commands import PrepareVote
from backend.ballots.voting.envelope import key_fingerprint, read_public_key, try_public_key
from backend.ballots.voting.models import SealedBallot, VotingSecret
from backend.core.errors import Conflict, Invalid
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork


def set_voting_key(work: UnitOfWork, command: PrepareVote) -> str:
    """Set the key, at any time before the vote, and return it as it is written everywhere.

    The same once more changes nothing. Another one in its place has to be asked for, with a reason
    that is logged, and ends what was rehearsed: ballots that were tried go, for they would not
    open. Raises `Conflict` once the vote has begun or where a key is set already, and `Invalid` on
    what nothing can be sealed to.
    """
    # What is being tried just now comes in before, and goes; what comes after has the new key.
    hold_alone(work.session, command.slug)
    cycle = find_cycle(work.session, command.slug, lock=True)
    if calendar_of(work.session, cycle).has_begun(Phase.VOTE, work.now):
        raise Conflict("vote-has-begun", slug=cycle.slug)
    try:
        try_public_key(command.public_key)
    except ValueError as error:
        raise Invalid("voting-key-not-valid") from error
    public_key = read_public_key(command.public_key).public_bytes_raw().hex()
    before = cycle.voting_key
    if public_key == before:
        return public_key
    subject, facts = f"cycle:{cycle.slug}", {"public_key": public_key}
    if before is None:
        work.decide("vote.key_set", subject, **facts)
    elif not command.replaces:
        raise Conflict("voting-key-set", slug=cycle.slug, fingerprint=key_fingerprint(before))
    else:
        reason = checked_reason(command.reason, is_needed=True)
        work.session.execute(sa.delete(SealedBallot).where(SealedBallot.cycle_id == cycle.id))
        work.decide("vote.key_replaced", subject, **facts, before=before, reason=reason)
    cycle.voting_key = public_key
    return public_key


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
