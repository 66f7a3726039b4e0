"""What residents are told of proposals: of their own what becomes of it and what they are asked,
and of what they asked themselves the answer."""

import sqlalchemy as sa

from backend.ballots.proposals.commands import Asked
from backend.ballots.proposals.events import ProposalDiscussed, ProposalMoved
from backend.ballots.proposals.models import Proposal, ProposalComment, ProposalProposer
from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.delivery.notices.leave_notices import Happening, leave_notices
from backend.delivery.notices.queries import recipients
from backend.delivery.notices.rules import Topic

_PROPOSAL, _PROPOSER, _COMMENT = map(table_of, (Proposal, ProposalProposer, ProposalComment))
_RANK = sa.literal(0).label("rank")
_PROPOSERS = recipients(
    sa.select(_PROPOSER.c.person_hash, _PROPOSAL.c.number, _RANK)
    .join(_PROPOSAL, _PROPOSAL.c.id == _PROPOSER.c.proposal_id)
    .where(_PROPOSER.c.person_hash.is_not(None), _PROPOSAL.c.id == sa.bindparam("proposal_id"))
)
_AUTHOR = recipients(
    sa.select(_COMMENT.c.author_hash, _PROPOSAL.c.number, _RANK)
    .join(_PROPOSAL, _PROPOSAL.c.id == _COMMENT.c.proposal_id)
    .where(_COMMENT.c.author_hash.is_not(None), _COMMENT.c.id == sa.bindparam("comment_id"))
)
_SAID = sa.select(_COMMENT.c.asked, _COMMENT.c.answers_id).where(
    _COMMENT.c.id == sa.bindparam("comment_id")
)


def on_proposal_moved(work: UnitOfWork, event: ProposalMoved) -> None:
    """Tell those who made it where it stands."""
    happening = Happening(Topic.PROPOSAL, "proposal", {"what": "step"})
    leave_notices(work, _PROPOSERS, {"proposal_id": event.proposal_id}, happening)


def on_proposal_discussed(work: UnitOfWork, event: ProposalDiscussed) -> None:
    """Tell those who made it of a question to them, and whoever asked of the answer."""
    said = work.connection.execute(_SAID, {"comment_id": event.comment_id}).one()
    facts = {"what": "asked", "comment_id": str(event.comment_id)}
    if said.asked == Asked.PROPOSER:
        asked = Happening(Topic.PROPOSAL, "proposal", facts)
        leave_notices(work, _PROPOSERS, {"proposal_id": event.proposal_id}, asked)
    elif said.answers_id is not None:
        answered = Happening(Topic.PROPOSAL, "proposal", facts | {"what": "answered"})
        leave_notices(work, _AUTHOR, {"comment_id": said.answers_id}, answered)
