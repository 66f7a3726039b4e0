"""Which proposals, and what belongs to one: every read of the slice, always ordered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.proposals.commands import Criterion
from backend.ballots.proposals.models import (
    Proposal,
    ProposalChange,
    ProposalComment,
    ProposalCostChange,
    ProposalEndorsement,
    ProposalFinding,
    ProposalOrigin,
    ProposalOutcome,
    ProposalPack,
    ProposalProposer,
    ProposalTranslation,
    Rearrangement,
    RearrangementConsent,
    RearrangementOrigin,
)
from backend.ballots.proposals.workflow import GONE, State
from backend.core.actors import Actor
from backend.core.errors import NotFound
from backend.core.ids import read_number

MOST_COMMENTS = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which proposals of a cycle: of a part, a category, some states; those gone only by name."""

    part: str | None = None
    category: str | None = None
    states: Collection[State] = tuple(state for state in State if state not in GONE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A proposal with how many support it."""

    proposal: Proposal
    endorsements: int


def find_proposal(session: Session, number: str, *, lock: bool = False) -> Proposal:
    """The proposal a person means by `number`; raises `NotFound`."""
    wanted = sa.select(Proposal).where(Proposal.number == (read_number(number) or ""))
    found = session.scalar(
        wanted.with_for_update().execution_options(populate_existing=True) if lock else wanted
    )
    if found is None:
        raise NotFound("proposal-not-found", number=number[:40])
    return found


def lock_proposals(session: Session, ids: Collection[UUID]) -> list[Proposal]:
    """These proposals, held against others' changes, always in the order of their ids."""
    wanted = sa.select(Proposal).where(Proposal.id.in_(ids)).order_by(Proposal.id)
    return list(session.scalars(wanted.with_for_update().execution_options(populate_existing=True)))


def proposals_by_id(session: Session, ids: Collection[UUID]) -> list[Proposal]:
    """These proposals, in the order they came in."""
    wanted = sa.select(Proposal).where(Proposal.id.in_(ids))
    return list(session.scalars(wanted.order_by(Proposal.submitted_at, Proposal.number)))


def cycle_of(session: Session, proposal: Proposal) -> Cycle:
    """The cycle a proposal belongs to."""
    return session.get_one(Cycle, proposal.cycle_id)


def proposers_of(session: Session, proposal_id: UUID) -> list[ProposalProposer]:
    """Those who stand behind a proposal, the first of them first."""
    wanted = sa.select(ProposalProposer).where(ProposalProposer.proposal_id == proposal_id)
    return list(session.scalars(wanted.order_by(ProposalProposer.id)))


def own_places(session: Session, proposal_ids: Collection[UUID], actor: Actor) -> list[int]:
    """The ids under which `actor` stands behind any of the proposals."""
    wanted = sa.select(ProposalProposer.id).where(
        ProposalProposer.proposal_id.in_(proposal_ids),
        ProposalProposer.person_hash.in_(sorted(actor.reporters)),
    )
    return list(session.scalars(wanted.order_by(ProposalProposer.id)))


def list_proposals(
    session: Session, cycle: Cycle, wanted: Wanted, *, limit: int, offset: int = 0
) -> tuple[int, list[Listed]]:
    """How many there are, and one page of them with their support, newest first."""
    chosen = _chosen(cycle, wanted)
    total = session.scalar(sa.select(sa.func.count()).select_from(Proposal).where(chosen)) or 0
    support = (
        sa.select(sa.func.count())
        .where(ProposalEndorsement.proposal_id == Proposal.id)
        .scalar_subquery()
    )
    page = sa.select(Proposal, support).where(chosen)
    page = page.order_by(Proposal.submitted_at.desc(), Proposal.number)
    rows = session.execute(page.limit(limit).offset(offset))
    return total, [Listed(proposal, count) for proposal, count in rows]


def _chosen(cycle: Cycle, wanted: Wanted) -> sa.ColumnElement[bool]:
    conditions = [Proposal.cycle_id == cycle.id, Proposal.state.in_(wanted.states)]
    if wanted.part is not None:
        conditions.append(Proposal.part_code == wanted.part)
    if wanted.category is not None:
        conditions.append(Proposal.category == wanted.category)
    return sa.and_(*conditions)


def proposals_in(session: Session, cycle: Cycle, states: Sequence[State]) -> list[Proposal]:
    """All of a cycle in some states, in the order they came in."""
    wanted = sa.select(Proposal).where(Proposal.cycle_id == cycle.id, Proposal.state.in_(states))
    return list(session.scalars(wanted.order_by(Proposal.submitted_at, Proposal.number)))


def endorsements_of(session: Session, proposal_id: UUID) -> int:
    """How many people support a proposal."""
    count = sa.select(sa.func.count()).where(ProposalEndorsement.proposal_id == proposal_id)
    return session.scalar(count) or 0


def changes_of(session: Session, proposal_id: UUID) -> list[ProposalChange]:
    """What happened to a proposal, oldest first."""
    wanted = sa.select(ProposalChange).where(ProposalChange.proposal_id == proposal_id)
    return list(session.scalars(wanted.order_by(ProposalChange.id)))


def comments_of(session: Session, proposal_id: UUID, offset: int = 0) -> list[ProposalComment]:
    """What was said under a proposal: the newest `MOST_COMMENTS` but `offset`, oldest first."""
    wanted = (
        sa.select(ProposalComment)
        .where(ProposalComment.proposal_id == proposal_id)
        .order_by(ProposalComment.at.desc(), ProposalComment.id.desc())
    )
    return list(session.scalars(wanted.limit(MOST_COMMENTS).offset(offset)))[::-1]


def findings_of(session: Session, proposal_id: UUID) -> list[ProposalFinding]:
    """What reviewers found, round by round, in the order of the criteria."""
    place = {one.value: at for at, one in enumerate(Criterion)}
    wanted = (
        sa.select(ProposalFinding)
        .where(ProposalFinding.proposal_id == proposal_id)
        .order_by(ProposalFinding.round, sa.case(place, value=ProposalFinding.criterion))
    )
    return list(session.scalars(wanted))


def outcomes_of(session: Session, proposal_id: UUID) -> list[ProposalOutcome]:
    """What the rounds of review came to, in their order."""
    wanted = sa.select(ProposalOutcome).where(ProposalOutcome.proposal_id == proposal_id)
    return list(session.scalars(wanted.order_by(ProposalOutcome.round)))


def cost_changes_of(session: Session, proposal_id: UUID) -> list[ProposalCostChange]:
    """Each time the cost became another, oldest first."""
    wanted = sa.select(ProposalCostChange).where(ProposalCostChange.proposal_id == proposal_id)
    return list(session.scalars(wanted.order_by(ProposalCostChange.id)))


def translations_of(session: Session, proposal_id: UUID) -> list[ProposalTranslation]:
    """Title and summary in other languages, by their tags."""
    wanted = sa.select(ProposalTranslation).where(ProposalTranslation.proposal_id == proposal_id)
    return list(session.scalars(wanted.order_by(ProposalTranslation.language)))


def pack_of(session: Session, proposal_id: UUID) -> ProposalPack | None:
    """What voters should know of it, where that is written."""
    return session.get(ProposalPack, proposal_id)


def packs_by_number(session: Session, numbers: Sequence[str]) -> dict[str, ProposalPack]:
    """The packs of those proposals that have one, by their numbers."""
    wanted = (
        sa.select(Proposal.number, ProposalPack)
        .join(ProposalPack, ProposalPack.proposal_id == Proposal.id)
        .where(Proposal.number.in_(numbers))
        .order_by(Proposal.number)
    )
    return {row.number: row.ProposalPack for row in session.execute(wanted)}


def numbers_related(session: Session, proposal_id: UUID) -> tuple[list[str], list[str]]:
    """The numbers of what a proposal came from, and of what came of it."""
    came_from = (
        sa.select(Proposal.number)
        .join(ProposalOrigin, ProposalOrigin.origin_id == Proposal.id)
        .where(ProposalOrigin.proposal_id == proposal_id)
    )
    became = (
        sa.select(Proposal.number)
        .join(ProposalOrigin, ProposalOrigin.proposal_id == Proposal.id)
        .where(ProposalOrigin.origin_id == proposal_id)
    )
    return (
        list(session.scalars(came_from.order_by(Proposal.submitted_at, Proposal.number))),
        list(session.scalars(became.order_by(Proposal.submitted_at, Proposal.number))),
    )


def find_rearrangement(session: Session, id_: UUID, *, lock: bool = False) -> Rearrangement:
    """The rearrangement with this id; raises `NotFound`."""
    wanted = sa.select(Rearrangement).where(Rearrangement.id == id_)
    found = session.scalar(
        wanted.with_for_update().execution_options(populate_existing=True) if lock else wanted
    )
    if found is None:
        raise NotFound("rearrangement-not-found")
    return found


def origins_of(session: Session, rearrangement_id: UUID) -> list[UUID]:
    """The ids of the proposals a rearrangement is about."""
    wanted = sa.select(RearrangementOrigin.proposal_id).where(
        RearrangementOrigin.rearrangement_id == rearrangement_id
    )
    return list(session.scalars(wanted.order_by(RearrangementOrigin.proposal_id)))


def consents_of(session: Session, rearrangement_id: UUID) -> dict[int, bool]:
    """Who has said yes or no so far, by the id of the proposer."""
    wanted = sa.select(RearrangementConsent).where(
        RearrangementConsent.rearrangement_id == rearrangement_id
    )
    rows = session.scalars(wanted.order_by(RearrangementConsent.proposer_id))
    return {row.proposer_id: row.agrees for row in rows}


def rearrangements_of(session: Session, proposal_id: UUID) -> list[Rearrangement]:
    """The wishes to merge or split a proposal, oldest first."""
    wanted = (
        sa.select(Rearrangement)
        .join(RearrangementOrigin, RearrangementOrigin.rearrangement_id == Rearrangement.id)
        .where(RearrangementOrigin.proposal_id == proposal_id)
    )
    return list(session.scalars(wanted.order_by(Rearrangement.at, Rearrangement.id)))


def rearrangements_in(
    session: Session, cycle: Cycle, *, is_open: bool, limit: int
) -> list[Rearrangement]:
    """The wishes to merge or split proposals of a cycle, newest first."""
    wanted = sa.select(Rearrangement).where(
        Rearrangement.cycle_id == cycle.id, (Rearrangement.state == "open").is_(is_open)
    )
    newest = wanted.order_by(Rearrangement.at.desc(), Rearrangement.id)
    return list(session.scalars(newest.limit(limit)))
