"""Every envelope of a vote opened with the trustees' key, and none taken on trust."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.orm import Session

from backend.ballots.voting.ballot_content import choices_in
from backend.ballots.voting.ballot_form import Choices, check
from backend.ballots.voting.cast_ballot import place_of
from backend.ballots.voting.commands import BallotChannel
from backend.ballots.voting.envelope import KEY_BYTES, CannotOpen, open_envelope
from backend.ballots.voting.models import SealedBallot
from backend.ballots.voting.queries import Vote
from backend.core.db import table_of
from backend.core.errors import Invalid

_BOX = table_of(SealedBallot)


@dataclass(frozen=True, slots=True)
class OpenedBallot:
    """What was voted, by nobody."""

    receipt: str
    district: str | None
    channel: BallotChannel
    parts: Mapping[str, Choices]


@dataclass(frozen=True, slots=True)
class OpenedBox:
    """The ballots in the order of their receipts, which is nobody's; and what did not open."""

    ballots: tuple[OpenedBallot, ...]
    unreadable: int


def open_box(session: Session, vote: Vote, private_key: bytes, *, is_test: bool) -> OpenedBox:
    """Open the ballots, or those of test codes; raises `Invalid` on another vote's key.

    An envelope that is not ours, lies elsewhere than it was put or says what the form does not
    allow is unreadable.
    """
    if len(private_key) != KEY_BYTES:
        raise Invalid("voting-key-wrong")
    private = X25519PrivateKey.from_private_bytes(private_key)
    if private.public_key() != vote.public_key:
        raise Invalid("voting-key-wrong")
    rows = session.execute(
        sa.select(_BOX.c.box_key, _BOX.c.sequence, _BOX.c.sealed)
        .where(_BOX.c.cycle_id == vote.cycle_id, _BOX.c.is_test == is_test)
        .order_by(_BOX.c.box_key)
        .execution_options(yield_per=1000)
    )
    opened, unreadable = [], 0
    for row in rows:
        try:
            opened.append(_open(vote, private, row.box_key, row.sequence, row.sealed))
        except (CannotOpen, KeyError, TypeError, ValueError):
            unreadable += 1
    return OpenedBox(tuple(sorted(opened, key=lambda ballot: ballot.receipt)), unreadable)


def _open(
    vote: Vote, private: X25519PrivateKey, box_key: str, sequence: int, sealed: bytes
) -> OpenedBallot:
    content = open_envelope(private, place_of(vote.slug, box_key), sealed)
    if content["mark"] != vote.keys.mark(box_key, sequence, content["receipt"]):
        raise CannotOpen
    ballot = OpenedBallot(
        content["receipt"],
        content["district"],
        BallotChannel(content["channel"]),
        choices_in(content),
    )
    if check(vote.paper.form, vote.paper.parts, ballot.parts, ballot.district):
        raise CannotOpen
    return ballot
