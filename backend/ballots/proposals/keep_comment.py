"""One public word under a proposal, stored once, with the date by which a question is answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.ballots.proposals.commands import Asked
from backend.ballots.proposals.events import ProposalDiscussed
from backend.ballots.proposals.models import Proposal, ProposalComment
from backend.ballots.proposals.queries import own_places
from backend.ballots.proposals.rules import REPLY_TIME
from backend.core.db import lock_id
from backend.core.errors import Conflict
from backend.core.public_words import checked_words
from backend.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Said:
    """The stored comment, and whether this call stored it."""

    id: UUID
    at: datetime
    is_new: bool


def keep_comment(
    work: UnitOfWork,
    proposal: Proposal,
    id_: UUID,
    kind: str,
    text: str,
    *,
    asked: Asked | None = None,
    answers: UUID | None = None,
) -> Said:
    """Store it, or find it where it was sent before; raises `Invalid` and `Conflict`.

    Locks its id, so this comes before anything that writes to the log.
    """
    words = checked_words(text)
    lock_id(work.session, id_)
    known = work.session.get(ProposalComment, id_)
    if known is not None:
        same = (known.proposal_id, known.kind, known.text, known.asked, known.answers_id)
        is_own = known.author_hash is None or known.author_hash in work.actor.reporters
        if same != (proposal.id, kind, words, asked, answers) or not is_own:
            raise Conflict("comment-id-taken", pointer="/id")
        return Said(id_, known.at, is_new=False)
    work.session.add(
        ProposalComment(
            id=id_,
            proposal_id=proposal.id,
            at=work.now,
            kind=kind,
            by=_speaker(work, proposal, kind),
            actor=work.actor.key,
            author_hash=work.actor.reporter,
            text=words,
            asked=asked,
            due_at=work.now + REPLY_TIME if asked else None,
            answers_id=answers,
        )
    )
    work.decide(
        "proposal.comment_added", f"proposal:{proposal.number}", kind=kind, comment=str(id_)
    )
    work.emit(ProposalDiscussed(proposal.id, id_))
    return Said(id_, work.now, is_new=True)


def _speaker(work: UnitOfWork, proposal: Proposal, kind: str) -> str:
    if work.actor.is_staff:
        return "city"
    # Nobody else appeals, though a code tells who it is and no token.
    is_theirs = kind == "appeal" or own_places(work.session, [proposal.id], work.actor)
    return Asked.PROPOSER.value if is_theirs else "resident"
