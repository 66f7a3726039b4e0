"""What a notice says of a proposal: where it stands now, or what was asked and answered."""

from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from backend.ballots.proposals.models import ProposalComment
from backend.ballots.proposals.queries import find_proposal, outcomes_of
from backend.ballots.proposals.workflow import OUTCOMES, State
from backend.core.i18n import marked
from backend.core.speak import speaker
from backend.delivery.notices.public_base import page_path
from backend.delivery.notices.words import Reader, Words, quoted

_TITLE = marked("Proposal: %(title)s")
_STEPS = MappingProxyType(
    {
        State.SUBMITTED: marked("It has come in."),
        State.IN_REVIEW: marked("The city has begun to look whether it can be done."),
        State.ACCEPTED: marked("It can be done, and goes on the ballot."),
        State.ACCEPTED_WITH_CHANGES: marked("It can be done with changes, and goes on the ballot."),
        State.REFUSED: marked("It cannot be done. You can read why, and appeal."),
        State.APPEALED: marked("Other people decide on it again."),
        State.WITHDRAWN: marked("It was withdrawn."),
        State.MERGED: marked("It was joined with another."),
        State.SPLIT: marked("It was split into several."),
    }
)
_SAID = MappingProxyType(
    {
        "asked": marked("Somebody has a question for you."),
        "answered": marked("Your question was answered."),
    }
)


def proposal_words(
    session: Session, number: str, facts: dict[str, Any], reader: Reader
) -> Words | None:
    """The words, as the public may read them now; None where there is nothing to say any more."""
    proposal, say = find_proposal(session, number), speaker(reader.language)
    title = say(_TITLE) % {"title": proposal.title}
    path = page_path("web.proposal", number=number)
    if facts["what"] == "step":
        state = State(proposal.state)
        outcomes = outcomes_of(session, proposal.id) if state in OUTCOMES else []
        reason = outcomes[-1].reason if outcomes else None
        return Words(title, (say(_STEPS[state]), *quoted(reason)), path)
    said = session.get(ProposalComment, UUID(facts["comment_id"]))
    if said is None or said.hidden_reason is not None:
        return None
    # What the city said may be quoted; what residents say is read where it can be hidden.
    words = quoted(said.text) if said.by == "city" else ()
    return Words(title, (say(_SAID[facts["what"]]), *words), path)
