"""Sealing proposers' contacts again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.ballots.proposals.models import ProposalContact, ProposalProposer
from backend.core.uow import UnitOfWork


def reseal_proposers(work: UnitOfWork) -> int:
    """Seal what older keys hold with the newest; returns how many there were."""
    keyring = work.runtime.keyring
    rows = work.session.execute(
        sa.select(ProposalContact, ProposalProposer.proposal_id).join(
            ProposalProposer, ProposalProposer.id == ProposalContact.proposer_id
        )
    )
    count = 0
    for contact, proposal_id in rows:
        if keyring.key_id(contact.sealed) != keyring.newest:
            fields = keyring.open(contact.sealed, proposal_id.bytes)
            contact.sealed = keyring.seal(fields, proposal_id.bytes)
            count += 1
    work.decide("keys.rotated", "proposers", count=count)
    return count
