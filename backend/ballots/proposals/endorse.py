"""One person's support of a proposal: given once, counted in public, and taken back at will."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from backend.ballots.proposals.models import ProposalEndorsement
from backend.ballots.proposals.queries import cycle_of, find_proposal
from backend.ballots.proposals.standing import check_known
from backend.ballots.proposals.windows import DISCUSSING, require_one_of
from backend.ballots.proposals.workflow import GONE, State
from backend.core.db import table_of
from backend.core.errors import Conflict
from backend.core.uow import UnitOfWork

_ENDORSEMENT = table_of(ProposalEndorsement)
_NEW = {
    "sqlite": insert_sqlite(_ENDORSEMENT).on_conflict_do_nothing(),
    "postgresql": insert_postgresql(_ENDORSEMENT).on_conflict_do_nothing(),
}


def endorse(work: UnitOfWork, number: str) -> None:
    """Support a proposal; again is the same, from any device of the same account.

    It is no entry of the log: who supports what is nobody's business, and a log of moments would
    tell. Raises `NotFound`, `Unauthenticated` and `Conflict`.
    """
    person = check_known(work.actor)
    proposal = find_proposal(work.session, number)
    require_one_of(work.session, cycle_of(work.session, proposal), DISCUSSING, work.now)
    if State(proposal.state) in GONE:
        raise Conflict("proposal-gone", number=proposal.number, state=proposal.state)
    is_given = sa.exists().where(
        ProposalEndorsement.proposal_id == proposal.id,
        ProposalEndorsement.person_hash.in_(sorted(work.actor.reporters)),
    )
    if work.session.scalar(sa.select(is_given)):
        return
    row = {"proposal_id": proposal.id, "person_hash": person, "at": work.now}
    work.session.execute(_NEW[work.session.get_bind().dialect.name], row)


def take_back_endorsement(work: UnitOfWork, number: str) -> None:
    """Support it no longer, at any time; without support nothing changes."""
    check_known(work.actor)
    proposal = find_proposal(work.session, number)
    work.session.execute(
        sa.delete(_ENDORSEMENT).where(
            _ENDORSEMENT.c.proposal_id == proposal.id,
            _ENDORSEMENT.c.person_hash.in_(sorted(work.actor.reporters)),
        )
    )
