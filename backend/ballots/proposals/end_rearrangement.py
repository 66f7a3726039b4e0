"""Staff end what is asked: it was asked by mistake, or says what must not be read."""

from backend.ballots.proposals.commands import EndRearrangement
from backend.ballots.proposals.models import Rearrangement
from backend.ballots.proposals.queries import (
    cycle_of,
    find_rearrangement,
    lock_proposals,
    origins_of,
)
from backend.ballots.proposals.standing import check_reviewer
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork


def end_rearrangement(work: UnitOfWork, command: EndRearrangement) -> Rearrangement:
    """Ask nobody any longer: the words are gone, and the city's reason stands in their place.

    At any time; what is done stays done. Raises `NotFound`, `Forbidden`, and `Invalid` without a
    reason.
    """
    check_reviewer(work.actor)
    reason = checked_reason(command.reason, is_needed=True)
    origins = origins_of(work.session, find_rearrangement(work.session, command.id).id)
    proposals = lock_proposals(work.session, origins)
    wish = find_rearrangement(work.session, command.id, lock=True)
    wish.reason, wish.drafts = reason or "", []
    if wish.state != "done":
        wish.state = "ended"
    work.decide(
        "proposal.rearranging_ended",
        f"cycle:{cycle_of(work.session, proposals[0]).slug}",
        kind=wish.kind,
        proposals=[one.number for one in proposals],
        reason=reason,
    )
    return wish
