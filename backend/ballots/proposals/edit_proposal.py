"""Those who made a proposal say it in other words, or take it back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from backend.ballots.proposals.change_cost import set_cost
from backend.ballots.proposals.commands import EditProposal, Withdraw
from backend.ballots.proposals.keep_comment import keep_comment
from backend.ballots.proposals.models import Proposal
from backend.ballots.proposals.note_change import check_version, note_change, take_step
from backend.ballots.proposals.queries import cycle_of, find_proposal
from backend.ballots.proposals.rules import checked_draft
from backend.ballots.proposals.standing import check_first_proposer, check_holder
from backend.ballots.proposals.submit_proposal import placed
from backend.ballots.proposals.windows import PROPOSING, require_changeable, require_one_of
from backend.ballots.proposals.workflow import State
from backend.core.errors import Conflict
from backend.core.uow import UnitOfWork

_BY_PROPOSER = "The proposer's own estimate."


def edit_proposal(work: UnitOfWork, command: EditProposal) -> Proposal:
    """Say it in other words while ideas are collected; what it said before stays readable.

    Changing nothing is no change. Raises `Invalid`, `Forbidden`, `NotFound` and `Conflict`.
    """
    proposal = hold_editable(work, command.number, command.code)
    cycle = cycle_of(work.session, proposal)
    new = {**checked_draft(command.draft), **placed(work.session, cycle, command.draft)}
    was: dict[str, Any] = {
        name: getattr(proposal, name)
        for name, value in new.items()
        if getattr(proposal, name) != value
    }
    if not was:
        return proposal
    check_version(proposal, command.version)
    if command.draft.cost is not None and "cost" in was:
        set_cost(work, proposal, command.draft.cost, _BY_PROPOSER)
    for name in was:
        setattr(proposal, name, new[name])
    note_change(work, proposal, "edited", was=was)
    work.decide("proposal.edited", f"proposal:{proposal.number}", fields=sorted(was))
    return proposal


def hold_editable(work: UnitOfWork, number: str, code: str = "") -> Proposal:
    """The proposal, held by one of its proposers while what it says may change.

    Raises `Forbidden`, `NotFound` and `Conflict`.
    """
    proposal = find_proposal(work.session, number, lock=True)
    check_holder(work, proposal, code)
    _require_editable(work.session, proposal, work.now)
    return proposal


def is_editable(session: Session, proposal_id: UUID, now: datetime) -> bool:
    """Whether what the proposal says and shows may change at this moment."""
    try:
        _require_editable(session, session.get_one(Proposal, proposal_id), now)
    except Conflict:
        return False
    return True


def withdraw(work: UnitOfWork, command: Withdraw) -> Proposal:
    """Take it back, until the ballot is settled; it stays readable. Again is the same."""
    proposal = find_proposal(work.session, command.number, lock=True)
    check_first_proposer(work.session, proposal, work.actor)
    if proposal.state == State.WITHDRAWN:
        return proposal
    require_changeable(work.session, proposal, work.now)
    if command.reason.strip():
        keep_comment(work, proposal, command.id, "withdrawal", command.reason)
    take_step(work, proposal, State.WITHDRAWN)
    return proposal


def _require_editable(session: Session, proposal: Proposal, now: datetime) -> None:
    require_one_of(session, cycle_of(session, proposal), PROPOSING, now)
    if proposal.state != State.SUBMITTED:
        raise Conflict("proposal-not-editable", number=proposal.number, state=proposal.state)
