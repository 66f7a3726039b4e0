"""Several proposals become one, or one becomes several, when all who made them agree.

The old ones keep their numbers, their words and their support, and point to the new; an
endorsement is for the words a person read, so the new ones begin without any.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from uuid import UUID

from backend.ballots.cycle.queries import public_cycle
from backend.ballots.proposals.commands import Consent, Draft, Rearrange, Rearranging
from backend.ballots.proposals.models import (
    Proposal,
    ProposalOrigin,
    ProposalProposer,
    Rearrangement,
    RearrangementConsent,
    RearrangementOrigin,
)
from backend.ballots.proposals.note_change import take_step
from backend.ballots.proposals.queries import (
    consents_of,
    cycle_of,
    find_proposal,
    find_rearrangement,
    lock_proposals,
    origins_of,
    own_places,
    proposers_of,
)
from backend.ballots.proposals.rules import MOST_PARTS, checked_draft
from backend.ballots.proposals.standing import check_reviewer
from backend.ballots.proposals.submit_proposal import placed, store_proposal
from backend.ballots.proposals.windows import ARRANGING, require_one_of
from backend.ballots.proposals.workflow import REVIEWERS, State, find_move
from backend.core.db import lock_id
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork

_AFTER = {Rearranging.MERGE: State.MERGED, Rearranging.SPLIT: State.SPLIT}


def rearrange(work: UnitOfWork, command: Rearrange) -> Rearrangement:
    """Ask all who stand behind some proposals; who asks has agreed. Again is the same.

    Open to each of them and to reviewers. Raises `Invalid`, `NotFound`, `Forbidden`, `Conflict`.
    """
    _check_counts(command)
    reason = checked_reason(command.reason, is_needed=True) or ""
    lock_id(work.session, command.id)
    known = work.session.get(Rearrangement, command.id)
    drafts = [asdict(draft) for draft in command.drafts]
    if known is not None:
        if (known.kind, known.reason, known.drafts) != (command.kind, reason, drafts):
            raise Conflict("proposal-id-taken", pointer="/id")
        return known
    cycle = public_cycle(work.session, command.cycle)
    require_one_of(work.session, cycle, ARRANGING, work.now)
    for at, draft in enumerate(command.drafts):
        with _pointing_at(f"/drafts/{at}"):
            checked_draft(draft)
            placed(work.session, cycle, draft)
    origins = [find_proposal(work.session, number).id for number in command.numbers]
    proposals = lock_proposals(work.session, origins)
    if len(proposals) != len(command.numbers) or {p.cycle_id for p in proposals} != {cycle.id}:
        raise Invalid("rearrangement-not-valid", pointer="/numbers")
    check_movable(proposals, command.kind)
    places = own_places(work.session, origins, work.actor)
    if work.actor.role not in REVIEWERS and not places:
        raise Forbidden("proposal-not-yours", number=proposals[0].number)
    wish = Rearrangement(
        id=command.id,
        cycle_id=cycle.id,
        kind=command.kind.value,
        state="open",
        reason=reason,
        drafts=drafts,
        actor=work.actor.key,
        at=work.now,
    )
    work.session.add(wish)
    work.session.flush()
    work.session.add_all(
        RearrangementOrigin(rearrangement_id=wish.id, proposal_id=one.id) for one in proposals
    )
    _keep(work, wish, places, agrees=True)
    work.decide(
        "proposal.rearranging",
        f"cycle:{cycle.slug}",
        kind=wish.kind,
        proposals=[one.number for one in proposals],
    )
    _carry_out_when_agreed(work, wish, proposals)
    return wish


def consent(work: UnitOfWork, command: Consent) -> Rearrangement:
    """Say yes or no to what is open; one no ends it, the last yes carries it out.

    Reviewers say it for a proposer without a phone, whom they name. Raises `NotFound`, `Forbidden`
    and `Conflict`.
    """
    origins = origins_of(work.session, find_rearrangement(work.session, command.id).id)
    proposals = lock_proposals(work.session, origins)
    wish = find_rearrangement(work.session, command.id, lock=True)
    places = _places_of(work, origins, command.proposer)
    if wish.state != "open":
        said = consents_of(work.session, wish.id)
        if all(said.get(place) is command.agrees for place in places):
            return wish
        raise Conflict("rearrangement-closed", state=wish.state)
    require_one_of(work.session, cycle_of(work.session, proposals[0]), ARRANGING, work.now)
    check_movable(proposals, Rearranging(wish.kind))
    _keep(work, wish, places, agrees=command.agrees)
    if command.agrees:
        _carry_out_when_agreed(work, wish, proposals)
    else:
        wish.state = "declined"
        work.decide(
            "proposal.rearranging_declined",
            f"cycle:{cycle_of(work.session, proposals[0]).slug}",
            kind=wish.kind,
            proposals=[one.number for one in proposals],
        )
    return wish


def carry_out(work: UnitOfWork, id_: UUID) -> Rearrangement:
    """Do what all who are left agreed to, where whoever had not answered has left meanwhile.

    For reviewers. Raises `NotFound`, `Forbidden`, and `Conflict` while somebody has not agreed.
    """
    check_reviewer(work.actor)
    origins = origins_of(work.session, find_rearrangement(work.session, id_).id)
    proposals = lock_proposals(work.session, origins)
    wish = find_rearrangement(work.session, id_, lock=True)
    if wish.state != "open":
        raise Conflict("rearrangement-closed", state=wish.state)
    require_one_of(work.session, cycle_of(work.session, proposals[0]), ARRANGING, work.now)
    check_movable(proposals, Rearranging(wish.kind))
    _carry_out_when_agreed(work, wish, proposals)
    if wish.state == "open":
        raise Conflict("rearrangement-waits")
    return wish


def check_movable(proposals: Sequence[Proposal], kind: Rearranging) -> None:
    """Raise `Conflict` where one of them stands too far along, or has ended."""
    after = _AFTER[kind]
    for proposal in proposals:
        if find_move(State(proposal.state), after) is None:
            raise Conflict(
                "proposal-step-not-possible",
                number=proposal.number,
                before=proposal.state,
                after=after.value,
            )


def _check_counts(command: Rearrange) -> None:
    before, after = len(set(command.numbers)), len(command.drafts)
    if before != len(command.numbers):
        raise Invalid("rearrangement-not-valid", pointer="/numbers")
    few, many = (after, before) if command.kind is Rearranging.MERGE else (before, after)
    if few != 1 or not 2 <= many <= MOST_PARTS:
        raise Invalid("rearrangement-not-valid", pointer="/drafts")


@contextmanager
def _pointing_at(pointer: str) -> Iterator[None]:
    """Let a refusal in the block say which draft it is about."""
    try:
        yield
    except Invalid as error:
        error.pointer = f"{pointer}{error.pointer or ''}"
        raise


def _places_of(work: UnitOfWork, origins: list[UUID], proposer: int | None) -> list[int]:
    """For whom the actor speaks."""
    if proposer is None:
        places = own_places(work.session, origins, work.actor)
    else:
        check_reviewer(work.actor)
        named = work.session.get(ProposalProposer, proposer)
        places = [proposer] if named is not None and named.proposal_id in origins else []
    if not places:
        raise Forbidden("rearrangement-not-yours")
    return places


def _keep(work: UnitOfWork, wish: Rearrangement, places: list[int], *, agrees: bool) -> None:
    for place in places:
        work.session.merge(
            RearrangementConsent(
                rearrangement_id=wish.id,
                proposer_id=place,
                agrees=agrees,
                actor=work.actor.key,
                at=work.now,
            )
        )
    work.session.flush()


def _carry_out_when_agreed(
    work: UnitOfWork, wish: Rearrangement, proposals: list[Proposal]
) -> None:
    people = [one for proposal in proposals for one in proposers_of(work.session, proposal.id)]
    said = consents_of(work.session, wish.id)
    if not all(said.get(one.id) for one in people):
        return
    wish.state = "done"
    results = [_store_result(work, Draft(**draft), proposals) for draft in wish.drafts]
    for result in results:
        _copy_people(work, result, people)
    for proposal in proposals:
        take_step(work, proposal, _AFTER[Rearranging(wish.kind)])
    work.decide(
        "proposal.rearranged",
        f"proposal:{proposals[0].number}",
        kind=wish.kind,
        before=[one.number for one in proposals],
        after=[one.number for one in results],
    )


def _store_result(work: UnitOfWork, draft: Draft, origins: list[Proposal]) -> Proposal:
    cycle = cycle_of(work.session, origins[0])
    result = Proposal(
        id=work.runtime.ids.uuid(),
        cycle_id=cycle.id,
        channel=origins[0].channel,
        fingerprint="",
        **checked_draft(draft),
        **placed(work.session, cycle, draft),
    )
    store_proposal(work, result)
    work.session.add_all(ProposalOrigin(proposal_id=result.id, origin_id=one.id) for one in origins)
    return result


def _copy_people(work: UnitOfWork, result: Proposal, people: list[ProposalProposer]) -> None:
    """Everybody stands behind what came of it, once."""
    seen: set[str] = set()
    for one in people:
        if one.person_hash is not None and one.person_hash in seen:
            continue
        seen |= {one.person_hash} if one.person_hash else set()
        work.session.add(
            ProposalProposer(
                proposal_id=result.id,
                person_hash=one.person_hash,
                display_name=one.display_name,
                interests=one.interests,
                joined_at=one.joined_at,
            )
        )
    work.session.flush()
