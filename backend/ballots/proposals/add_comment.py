"""What is said under a proposal, and that a question is owed an answer by a date."""

from backend.ballots.proposals.commands import Asked, Say
from backend.ballots.proposals.keep_comment import Said, keep_comment
from backend.ballots.proposals.models import Proposal, ProposalComment
from backend.ballots.proposals.queries import cycle_of, find_proposal, own_places
from backend.ballots.proposals.standing import check_known, check_reviewer
from backend.ballots.proposals.windows import DISCUSSING, require_one_of
from backend.ballots.proposals.workflow import REVIEWERS
from backend.core.errors import Forbidden, NotFound
from backend.core.uow import UnitOfWork


def add_comment(work: UnitOfWork, command: Say) -> Said:
    """Say something, from the first ideas to the end of the feedback; answers are never too late.

    A question is answered by whom it went to, or by the city for a proposer without a phone; the
    first answer ends what is owed. Sending it again is the same one. Raises `Invalid`, `NotFound`,
    `Forbidden`, `Unauthenticated` and `Conflict`.
    """
    if work.actor.is_staff:
        check_reviewer(work.actor)
    else:
        check_known(work.actor)
    proposal = find_proposal(work.session, command.number, lock=True)
    if command.answers is not None:
        return _answer(work, proposal, command)
    require_one_of(work.session, cycle_of(work.session, proposal), DISCUSSING, work.now)
    kind = "question" if command.asked else "comment"
    return keep_comment(work, proposal, command.id, kind, command.text, asked=command.asked)


def _answer(work: UnitOfWork, proposal: Proposal, command: Say) -> Said:
    question = work.session.get(ProposalComment, command.answers)
    if question is None or (question.proposal_id, question.kind) != (proposal.id, "question"):
        raise NotFound("question-not-found", number=proposal.number)
    is_city = work.actor.role in REVIEWERS
    is_theirs = question.asked == Asked.PROPOSER and own_places(
        work.session, [proposal.id], work.actor
    )
    if not (is_city or is_theirs):
        raise Forbidden("question-not-yours", number=proposal.number, asked=question.asked)
    said = keep_comment(work, proposal, command.id, "answer", command.text, answers=command.answers)
    if said.is_new and question.answered_at is None:
        question.answered_at = work.now
    return said
