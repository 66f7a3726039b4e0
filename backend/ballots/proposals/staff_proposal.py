"""What staff know besides: who stands behind a proposal, and how to reach who has no phone."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.proposals.models import Proposal, ProposalContact
from backend.ballots.proposals.queries import proposers_of
from backend.ballots.proposals.standing import place_code
from backend.core.channels import Channel
from backend.core.runtime import Runtime


@dataclass(frozen=True, slots=True)
class KnownProposer:
    """One of them; `code` lets them take their place.

    None where they have it, and where they wrote the proposal themselves: then the code is theirs
    alone, and the city must not be able to act as them. `contact` is None where it cannot be
    opened.
    """

    id: int
    display_name: str | None
    interests: str
    contact: dict[str, str] | None
    code: str | None


def known_proposers(
    session: Session, runtime: Runtime, proposal: Proposal
) -> tuple[KnownProposer, ...]:
    """Those behind a proposal, the first of them first."""
    people = proposers_of(session, proposal.id)
    sealed = sa.select(ProposalContact).where(
        ProposalContact.proposer_id.in_([one.id for one in people])
    )
    contacts = {one.proposer_id: one.sealed for one in session.scalars(sealed)}
    return tuple(
        KnownProposer(
            id=one.id,
            display_name=one.display_name,
            interests=one.interests,
            contact=runtime.keyring.open_if_possible(contacts[one.id], proposal.id.bytes)
            if one.id in contacts
            else {},
            code=place_code(runtime, one)
            if one.person_hash is None and proposal.channel != Channel.WEB
            else None,
        )
        for one in people
    )
