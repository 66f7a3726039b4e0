"""More than one person behind a proposal: invited by one of them, and there by their own act."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from backend.accounts.sign_in import hash_token
from backend.ballots.proposals.commands import Join
from backend.ballots.proposals.models import (
    Proposal,
    ProposalContact,
    ProposalInvitation,
    ProposalProposer,
    RearrangementConsent,
)
from backend.ballots.proposals.note_change import note_change
from backend.ballots.proposals.queries import find_proposal, own_places, proposers_of
from backend.ballots.proposals.rules import INVITATION_TIME, MOST_PROPOSERS, check_proposer
from backend.ballots.proposals.standing import check_known, check_reviewer, kept_place
from backend.ballots.proposals.standing import check_proposer as check_theirs
from backend.ballots.proposals.windows import require_changeable
from backend.ballots.proposals.workflow import GONE, State
from backend.core.errors import Conflict, Invalid
from backend.core.public_words import without_blank
from backend.core.uow import UnitOfWork
from backend.photos.models import Photo
from backend.photos.remove_photo import held_photos, remove_photos
from backend.photos.subject import SubjectKind
from backend.photos.workflow import PhotoState


def invite(work: UnitOfWork, number: str) -> str:
    """A code that one more person can join with, once; it is shown once and its hash is kept.

    Raises `NotFound`, `Forbidden` and `Conflict`.
    """
    proposal = _open_proposal(work, number)
    check_theirs(work.session, proposal, work.actor)
    waiting = sa.select(sa.func.count()).where(
        ProposalInvitation.proposal_id == proposal.id, ProposalInvitation.expires_at > work.now
    )
    people = len(proposers_of(work.session, proposal.id)) + (work.session.scalar(waiting) or 0)
    if people >= MOST_PROPOSERS:
        raise Conflict("proposers-full", number=proposal.number, most=MOST_PROPOSERS)
    code = work.runtime.ids.token()
    work.session.add(
        ProposalInvitation(
            token_hash=hash_token(code),
            proposal_id=proposal.id,
            expires_at=work.now + INVITATION_TIME,
        )
    )
    return code


def join(work: UnitOfWork, command: Join) -> Proposal:
    """Stand behind a proposal, with a code; who does already stays as they are.

    The code of a place that was written down for somebody gives them that place. Raises `Invalid`,
    `NotFound`, `Unauthenticated` and `Conflict`.
    """
    person = check_known(work.actor)
    check_proposer(command.display_name, command.interests)
    proposal = _open_proposal(work, command.number)
    if own_places(work.session, [proposal.id], work.actor):
        return proposal
    place = kept_place(work.session, work.runtime, proposal.id, command.code)
    if place is None:
        _use_invitation(work, proposal.id, command.code)
        place = ProposalProposer(proposal_id=proposal.id, joined_at=work.now, interests="")
        work.session.add(place)
    place.person_hash = person
    place.display_name = without_blank(command.display_name) or place.display_name
    place.interests = without_blank(command.interests) or place.interests
    _tell(work, proposal)
    return proposal


def leave(work: UnitOfWork, number: str, proposer: int | None = None) -> None:
    """Stand behind it no longer; the proposal and its words stay, name and contact go.

    At any time. Reviewers name the `proposer` who asked them to, and with the first of them the
    photos go that staff sent: nobody without a phone could remove them. Raises `NotFound`.
    """
    if proposer is None:
        check_known(work.actor)
    else:
        check_reviewer(work.actor)
    proposal = find_proposal(work.session, number, lock=True)
    places = own_places(work.session, [proposal.id], work.actor)
    if proposer is not None:
        places = [one.id for one in proposers_of(work.session, proposal.id) if one.id == proposer]
    if places:
        photos = photos_sent_for(work, places) if proposer is not None else ()
        remove_proposers(work, places)
        remove_photos(work, photos)
        _tell(work, proposal)


def photos_sent_for(work: UnitOfWork, places: Sequence[int]) -> Sequence[Photo]:
    """The photos, held, that staff sent of proposals where one of `places` is the first.

    Staff write a proposal down for whoever is first on it. The caller holds the proposals.
    """
    earlier = aliased(ProposalProposer)
    is_after = sa.exists().where(
        earlier.proposal_id == ProposalProposer.proposal_id, earlier.id < ProposalProposer.id
    )
    theirs = sa.select(ProposalProposer.proposal_id).where(
        ProposalProposer.id.in_(places), sa.not_(is_after)
    )
    return held_photos(
        work,
        Photo.subject_kind == SubjectKind.PROPOSAL,
        Photo.subject_id.in_(theirs),
        Photo.reporter_hash.is_(None),
        Photo.state != PhotoState.REMOVED,
    )


def remove_proposers(work: UnitOfWork, places: list[int]) -> None:
    """Take people and all that leads to them off proposals, which the caller holds."""
    for model in (ProposalContact, RearrangementConsent):
        work.session.execute(sa.delete(model).where(model.proposer_id.in_(places)))
    work.session.execute(sa.delete(ProposalProposer).where(ProposalProposer.id.in_(places)))


def _open_proposal(work: UnitOfWork, number: str) -> Proposal:
    proposal = find_proposal(work.session, number, lock=True)
    require_changeable(work.session, proposal, work.now)
    if State(proposal.state) in GONE:
        raise Conflict("proposal-gone", number=proposal.number, state=proposal.state)
    return proposal


def _use_invitation(work: UnitOfWork, proposal_id: UUID, code: str) -> None:
    used = sa.delete(ProposalInvitation).where(
        ProposalInvitation.token_hash == hash_token(code.strip()),
        ProposalInvitation.proposal_id == proposal_id,
        ProposalInvitation.expires_at > work.now,
    )
    if work.session.execute(used.returning(ProposalInvitation.token_hash)).first() is None:
        raise Invalid("invitation-not-valid", pointer="/code")


def _tell(work: UnitOfWork, proposal: Proposal) -> None:
    note_change(work, proposal, "people")
    work.session.flush()
    count = len(proposers_of(work.session, proposal.id))
    work.decide("proposal.proposers_changed", f"proposal:{proposal.number}", proposers=count)
