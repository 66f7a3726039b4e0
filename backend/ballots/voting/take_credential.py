"""A voter's proof is exchanged for the one credential of that right to vote."""

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.voting.box import hold_open
from backend.ballots.voting.codes import read_code
from backend.ballots.voting.commands import AccessCode, TakeCredential
from backend.ballots.voting.models import RollEntry, RollState
from backend.ballots.voting.queries import (
    Entry,
    Vote,
    entry_of_code,
    entry_of_voter,
    prepared_vote,
    require_open,
)
from backend.ballots.voting.vote_codes import entry_of_sent_code
from backend.ballots.voting.voter_hashes import nonce_of_code, roll_hashes
from backend.core.db import table_of
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uow import UnitOfWork

_ROLL = table_of(RollEntry)
# Of any number at once, one finds it eligible.
_USE = (
    sa.update(_ROLL)
    .where(
        _ROLL.c.cycle_id == sa.bindparam("in_cycle"),
        _ROLL.c.voter_key == sa.bindparam("key"),
        _ROLL.c.state == RollState.ELIGIBLE.value,
    )
    .values(state=sa.bindparam("to"), nonce_hash=sa.bindparam("hashed"))
    .returning(_ROLL.c.district)
)


def take_credential(work: UnitOfWork, command: TakeCredential) -> str | None:
    """The credential as text; the same nonce gets the same again, another one is refused.

    None where a one-time code is wrong or too old: that costs a try, so the caller lets the
    transaction end well. Raises `Forbidden` on an unknown access code, and `Conflict` where the
    right to vote is used, void, or not for now.
    """
    hold_open(work.session, command.slug)
    vote = prepared_vote(work.session, work.runtime, command.slug)
    hashes = roll_hashes(work.runtime.settings.hash_key, vote.slug)
    nonce = command.nonce
    if isinstance(command.proof, AccessCode):
        code = read_code(command.proof.code)
        entry = code and entry_of_code(work.session, vote.cycle_id, hashes.code(code))
        if not code or not entry:
            raise Forbidden("vote-code-unknown")
        nonce = nonce or nonce_of_code(code, vote.slug)
    else:
        entry = entry_of_sent_code(work, vote, command.proof)
        if not entry:
            return None
    if nonce is None:
        raise Invalid("nonce-missing", pointer="/nonce")
    require_open(work.session, vote, work.now, is_test=entry.is_test)
    district = use_entry(work.session, vote, entry, RollState.ONLINE, hashes.nonce(nonce))
    credential = vote.keys.credential(nonce, district, is_test=entry.is_test)
    return vote.keys.write(credential)


def use_entry(
    session: Session,
    vote: Vote,
    entry: Entry,
    to: RollState,
    hashed: str | None,
) -> str | None:
    """Use up a right to vote, once, and return the district it is for by now.

    Raises `Conflict` where it is used otherwise or void.
    """
    used = {"in_cycle": vote.cycle_id, "key": entry.voter_key, "to": to.value, "hashed": hashed}
    taken = session.execute(_USE, used).one_or_none()
    if taken is not None:
        return cast("str | None", taken.district)
    now = entry_of_voter(session, vote.cycle_id, entry.voter_key)
    if now is None or now.state == RollState.VOID:
        raise Conflict("vote-code-void")
    if now.state == RollState.PAPER:
        raise Conflict("voted-on-paper")
    if to is not RollState.ONLINE or now.nonce_hash != hashed:
        raise Conflict("credential-issued")
    return cast("str | None", now.district)
