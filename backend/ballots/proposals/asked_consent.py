"""What is asked of those who made proposals: who has answered, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from backend.ballots.proposals.commands import Rearranging
from backend.ballots.proposals.models import Proposal, ProposalProposer, Rearrangement
from backend.ballots.proposals.queries import (
    consents_of,
    cycle_of,
    numbers_related,
    origins_of,
    proposals_by_id,
    proposers_of,
)
from backend.ballots.proposals.rearrange import check_movable
from backend.ballots.proposals.windows import ARRANGING, require_one_of
from backend.core.errors import Conflict


class Standing(StrEnum):
    """How it stands with a wish to merge or split."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    ENDED = "ended"
    LAPSED = "lapsed"
    """Not everybody had answered when it could be done no longer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of those who are asked has said; `agrees` is None for nothing yet."""

    proposer: ProposalProposer
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class AskedConsent:
    """One wish: the proposals it is about, an answer for each place behind them, what became."""

    wish: Rearrangement
    standing: Standing
    proposals: Sequence[Proposal]
    answers: Sequence[Answer]
    became: Sequence[str]


def asked_consent(session: Session, wish: Rearrangement, now: datetime) -> AskedConsent:
    """All of it, as it stands at `now`."""
    proposals = proposals_by_id(session, origins_of(session, wish.id))
    said = consents_of(session, wish.id)
    people = [one for proposal in proposals for one in proposers_of(session, proposal.id)]
    standing = Standing(wish.state)
    if standing is Standing.OPEN and not _is_possible(session, wish, proposals, now):
        standing = Standing.LAPSED
    # A proposal goes on as others once at most.
    became = numbers_related(session, proposals[0].id)[1] if standing is Standing.DONE else []
    answers = [Answer(one, said.get(one.id)) for one in people]
    return AskedConsent(wish, standing, proposals, answers, became)


def _is_possible(
    session: Session, wish: Rearrangement, proposals: Sequence[Proposal], now: datetime
) -> bool:
    try:
        require_one_of(session, cycle_of(session, proposals[0]), ARRANGING, now)
        check_movable(proposals, Rearranging(wish.kind))
    except Conflict:
        return False
    return True
