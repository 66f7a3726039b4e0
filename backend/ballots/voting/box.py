"""The box: one envelope a right to vote, replaced in place; shut by whoever counts.

Whoever casts holds the box open together with others, and whoever counts holds it alone: no ballot
that was acknowledged can come in behind the count.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.voting.models import SealedBallot
from backend.ballots.voting.queries import Vote, in_box
from backend.core.db import lock_id, table_of
from backend.core.errors import Conflict

_BOX = table_of(SealedBallot)
_PUT = sa.insert(_BOX)
_REPLACE = (
    sa.update(_BOX)
    .where(_BOX.c.cycle_id == sa.bindparam("in_cycle"), _BOX.c.box_key == sa.bindparam("at"))
    .values(
        sequence=sa.bindparam("next"),
        attempt_hash=sa.bindparam("attempt"),
        sealed=sa.bindparam("envelope"),
    )
)
_HOLD = sa.select(sa.func.pg_advisory_xact_lock_shared(sa.bindparam("key", type_=sa.BigInteger)))


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed ballot and where it goes."""

    box_key: str
    sequence: int
    attempt_hash: str
    is_test: bool
    sealed: bytes


def hold_open(session: Session, slug: str) -> None:
    """Let nobody count this vote before this transaction ends."""
    if session.get_bind().dialect.name != "sqlite":
        id_ = _lock_of(slug)
        session.execute(_HOLD, {"key": int.from_bytes(id_.bytes[8:], signed=True)})


def hold_alone(session: Session, slug: str) -> None:
    """Wait until all who cast are done, and let nobody cast before this transaction ends."""
    lock_id(session, _lock_of(slug))


def put_in_box(session: Session, vote: Vote, envelope: Envelope) -> None:
    """Put the envelope in, or in the place of the one before it; the same twice is once.

    Raises `Conflict` unless its sequence follows that of the ballot there: a request that was long
    on its way never undoes a later one, and nobody can bar the voter's next by a high number.
    """
    lock_id(session, UUID(envelope.box_key[:32]))
    there = in_box(session, vote, envelope.box_key)
    last = 0 if there is None else there.sequence
    if there and (last, there.attempt_hash) == (envelope.sequence, envelope.attempt_hash):
        return
    if envelope.sequence != last + 1:
        raise Conflict("ballot-superseded", last=last, sent=envelope.sequence)
    if there is None:
        session.execute(
            _PUT,
            {
                "cycle_id": vote.cycle_id,
                "box_key": envelope.box_key,
                "sequence": envelope.sequence,
                "attempt_hash": envelope.attempt_hash,
                "is_test": envelope.is_test,
                "sealed": envelope.sealed,
            },
        )
        return
    session.execute(
        _REPLACE,
        {
            "in_cycle": vote.cycle_id,
            "at": envelope.box_key,
            "next": envelope.sequence,
            "attempt": envelope.attempt_hash,
            "envelope": envelope.sealed,
        },
    )


def fill_box(session: Session, vote: Vote, envelopes: Sequence[Envelope]) -> None:
    """Put in many at once that nobody replaces, in the order of their places, which is none."""
    rows = [
        {"cycle_id": vote.cycle_id} | asdict(envelope)
        for envelope in sorted(envelopes, key=lambda envelope: envelope.box_key)
    ]
    if rows:
        session.execute(_PUT, rows)


def _lock_of(slug: str) -> UUID:
    return UUID(bytes=hashlib.sha256(f"box of {slug}".encode()).digest()[:16])
