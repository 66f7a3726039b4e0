"""A voter's proof is exchanged for the one credential of that right to vote."""

from typing import TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.voting.box import hold_open
from backend.ballots.voting.codes import read_code
from backend.ballots.voting.commands import AccessCode, TakeCredential
from backend.ballots.voting.models import RollEntry, RollState
from backend.ballots.voting.queries import Vote, open_vote, prepared_vote
from backend.ballots.voting.vote_codes import voter_of_code
from backend.ballots.voting.voter_hashes import nonce_of_code, roll_hashes
from backend.core.db import table_of
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uow import UnitOfWork

# Key, state, district, whether it is a test, and the hash of the nonce it was used with.
Entry: TypeAlias = sa.Row[str, str, str, bool, str]

_ROLL = table_of(RollEntry)
_ENTRY = sa.select(
    _ROLL.c.voter_key, _ROLL.c.state, _ROLL.c.district, _ROLL.c.is_test, _ROLL.c.nonce_hash
).where(_ROLL.c.cycle_id == sa.bindparam("cycle_id"))
_BY_KEY = _ENTRY.where(_ROLL.c.voter_key == sa.bindparam("voter_key"))
_BY_CODE = _ENTRY.where(_ROLL.c.code_hash == sa.bindparam("code_hash"))
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
        entry = code and _find(work.session, vote, _BY_CODE, code_hash=hashes.code(code))
        if not code or not entry:
            raise Forbidden("vote-code-unknown")
        nonce = nonce or nonce_of_code(code, vote.slug)
    else:
        voter_key = voter_of_code(work, vote, command.proof)
        entry = voter_key and _find(work.session, vote, _BY_KEY, voter_key=voter_key)
        if not entry:
            return None
    if nonce is None:
        raise Invalid("nonce-missing", pointer="/nonce")
    open_vote(work.session, work.runtime, vote.slug, work.now, is_test=entry.is_test)
    district = use_entry(work.session, vote, entry, RollState.ONLINE, hashes.nonce(nonce))
    credential = vote.keys.credential(nonce, district, is_test=entry.is_test)
    return vote.keys.write(credential)


def use_entry(
    session: Session,
    vote: Vote,
    entry: sa.Row[str, str, str, bool, str],
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
    now = _find(session, vote, _BY_KEY, voter_key=entry.voter_key)
    if now is None or now.state == RollState.VOID:
        raise Conflict("vote-code-void")
    if now.state == RollState.PAPER:
        raise Conflict("voted-on-paper")
    if to is not RollState.ONLINE or now.nonce_hash != hashed:
        raise Conflict("credential-issued")
    return cast("str | None", now.district)


def _find(
    session: Session, vote: Vote, wanted: sa.Select[str, str, str, bool, str], **where: str
) -> Entry | None:
    return session.execute(wanted, {"cycle_id": vote.cycle_id, **where}).one_or_none()
