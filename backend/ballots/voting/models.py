"""The roll, which says who may vote and has; the box, which says what was voted; and no link.

No row of either has a moment or a number of its own, and on SQLite neither table has a rowid, for
their order would replay the order of voting. See docs/adr/0016-roll-and-box.md.
"""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.accounts.models import SentCode
from backend.core.db import Base


class RollState(StrEnum):
    """How far one right to vote is used up."""

    ELIGIBLE = "eligible"
    ONLINE = "online"
    PAPER = "paper"
    VOID = "void"


class VotingSecret(Base):
    """What credentials and receipts of a cycle are made with, until its ballots are counted."""

    __tablename__ = "voting_secret"

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(sa.String(64))


class RollEntry(Base):
    """One right to vote; everything that could name its holder is a keyed hash.

    `voter_key` comes from the register number, or from the code where codes are handed out without
    a register. `nonce_hash` says for which secret of the voter's a credential was given out.
    """

    __tablename__ = "roll_entry"
    __table_args__ = (
        sa.Index(None, "cycle_id", "code_hash", unique=True),
        {"sqlite_with_rowid": False},
    )

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), primary_key=True)
    voter_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(10), default=RollState.ELIGIBLE)
    district: Mapped[str | None] = mapped_column(sa.String(60))
    is_test: Mapped[bool] = mapped_column(default=False)
    batch: Mapped[str | None] = mapped_column(sa.String(40))
    code_hash: Mapped[str | None] = mapped_column(sa.String(64))
    email_hash: Mapped[str | None] = mapped_column(sa.String(64))
    phone_hash: Mapped[str | None] = mapped_column(sa.String(64))
    nonce_hash: Mapped[str | None] = mapped_column(sa.String(64))


class VoteCode(SentCode):
    """A one-time code that was asked for.

    `key` is the keyed hash of voter and address. Where the two do not belong together the row is
    the same, with nobody to send it to.
    """

    __tablename__ = "vote_code"

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    is_of_voter: Mapped[bool]


class SealedBallot(Base):
    """One ballot in the box, sealed to the cycle's voting key; only its holder finds `box_key`.

    `sequence` counts how often it was replaced; `attempt_hash` tells the same request again from
    another one.
    """

    __tablename__ = "sealed_ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), primary_key=True)
    box_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    sequence: Mapped[int]
    attempt_hash: Mapped[str] = mapped_column(sa.String(64))
    is_test: Mapped[bool]
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)


class CountedPart(Base):
    """Where the result of one part of a cycle stands."""

    __tablename__ = "counted_part"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["cycle_id", "part_code"], ["cycle_part.cycle_id", "cycle_part.code"]
        ),
    )

    cycle_id: Mapped[int] = mapped_column(primary_key=True)
    part_code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    election_id: Mapped[int] = mapped_column(sa.ForeignKey("election.id"), unique=True)
