"""What is owed an answer and has none by its date, for everybody to see."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import calendar_of
from backend.ballots.proposals.commands import Asked
from backend.ballots.proposals.models import Proposal, ProposalComment
from backend.ballots.proposals.rules import REPLY_TIME
from backend.ballots.proposals.workflow import GONE, State

MOST = 500


@dataclass(frozen=True, slots=True)
class Overdue:
    """One answer that is late: `owes` is city or proposer; `kind` question, review or appeal."""

    number: str
    title: str
    kind: str
    owes: str
    due_at: datetime


def overdue_answers(session: Session, cycle: Cycle, now: datetime) -> list[Overdue]:
    """The first `MOST` of a cycle, longest overdue first."""
    found = [*_questions(session, cycle, now), *_reviews(session, cycle, now)]
    return sorted(found, key=lambda one: (one.due_at, one.number))[:MOST]


def _questions(session: Session, cycle: Cycle, now: datetime) -> list[Overdue]:
    late = (
        sa.select(Proposal.number, Proposal.title, ProposalComment.asked, ProposalComment.due_at)
        .join(Proposal, Proposal.id == ProposalComment.proposal_id)
        .where(
            Proposal.cycle_id == cycle.id,
            Proposal.state.not_in(GONE),
            ProposalComment.due_at < now,
            ProposalComment.answered_at.is_(None),
            ProposalComment.hidden_reason.is_(None),
        )
        .order_by(ProposalComment.due_at, ProposalComment.id)
        .limit(MOST)
    )
    return [
        Overdue(number, title, "question", asked or Asked.CITY.value, due_at)
        for number, title, asked, due_at in session.execute(late)
        if due_at is not None
    ]


def _reviews(session: Session, cycle: Cycle, now: datetime) -> list[Overdue]:
    """A review is due by the end of the phase for it, an appeal some time after it was made."""
    review_due_at = calendar_of(session, cycle).spans[Phase.FEASIBILITY].ends_at
    waiting = sa.or_(
        sa.and_(
            Proposal.state.in_([State.SUBMITTED, State.IN_REVIEW]),
            sa.literal(review_due_at <= now),
        ),
        sa.and_(Proposal.state == State.APPEALED, Proposal.appealed_at < now - REPLY_TIME),
    )
    found = session.scalars(
        sa.select(Proposal)
        .where(Proposal.cycle_id == cycle.id, waiting)
        .order_by(Proposal.submitted_at, Proposal.number)
        .limit(MOST)
    )
    return [
        Overdue(one.number, one.title, "appeal", Asked.CITY.value, one.appealed_at + REPLY_TIME)
        if one.appealed_at
        else Overdue(one.number, one.title, "review", Asked.CITY.value, review_due_at)
        for one in found
    ]
