"""From proposals to a ballot: what was found feasible, answered and explained, and nothing else."""

import hashlib

from backend.ballots.cycle.commands import ProjectOnBallot, SettleVote
from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.queries import find_cycle
from backend.ballots.cycle.settle_vote import settle_vote
from backend.ballots.proposals.commands import PutOnBallot
from backend.ballots.proposals.models import Proposal
from backend.ballots.proposals.queries import lock_proposals, pack_of, proposals_in
from backend.ballots.proposals.standing import check_reviewer
from backend.ballots.proposals.workflow import FEASIBLE, UNDECIDED
from backend.ballots.proposals.write_pack import missing_of
from backend.core.errors import DomainError, Invalid
from backend.core.uow import UnitOfWork

_MOST_FAULTS = 50


def put_on_ballot(work: UnitOfWork, command: PutOnBallot) -> Cycle:
    """Settle the vote on every feasible proposal of a cycle.

    In their parts they stand by the SHA-256 of cycle and number: an order that nobody chose and
    anybody can check. Raises `Invalid` with a list where a proposal waits for an answer, or lacks
    its cost or a part of its pack; and what `settle_vote` raises.
    """
    check_reviewer(work.actor)
    cycle = find_cycle(work.session, command.cycle, lock=True)
    waiting = proposals_in(work.session, cycle, (*UNDECIDED, *FEASIBLE))
    # Whoever is about to take one back has done so, or comes too late.
    lock_proposals(work.session, [one.id for one in waiting])
    faults: list[DomainError] = [
        Invalid("proposal-undecided", number=one.number, title=one.title, state=one.state)
        for one in proposals_in(work.session, cycle, UNDECIDED)
    ]
    proposals = proposals_in(work.session, cycle, FEASIBLE)
    for proposal in proposals:
        missing = missing_of(proposal, pack_of(work.session, proposal.id))
        if missing:
            facts = {"number": proposal.number, "title": proposal.title}
            faults.append(Invalid("proposal-pack-incomplete", missing=missing, **facts))
    if faults:
        raise Invalid("proposals-not-ready", *faults[:_MOST_FAULTS], count=len(faults))
    return settle_vote(work, SettleVote(cycle.slug, _projects(cycle, proposals)))


def _projects(cycle: Cycle, proposals: list[Proposal]) -> list[ProjectOnBallot]:
    def drawn(proposal: Proposal) -> str:
        return hashlib.sha256(f"{cycle.slug}:{proposal.number}".encode()).hexdigest()

    return [
        ProjectOnBallot(
            code=str(at),
            part_code=proposal.part_code,
            title=proposal.title,
            cost=proposal.cost or 0,
            category=proposal.category,
            lon=proposal.lon,
            lat=proposal.lat,
            proposal_number=proposal.number,
        )
        for at, proposal in enumerate(sorted(proposals, key=drawn), start=1)
    ]
