"""What one person proposed, said and supports, for that person (GDPR, articles 15 and 20)."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.proposals.models import (
    Proposal,
    ProposalComment,
    ProposalContact,
    ProposalEndorsement,
    ProposalProposer,
)
from backend.core.actors import Actor
from backend.core.keys import KeyRing


@dataclass(frozen=True, slots=True)
class OwnProposal:
    """A proposal the person stands behind, with what only they and the city may read.

    `contact` is None where it cannot be opened.
    """

    number: str
    title: str
    display_name: str | None
    interests: str
    joined_at: datetime
    contact: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class OwnComment:
    """Something the person said of a proposal."""

    number: str
    at: datetime
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What is kept under all of a person's hashes."""

    proposals: tuple[OwnProposal, ...]
    comments: tuple[OwnComment, ...]
    endorsed: tuple[str, ...]


def own_part(session: Session, keyring: KeyRing, actor: Actor) -> OwnPart:
    """Everything of `actor`, oldest first."""
    hashes = sorted(actor.reporters)
    comments = session.execute(
        sa.select(Proposal.number, ProposalComment.at, ProposalComment.kind, ProposalComment.text)
        .join(Proposal, Proposal.id == ProposalComment.proposal_id)
        .where(ProposalComment.author_hash.in_(hashes))
        .order_by(ProposalComment.at, ProposalComment.id)
    )
    endorsed = session.scalars(
        sa.select(Proposal.number)
        .join(ProposalEndorsement, ProposalEndorsement.proposal_id == Proposal.id)
        .where(ProposalEndorsement.person_hash.in_(hashes))
        .order_by(ProposalEndorsement.at, Proposal.number)
    )
    places = session.execute(
        sa.select(Proposal, ProposalProposer, ProposalContact.sealed)
        .join(ProposalProposer, ProposalProposer.proposal_id == Proposal.id)
        .outerjoin(ProposalContact, ProposalContact.proposer_id == ProposalProposer.id)
        .where(ProposalProposer.person_hash.in_(hashes))
        .order_by(ProposalProposer.id)
    )
    return OwnPart(
        proposals=tuple(
            OwnProposal(
                proposal.number,
                proposal.title,
                place.display_name,
                place.interests,
                place.joined_at,
                keyring.open_if_possible(sealed, proposal.id.bytes) if sealed else {},
            )
            for proposal, place, sealed in places
        ),
        comments=tuple(OwnComment(*row) for row in comments),
        endorsed=tuple(endorsed),
    )
