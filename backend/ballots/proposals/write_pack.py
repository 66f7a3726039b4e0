"""What voters should know of a project before they choose; without it, it is not on the ballot."""

from dataclasses import asdict

from backend.ballots.proposals.commands import WritePack
from backend.ballots.proposals.models import Proposal, ProposalPack
from backend.ballots.proposals.note_change import check_version, note_change
from backend.ballots.proposals.queries import find_proposal
from backend.ballots.proposals.rules import check_pack, missing_in_pack
from backend.ballots.proposals.standing import check_reviewer
from backend.ballots.proposals.windows import require_review_begun
from backend.ballots.proposals.workflow import GONE, State
from backend.core.errors import Conflict
from backend.core.uow import UnitOfWork


def write_pack(work: UnitOfWork, command: WritePack) -> Proposal:
    """Write the pack anew, complete or not yet. Raises as other acts of reviewers do."""
    check_reviewer(work.actor)
    check_pack(command)
    proposal = find_proposal(work.session, command.number, lock=True)
    require_review_begun(work.session, proposal, work.now)
    if State(proposal.state) in GONE:
        raise Conflict("proposal-gone", number=proposal.number, state=proposal.state)
    check_version(proposal, command.version)
    pack = work.session.merge(
        ProposalPack(
            proposal_id=proposal.id,
            pros=[words.strip() for words in command.pros],
            cons=[words.strip() for words in command.cons],
            cost_lines=[asdict(line) for line in command.cost_lines],
            minority_statements=[words.strip() for words in command.minority_statements],
            is_undisputed=command.is_undisputed,
            sources=[asdict(source) for source in command.sources],
            actor=work.actor.key,
            at=work.now,
        )
    )
    note_change(work, proposal, "pack")
    missing = missing_of(proposal, pack)
    work.decide("proposal.pack_written", f"proposal:{proposal.number}", missing=missing)
    return proposal


def missing_of(proposal: Proposal, pack: ProposalPack | None) -> list[str]:
    """What keeps a proposal from the ballot, by name; everything where nothing is written."""
    if pack is None:
        return missing_in_pack(
            proposal.cost, pros=(), cons=(), line_costs=(), sources=(), has_dissent_answer=False
        )
    return missing_in_pack(
        proposal.cost,
        pros=pack.pros,
        cons=pack.cons,
        line_costs=[line["cost"] for line in pack.cost_lines],
        sources=pack.sources,
        has_dissent_answer=pack.is_undisputed or bool(pack.minority_statements),
    )
