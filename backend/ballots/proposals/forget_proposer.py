"""Whoever is erased leaves their proposals: the public words stay, with nobody's name on them."""

import sqlalchemy as sa

from backend.accounts.events import PersonLeft
from backend.ballots.proposals.co_propose import photos_sent_for, remove_proposers
from backend.ballots.proposals.models import (
    ProposalComment,
    ProposalEndorsement,
    ProposalProposer,
)
from backend.ballots.proposals.queries import lock_proposals
from backend.core.uow import UnitOfWork

ERASED = "Erased at the wish of whoever wrote it."


def on_person_left(work: UnitOfWork, event: PersonLeft) -> None:
    """Take the person's name, interests, contact, support and comments away.

    Photos that staff sent for the person become the person's own, which are removed after this.

    First of all what they erase, so that proposals are held before reports and before the end of
    the log.
    """
    theirs = sa.select(ProposalProposer.id, ProposalProposer.proposal_id).where(
        ProposalProposer.person_hash.in_(event.hashes)
    )
    places = work.session.execute(theirs).all()
    comments = ProposalComment.author_hash.in_(event.hashes)
    under = work.session.scalars(sa.select(ProposalComment.proposal_id).where(comments)).all()
    lock_proposals(work.session, {*under, *(place.proposal_id for place in places)})
    for photo in photos_sent_for(work, [place.id for place in places]):
        # Theirs from now on, and so it goes with all the others they took.
        photo.reporter_hash = event.hashes[0]
    remove_proposers(work, [place.id for place in places])
    work.session.execute(
        sa.delete(ProposalEndorsement).where(ProposalEndorsement.person_hash.in_(event.hashes))
    )
    work.session.execute(
        sa.update(ProposalComment)
        .where(comments)
        .values(text="", author_hash=None, hidden_reason=ERASED)
    )
