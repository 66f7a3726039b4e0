"""One step in a proposal's history, written the same way by every use case."""

from typing import Any

from backend.ballots.proposals.events import ProposalMoved
from backend.ballots.proposals.models import Proposal, ProposalChange
from backend.ballots.proposals.workflow import Move, State, find_move
from backend.core.errors import Conflict, Forbidden
from backend.core.uow import UnitOfWork


def note_change(
    work: UnitOfWork,
    proposal: Proposal,
    kind: str,
    *,
    move: Move | None = None,
    reason: str | None = None,
    was: dict[str, Any] | None = None,
) -> None:
    """Add a step of `kind`, made now by the one who acts.

    Kinds are submitted, state, edited, cost, people, pack, translation, moderation and covered. The
    version counts the steps, so that nobody acts on what they have not seen.
    """
    proposal.version += 1
    proposal.changed_at = work.now
    work.session.add(
        ProposalChange(
            proposal_id=proposal.id,
            at=work.now,
            kind=kind,
            from_state=move.before.value if move else None,
            to_state=move.after.value if move else None,
            actor=work.actor.key,
            reason=reason,
            was=was,
        )
    )


def check_version(proposal: Proposal, version: int) -> None:
    """Raise `Conflict` unless `version` is the newest."""
    if proposal.version != version:
        raise Conflict("proposal-moved-on", number=proposal.number, state=proposal.state)


def take_step(
    work: UnitOfWork, proposal: Proposal, after: State, reason: str | None = None
) -> None:
    """Go to `after`; raises `Conflict` where the table has no such step, `Forbidden` by role.

    `reason` is the city's; what residents say stands among the comments.
    """
    before = State(proposal.state)
    move = find_move(before, after)
    if move is None:
        raise Conflict(
            "proposal-step-not-possible",
            number=proposal.number,
            before=before.value,
            after=after.value,
        )
    if work.actor.role not in move.roles:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    proposal.state = after.value
    note_change(work, proposal, "state", move=move, reason=reason)
    work.decide(
        "proposal.moved",
        f"proposal:{proposal.number}",
        before=before.value,
        after=after.value,
        has_reason=reason is not None,
    )
    work.emit(ProposalMoved(proposal.id))
