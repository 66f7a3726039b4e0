"""What a proposal costs becomes another sum, in sight of everybody."""

from backend.ballots.proposals.commands import ChangeCost
from backend.ballots.proposals.models import Proposal, ProposalCostChange
from backend.ballots.proposals.note_change import check_version, note_change
from backend.ballots.proposals.queries import find_proposal
from backend.ballots.proposals.rules import check_cost
from backend.ballots.proposals.standing import check_reviewer
from backend.ballots.proposals.windows import require_review_begun
from backend.ballots.proposals.workflow import GONE, State
from backend.core.errors import Conflict
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork


def change_cost(work: UnitOfWork, command: ChangeCost) -> Proposal:
    """Say what it costs after all, and why; the same sum is no change.

    Raises `Invalid`, `NotFound`, `Forbidden` and `Conflict`.
    """
    check_reviewer(work.actor)
    check_cost(command.cost)
    reason = checked_reason(command.reason, is_needed=True) or ""
    proposal = find_proposal(work.session, command.number, lock=True)
    require_review_begun(work.session, proposal, work.now)
    if State(proposal.state) in GONE:
        raise Conflict("proposal-gone", number=proposal.number, state=proposal.state)
    if command.cost != proposal.cost:
        check_version(proposal, command.version)
        set_cost(work, proposal, command.cost, reason)
    return proposal


def set_cost(work: UnitOfWork, proposal: Proposal, cost: int, reason: str) -> None:
    """Write down the new cost, the old one, when and why."""
    work.session.add(
        ProposalCostChange(
            proposal_id=proposal.id,
            old_cost=proposal.cost,
            cost=cost,
            reason=reason,
            actor=work.actor.key,
            at=work.now,
        )
    )
    note_change(work, proposal, "cost", was={"cost": proposal.cost}, reason=reason)
    work.decide(
        "proposal.cost_changed",
        f"proposal:{proposal.number}",
        before=proposal.cost,
        after=cost,
    )
    proposal.cost = cost
