"""Who may act for a proposal: those who stand behind it, and the city for them."""

import hmac
from uuid import UUID

from sqlalchemy.orm import Session

from backend.ballots.proposals.models import Proposal, ProposalProposer
from backend.ballots.proposals.queries import own_places, proposers_of
from backend.ballots.proposals.workflow import REVIEWERS
from backend.core.actors import Actor
from backend.core.errors import Forbidden, Invalid, Unauthenticated
from backend.core.keys import keyed_hash
from backend.core.runtime import Runtime
from backend.core.uow import UnitOfWork

_CODE_LENGTH = 20


def check_proposer(session: Session, proposal: Proposal, actor: Actor) -> None:
    """Raise `Forbidden` unless it is theirs; reviewers act for people who cannot."""
    if actor.role not in REVIEWERS and not own_places(session, [proposal.id], actor):
        raise Forbidden("proposal-not-yours", number=proposal.number)


def check_holder(work: UnitOfWork, proposal: Proposal, code: str) -> None:
    """The same for whoever has no phone and shows the code of their place; `Invalid` on another."""
    if not code:
        check_proposer(work.session, proposal, work.actor)
    elif kept_place(work.session, work.runtime, proposal.id, code) is None:
        raise Invalid("proposal-code-not-valid", pointer="/code", number=proposal.number)


def check_first_proposer(session: Session, proposal: Proposal, actor: Actor) -> None:
    """The same for what concerns all who stand behind it: the first of them says it."""
    check_proposer(session, proposal, actor)
    if actor.role in REVIEWERS:
        return
    first = proposers_of(session, proposal.id)[0]
    if first.person_hash not in actor.reporters:
        raise Forbidden("first-proposer-only", number=proposal.number)


def check_reviewer(actor: Actor) -> None:
    """Raise `Forbidden` unless the actor reviews for the city."""
    if actor.role not in REVIEWERS:
        raise Forbidden("role-not-allowed", role=actor.role.value)


def check_known(actor: Actor) -> str:
    """The hash of a resident who can be told from another; raises `Unauthenticated`."""
    if actor.is_staff or actor.reporter is None:
        raise Unauthenticated("person-unknown")
    return actor.reporter


def kept_place(
    session: Session, runtime: Runtime, proposal_id: UUID, code: str
) -> ProposalProposer | None:
    """The place that is kept for whoever has the code; None once somebody took it."""
    shown = code.strip().lower().encode()
    for proposer in proposers_of(session, proposal_id):
        expected = place_code(runtime, proposer).encode()
        if proposer.person_hash is None and hmac.compare_digest(expected, shown):
            return proposer
    return None


def place_code(runtime: Runtime, proposer: ProposalProposer) -> str:
    """What lets a person take the place that was written down for them; the same every time."""
    subject = f"{proposer.proposal_id}:{proposer.id}"
    return keyed_hash(runtime.settings.hash_key, "proposer", subject)[:_CODE_LENGTH]
