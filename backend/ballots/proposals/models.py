"""Proposals: their words, who made them, who supports them, and what the city found.

Money is integers of the cycle's minor units. Public words stay when their author goes: whatever
leads back to a person is in `ProposalProposer`, `ProposalContact`, `ProposalEndorsement` and the
authors of `ProposalComment`.
"""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, RowId


class Proposal(Base):
    """What residents want the city to do; `version` counts its changes."""

    __tablename__ = "proposal"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["cycle_id", "part_code"], ["cycle_part.cycle_id", "cycle_part.code"]
        ),
        sa.Index("ix_proposal_cycle_id_state", "cycle_id", "state"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(10), unique=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    part_code: Mapped[str] = mapped_column(sa.String(60))
    language: Mapped[str] = mapped_column(sa.String(35))
    title: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.String(500))
    description: Mapped[str] = mapped_column(sa.Text)
    category: Mapped[str | None] = mapped_column(sa.String(120))
    cost: Mapped[int | None] = mapped_column(sa.BigInteger)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    channel: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(30))
    version: Mapped[int] = mapped_column(default=1)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    submitted_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    appealed_at: Mapped[datetime | None]


class ProposalProposer(Base):
    """Somebody who stands behind a proposal; the one with the lowest `id` came first.

    Without `person_hash` it is somebody the city or a web page wrote it down for, who can take
    the place with a code. Who is erased has no row any more.
    """

    __tablename__ = "proposal_proposer"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "person_hash"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("proposal.id"))
    person_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    display_name: Mapped[str | None] = mapped_column(sa.String(80))
    interests: Mapped[str] = mapped_column(sa.Text)
    joined_at: Mapped[datetime]


class ProposalContact(Base):
    """How to reach a proposer who has no phone, sealed."""

    __tablename__ = "proposal_contact"

    proposer_id: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("proposal_proposer.id"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)


class ProposalInvitation(Base):
    """A letter that lets one person more stand behind a proposal; gone when used."""

    __tablename__ = "proposal_invitation"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    expires_at: Mapped[datetime]


class ProposalOrigin(Base):
    """That a proposal came from another, by merging or splitting."""

    __tablename__ = "proposal_origin"

    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    origin_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("proposal.id"), primary_key=True, index=True
    )


class ProposalChange(Base):
    """One step of what happened; `was` holds the words before an edit, `reason` is the city's."""

    __tablename__ = "proposal_change"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(20))
    from_state: Mapped[str | None] = mapped_column(sa.String(30))
    to_state: Mapped[str | None] = mapped_column(sa.String(30))
    actor: Mapped[str] = mapped_column(sa.String(80))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    was: Mapped[dict[str, Any] | None]


class ProposalTranslation(Base):
    """Title and summary in another language; the original is always shown beside it."""

    __tablename__ = "proposal_translation"

    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(35), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.String(500))
    actor: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime]


class ProposalEndorsement(Base):
    """One person's support of one proposal."""

    __tablename__ = "proposal_endorsement"

    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    person_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True, index=True)
    at: Mapped[datetime]


class ProposalComment(Base):
    """What somebody said in public: a comment, a question with its date, an answer, a reason.

    `by` is resident, proposer or city. A question goes to the city or to the proposer (`asked`) and
    is due by `due_at`. What is hidden shows `hidden_reason` instead of its text.
    """

    __tablename__ = "proposal_comment"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(20))
    by: Mapped[str] = mapped_column(sa.String(10))
    actor: Mapped[str] = mapped_column(sa.String(80))
    author_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    asked: Mapped[str | None] = mapped_column(sa.String(10))
    due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answers_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("proposal_comment.id"))
    hidden_reason: Mapped[str | None] = mapped_column(sa.Text)


class ProposalFinding(Base):
    """What a reviewer found by one criterion; `round` 1 is the review, 2 that after an appeal."""

    __tablename__ = "proposal_finding"

    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    criterion: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    verdict: Mapped[str] = mapped_column(sa.String(20))
    words: Mapped[str] = mapped_column(sa.Text)
    reviewer: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime]


class ProposalOutcome(Base):
    """What a round of review came to: a state, why, and what has to change."""

    __tablename__ = "proposal_outcome"

    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(sa.String(30))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    reviewer: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime]


class ProposalCostChange(Base):
    """That a cost became another, when and why."""

    __tablename__ = "proposal_cost_change"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    old_cost: Mapped[int | None] = mapped_column(sa.BigInteger)
    cost: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.Text)
    actor: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime]


class ProposalPack(Base):
    """What voters should know of a project before they choose: lists of words, lines, sources."""

    __tablename__ = "proposal_pack"

    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    pros: Mapped[list[Any]]
    cons: Mapped[list[Any]]
    cost_lines: Mapped[list[Any]]
    minority_statements: Mapped[list[Any]]
    is_undisputed: Mapped[bool]
    sources: Mapped[list[Any]]
    actor: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime]


class Rearrangement(Base):
    """A wish to merge proposals into one, or to split one: open until all have agreed or one not.

    `state` is open, done, declined or ended. `drafts` are the words of what would come of it; where
    staff ended it they are gone, and `reason` is the city's.
    """

    __tablename__ = "rearrangement"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.Text)
    drafts: Mapped[list[Any]]
    actor: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime]


class RearrangementOrigin(Base):
    """Which proposals a rearrangement is about."""

    __tablename__ = "rearrangement_origin"

    rearrangement_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("rearrangement.id"), primary_key=True
    )
    proposal_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("proposal.id"), primary_key=True, index=True
    )


class RearrangementConsent(Base):
    """One proposer's yes or no."""

    __tablename__ = "rearrangement_consent"

    rearrangement_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("rearrangement.id"), primary_key=True
    )
    proposer_id: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("proposal_proposer.id"), primary_key=True
    )
    agrees: Mapped[bool]
    actor: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime]
