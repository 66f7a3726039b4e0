"""Sealing proposers' contacts again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.ballots.proposals.models import Proposal, ProposalContact, ProposalProposer
from backend.core.reseal import Resealing
from backend.core.uow import UnitOfWork


def reseal_proposers(work: UnitOfWork) -> Resealing:
    """Seal what older keys hold with the newest; what cannot be opened stays as it is."""
    resealing = Resealing(work.runtime.keyring)
    rows = work.session.execute(
        sa.select(ProposalContact, Proposal.id, Proposal.number)
        .join(ProposalProposer, ProposalProposer.id == ProposalContact.proposer_id)
        .join(Proposal, Proposal.id == ProposalProposer.proposal_id)
        .order_by(Proposal.number, ProposalContact.proposer_id)
    )
    for contact, proposal_id, number in rows:
        contact.sealed = resealing.fresh(
            contact.sealed, proposal_id.bytes, table="proposal_contact", name=number
        )
    work.decide("keys.rotated", "proposers", count=resealing.count)
    return resealing
