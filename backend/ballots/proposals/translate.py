"""Title and summary in another language, so that more people can read what others propose."""

from backend.ballots.proposals.commands import Translate
from backend.ballots.proposals.models import Proposal, ProposalTranslation
from backend.ballots.proposals.note_change import note_change
from backend.ballots.proposals.queries import find_proposal
from backend.ballots.proposals.rules import MAX_SUMMARY, MAX_TITLE, checked_language
from backend.core.errors import Conflict, Forbidden
from backend.core.public_words import checked_line
from backend.core.uow import UnitOfWork


def translate(work: UnitOfWork, command: Translate) -> Proposal:
    """Give or replace a translation; the original stays beside it. Open to all staff.

    Raises `Invalid`, `NotFound`, `Forbidden`, and `Conflict` for the language it was written in.
    """
    if not work.actor.is_staff:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    language = checked_language(command.language)
    title = checked_line(command.title, "/title", MAX_TITLE)
    summary = checked_line(command.summary, "/summary", MAX_SUMMARY)
    proposal = find_proposal(work.session, command.number, lock=True)
    if language == proposal.language:
        raise Conflict("translation-of-itself", number=proposal.number, language=language)
    work.session.merge(
        ProposalTranslation(
            proposal_id=proposal.id,
            language=language,
            title=title,
            summary=summary,
            actor=work.actor.key,
            at=work.now,
        )
    )
    note_change(work, proposal, "translation")
    work.decide("proposal.translated", f"proposal:{proposal.number}", language=language)
    return proposal
