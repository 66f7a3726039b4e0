"""Proposals as their schemas have them, not yet turned into JSON's types."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.proposals.commands import Rearranging
from backend.ballots.proposals.models import (
    Proposal,
    ProposalChange,
    ProposalComment,
    Rearrangement,
)
from backend.ballots.proposals.overdue import Overdue
from backend.ballots.proposals.public_proposal import PublicProposal, public_proposal
from backend.ballots.proposals.queries import Listed
from backend.ballots.proposals.similar import Similar
from backend.core.actors import ANONYMOUS
from backend.core.addresses import public_address
from backend.photos.queries import PublicPhoto, public_photos
from backend.photos.subject import SubjectKind


def proposal_now(session: Session, number: str) -> dict[str, Any]:
    """The members of `ProposalSchema` for the proposal a person means by `number`."""
    return _proposal(public_proposal(session, number))


def line_documents(session: Session, listed: Sequence[Listed]) -> list[dict[str, Any]]:
    """The members of `ProposalLineSchema` for each."""
    photos = public_photos(session, SubjectKind.PROPOSAL, [one.proposal.id for one in listed])
    return [_line(one.proposal, one.endorsements, photos[one.proposal.id]) for one in listed]


def similar_document(one: Similar) -> dict[str, Any]:
    """The members of `SimilarSchema`."""
    return {
        "number": one.number,
        "title": one.title,
        "state": one.state,
        "score": one.score,
        "metres": one.metres,
        "url": _url(one.number),
    }


def overdue_document(one: Overdue) -> dict[str, Any]:
    """The members of `OverdueAnswerSchema`."""
    return {
        "number": one.number,
        "title": one.title,
        "kind": one.kind,
        "owes": one.owes,
        "due_datetime": one.due_at,
        "url": _url(one.number),
    }


def comment_document(comment: ProposalComment) -> dict[str, Any]:
    """The members of `ProposalCommentSchema`."""
    is_hidden = comment.hidden_reason is not None
    return {
        "id": comment.id,
        "at": comment.at,
        "kind": comment.kind,
        "by": comment.by,
        "text": "" if is_hidden else comment.text,
        "asked": comment.asked,
        "due_datetime": comment.due_at,
        "answered_datetime": comment.answered_at,
        "answers": comment.answers_id,
        "hidden_reason": comment.hidden_reason,
    }


def rearrangement_document(wish: Rearrangement) -> dict[str, Any]:
    """The members of `RearrangementSchema`."""
    return {
        "id": wish.id,
        "kind": Rearranging(wish.kind),
        "state": wish.state,
        "reason": wish.reason,
        "drafts": wish.drafts,
    }


def _line(proposal: Proposal, endorsements: int, photos: Sequence[PublicPhoto]) -> dict[str, Any]:
    return {
        "number": proposal.number,
        "title": proposal.title,
        "summary": proposal.summary,
        "language": proposal.language,
        "part": proposal.part_code,
        "category": proposal.category,
        "cost": proposal.cost,
        "lat": proposal.lat,
        "lon": proposal.lon,
        "state": proposal.state,
        "endorsements": endorsements,
        "submitted_datetime": proposal.submitted_at,
        "photo": next(iter(photos), None),
        "url": _url(proposal.number),
    }


def _proposal(found: PublicProposal) -> dict[str, Any]:
    proposal, cycle = found.proposal, found.cycle
    return {
        **_line(proposal, found.endorsements, found.photos),
        **_money(cycle),
        "cycle": cycle.slug,
        "version": proposal.version,
        "description": proposal.description,
        "changed_datetime": proposal.changed_at,
        "answer_due_datetime": found.answer_due_at,
        "appeal_until_datetime": found.appeal_until,
        "proposers": found.proposers,
        "photos": found.photos,
        "came_from": found.came_from,
        "became": found.became,
        "translations": found.translations,
        "findings": found.findings,
        "outcomes": found.outcomes,
        "cost_changes": found.cost_changes,
        "pack": found.pack,
        "missing": found.missing,
        "comments": [comment_document(one) for one in found.comments],
        "history": [_change(one) for one in found.changes],
        "rearrangements": [rearrangement_document(one) for one in found.rearrangements],
    }


def _money(cycle: Cycle) -> dict[str, Any]:
    return {"currency": cycle.currency, "money_scale": cycle.money_scale}


def _change(change: ProposalChange) -> dict[str, Any]:
    return {
        "at": change.at,
        "kind": change.kind,
        "state": change.to_state,
        "by": "resident" if change.actor == ANONYMOUS.key else "city",
        "reason": change.reason,
        "was": change.was,
    }


def _url(number: str) -> str:
    return public_address("web.proposal", number=number)
