"""A proposal comes in, from any channel: stored once, placed in a part of its cycle, numbered."""

import hashlib
import json
from dataclasses import asdict, dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import CITYWIDE, Cycle
from backend.ballots.cycle.queries import part_names, public_cycle
from backend.ballots.proposals.commands import Draft, SubmitProposal
from backend.ballots.proposals.models import Proposal, ProposalContact, ProposalProposer
from backend.ballots.proposals.note_change import note_change
from backend.ballots.proposals.queries import proposers_of
from backend.ballots.proposals.rules import check_proposer, checked_draft, checked_place
from backend.ballots.proposals.standing import check_known, check_reviewer, place_code
from backend.ballots.proposals.windows import PROPOSING, require_one_of
from backend.ballots.proposals.workflow import State
from backend.core.channels import Channel
from backend.core.contact import check_contact
from backend.core.db import lock_id
from backend.core.errors import Conflict, Invalid
from backend.core.public_words import without_blank
from backend.core.uow import UnitOfWork
from backend.places.locate import district_map


@dataclass(frozen=True, slots=True)
class Submitted:
    """The stored proposal, and whether this call stored it.

    `code` is for a proposer nobody could tell from another: with it they take the place that was
    kept for them.
    """

    number: str
    is_new: bool
    code: str | None


def submit_proposal(work: UnitOfWork, command: SubmitProposal) -> Submitted:
    """Store a proposal in the time for ideas; sending it again is the same one.

    From a phone, which needs a token; from a page, without one; from staff, for people who cannot.
    Raises `Invalid`, `NotFound`, `Conflict` and `Unauthenticated`.
    """
    _check_sender(work, command.channel)
    words = checked_draft(command.draft)
    check_proposer(command.display_name, command.interests)
    check_contact(command.contact)
    lock_id(work.session, command.id)
    fingerprint = _fingerprint(command)
    known = work.session.get(Proposal, command.id)
    if known is not None:
        if known.fingerprint != fingerprint:
            raise Conflict("proposal-id-taken", pointer="/id")
        return Submitted(known.number, is_new=False, code=_code(work, known.id))
    cycle = public_cycle(work.session, command.cycle)
    require_one_of(work.session, cycle, PROPOSING, work.now)
    proposal = Proposal(
        id=command.id,
        cycle_id=cycle.id,
        channel=command.channel.value,
        fingerprint=fingerprint,
        **words,
        **placed(work.session, cycle, command.draft),
    )
    store_proposal(work, proposal)
    _add_proposer(work, proposal, command)
    work.decide(
        "proposal.submitted",
        f"proposal:{proposal.number}",
        cycle=cycle.slug,
        part=proposal.part_code,
        channel=command.channel.value,
    )
    return Submitted(proposal.number, is_new=True, code=_code(work, proposal.id))


def store_proposal(work: UnitOfWork, proposal: Proposal) -> None:
    """Give a new proposal its number, its first state and the first line of its history."""
    taken = sa.select(sa.exists().where(Proposal.number == sa.bindparam("number")))
    number = work.runtime.ids.public_number()
    while work.session.scalar(taken, {"number": number}):
        number = work.runtime.ids.public_number()
    proposal.number = number
    proposal.state = State.SUBMITTED.value
    proposal.version = 0
    proposal.submitted_at = work.now
    work.session.add(proposal)
    note_change(work, proposal, "submitted")
    work.session.flush()


def placed(session: Session, cycle: Cycle, draft: Draft) -> dict[str, str | float | None]:
    """Part and place by column; raises `Invalid` where the cycle has no money for that place."""
    districts = district_map(session)
    place = checked_place(draft, districts.extent if districts else None)
    names = part_names(session, cycle)
    code = draft.part
    if place is not None:
        district = districts.find(*place)[1] if districts else None
        if district is None:
            raise Invalid("proposal-outside-city", pointer="/lat")
        code = code or district
        if code not in (CITYWIDE, district):
            asked, there = (names.get(one, one)[:60] for one in (code, district))
            raise Invalid("place-in-another-part", pointer="/lat", part=asked, place=there)
    if code not in names:
        asked = (code or "")[:60]
        raise Invalid("part-not-in-cycle", pointer="/part", part=asked, parts=[*names.values()])
    lon, lat = place or (None, None)
    return {"part_code": code, "lon": lon, "lat": lat}


def _check_sender(work: UnitOfWork, channel: Channel) -> None:
    if work.actor.is_staff:
        check_reviewer(work.actor)
    elif channel is not Channel.WEB:
        check_known(work.actor)


def _add_proposer(work: UnitOfWork, proposal: Proposal, command: SubmitProposal) -> None:
    proposer = ProposalProposer(
        proposal_id=proposal.id,
        person_hash=work.actor.reporter,
        display_name=without_blank(command.display_name) or None,
        interests=without_blank(command.interests),
        joined_at=work.now,
    )
    work.session.add(proposer)
    work.session.flush()
    fields = {name: text for name, text in command.contact.items() if text.strip()}
    if fields:
        sealed = work.runtime.keyring.seal(fields, associated=proposal.id.bytes)
        work.session.add(ProposalContact(proposer_id=proposer.id, sealed=sealed))


def _code(work: UnitOfWork, proposal_id: UUID) -> str | None:
    """The code of the first place that nobody has taken yet."""
    proposers = proposers_of(work.session, proposal_id)
    free = [one for one in proposers if one.person_hash is None]
    return place_code(work.runtime, free[0]) if free else None


def _fingerprint(command: SubmitProposal) -> str:
    # Without name, interests and contact, which may be erased: the fingerprint stays.
    said = [command.cycle, command.channel.value, asdict(command.draft)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
