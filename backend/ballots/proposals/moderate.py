"""What must not be read is taken out of what the public reads, for a reason all can read."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.proposals.commands import HideComment, ModerateProposal
from backend.ballots.proposals.models import (
    Proposal,
    ProposalChange,
    ProposalComment,
    ProposalTranslation,
)
from backend.ballots.proposals.note_change import note_change
from backend.ballots.proposals.queries import cycle_of, find_proposal
from backend.ballots.proposals.rules import (
    MAX_DESCRIPTION,
    MAX_SUMMARY,
    MAX_TITLE,
)
from backend.ballots.proposals.standing import check_reviewer
from backend.core.errors import Conflict, NotFound
from backend.core.public_words import check_text, checked_line, checked_reason, without_blank
from backend.core.uow import UnitOfWork


def moderate_proposal(work: UnitOfWork, command: ModerateProposal) -> Proposal:
    """Put other words in the place of a proposal's until the ballot is settled; those before go.

    So are the words from before its edits, and its translations, which say the same. Raises
    `Invalid`, `NotFound`, `Forbidden`, and `Conflict` once it is, for `cover_words` comes then.
    """
    check_reviewer(work.actor)
    reason = checked_reason(command.reason, is_needed=True)
    title = checked_line(command.title, "/title", MAX_TITLE)
    summary = checked_line(command.summary, "/summary", MAX_SUMMARY)
    check_text(command.description, "/description", MAX_DESCRIPTION)
    proposal = find_proposal(work.session, command.number, lock=True)
    if cycle_of(work.session, proposal).settled_at is not None:
        raise Conflict("proposal-words-settled", number=proposal.number)
    proposal.title, proposal.summary = title, summary
    proposal.description = without_blank(command.description)
    forget_edits(work.session, proposal)
    work.session.execute(
        sa.delete(ProposalTranslation).where(ProposalTranslation.proposal_id == proposal.id)
    )
    note_change(work, proposal, "moderation", reason=reason)
    work.decide("proposal.moderated", f"proposal:{proposal.number}")
    return proposal


def forget_edits(session: Session, proposal: Proposal) -> None:
    """Let the words go that stood there before edits."""
    edits = sa.update(ProposalChange).where(
        ProposalChange.proposal_id == proposal.id, ProposalChange.kind == "edited"
    )
    session.execute(edits.values(was=None))


def hide_comment(work: UnitOfWork, command: HideComment) -> None:
    """Take somebody's words out of what the public reads, and say why; again changes nothing."""
    check_reviewer(work.actor)
    reason = checked_reason(command.reason, is_needed=True)
    comment = work.session.get(ProposalComment, command.id)
    if comment is None:
        raise NotFound("comment-not-found")
    proposal = work.session.get_one(Proposal, comment.proposal_id, with_for_update=True)
    work.session.refresh(comment)
    if comment.hidden_reason is not None:
        return
    comment.hidden_reason = reason
    note_change(work, proposal, "moderation", reason=reason)
    work.decide("proposal.comment_hidden", f"proposal:{proposal.number}", comment=str(command.id))
