"""What anybody may know of one proposal, gathered once for every face."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle, CyclePart
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import calendar_of
from backend.ballots.proposals.models import (
    Proposal,
    ProposalChange,
    ProposalComment,
    ProposalCostChange,
    ProposalFinding,
    ProposalOutcome,
    ProposalPack,
    ProposalProposer,
    ProposalTranslation,
    Rearrangement,
)
from backend.ballots.proposals.queries import (
    changes_of,
    comments_of,
    cost_changes_of,
    cycle_of,
    endorsements_of,
    find_proposal,
    findings_of,
    numbers_related,
    outcomes_of,
    pack_of,
    proposers_of,
    rearrangements_of,
    translations_of,
)
from backend.ballots.proposals.rules import APPEAL_TIME, REPLY_TIME
from backend.ballots.proposals.workflow import State
from backend.ballots.proposals.write_pack import missing_of
from backend.photos.queries import PublicPhoto, public_photos
from backend.photos.subject import SubjectKind


@dataclass(frozen=True, slots=True)
class PublicProposal:
    """A proposal with all that is public of it; of people only the names they chose to show.

    `answer_due_at` is when the city owes its decision, None where it owes none; `appeal_until` is
    when the time for an appeal ends, None where there is none. `missing` is what its pack lacks.
    """

    proposal: Proposal
    cycle: Cycle
    part: CyclePart
    proposers: Sequence[ProposalProposer]
    endorsements: int
    came_from: Sequence[str]
    became: Sequence[str]
    translations: Sequence[ProposalTranslation]
    findings: Sequence[ProposalFinding]
    outcomes: Sequence[ProposalOutcome]
    cost_changes: Sequence[ProposalCostChange]
    photos: Sequence[PublicPhoto]
    pack: ProposalPack | None
    missing: Sequence[str]
    comments: Sequence[ProposalComment]
    changes: Sequence[ProposalChange]
    rearrangements: Sequence[Rearrangement]
    answer_due_at: datetime | None
    appeal_until: datetime | None

    @property
    def state(self) -> State:
        return State(self.proposal.state)


def public_proposal(session: Session, number: str) -> PublicProposal:
    """The proposal a person means by `number`; raises `NotFound`."""
    proposal = find_proposal(session, number)
    cycle = cycle_of(session, proposal)
    came_from, became = numbers_related(session, proposal.id)
    pack = pack_of(session, proposal.id)
    return PublicProposal(
        proposal=proposal,
        cycle=cycle,
        part=session.get_one(CyclePart, (cycle.id, proposal.part_code)),
        proposers=proposers_of(session, proposal.id),
        endorsements=endorsements_of(session, proposal.id),
        came_from=came_from,
        became=became,
        translations=translations_of(session, proposal.id),
        findings=findings_of(session, proposal.id),
        outcomes=outcomes_of(session, proposal.id),
        cost_changes=cost_changes_of(session, proposal.id),
        photos=public_photos(session, SubjectKind.PROPOSAL, [proposal.id])[proposal.id],
        pack=pack,
        missing=missing_of(proposal, pack),
        comments=comments_of(session, proposal.id),
        changes=changes_of(session, proposal.id),
        rearrangements=rearrangements_of(session, proposal.id),
        answer_due_at=_answer_due_at(session, cycle, proposal),
        appeal_until=_appeal_until(proposal),
    )


def _answer_due_at(session: Session, cycle: Cycle, proposal: Proposal) -> datetime | None:
    match State(proposal.state):
        case State.SUBMITTED | State.IN_REVIEW:
            return calendar_of(session, cycle).spans[Phase.FEASIBILITY].ends_at
        case State.APPEALED:
            return proposal.appealed_at and proposal.appealed_at + REPLY_TIME
        case _:
            return None


def _appeal_until(proposal: Proposal) -> datetime | None:
    can_appeal = proposal.state in {State.REFUSED, State.ACCEPTED_WITH_CHANGES}
    if not can_appeal or proposal.appealed_at is not None or proposal.decided_at is None:
        return None
    return proposal.decided_at + APPEAL_TIME
