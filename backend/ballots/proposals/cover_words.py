"""Once the ballot is settled nobody writes a proposal anew; what must not be read is covered.

The same passage is covered on the ballot, on the proposal's page and in what voters should know, so
that all three go on saying the same. A category that the form of the ballot limits stays as it is:
what may be chosen is counted by it.
"""

from typing import Any

import sqlalchemy as sa

from backend.ballots.cycle.models import Cycle, CycleProject
from backend.ballots.cycle.queries import projects_of
from backend.ballots.cycle.settle_vote import projects_sha256
from backend.ballots.proposals.commands import CoverWords
from backend.ballots.proposals.models import Proposal, ProposalPack
from backend.ballots.proposals.moderate import forget_edits
from backend.ballots.proposals.note_change import note_change
from backend.ballots.proposals.queries import cycle_of, find_proposal, pack_of, translations_of
from backend.ballots.proposals.rules import COVERED, MAX_DESCRIPTION, cover
from backend.core.actors import Role
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.public_words import checked_line, checked_reason
from backend.core.uow import UnitOfWork

_OF_PROPOSAL = ("title", "summary", "description")
_OF_PACK = ("pros", "cons", "cost_lines", "minority_statements", "sources")


def cover_words(work: UnitOfWork, command: CoverWords) -> Proposal:
    """Cover a passage of a proposal of a settled cycle, by an administrator.

    The files of a counted vote stand as they were published. Raises `Forbidden`, `NotFound`,
    `Conflict` before the ballot is settled, `Invalid` on a passage that is nowhere or too short.
    """
    if work.actor.role is not Role.ADMIN:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    session = work.session
    reason = checked_reason(command.reason, is_needed=True)
    passage = checked_line(command.passage, "/passage", MAX_DESCRIPTION)
    # A shorter one stands in many words, and what covers it would be longer than they are.
    if len(passage) < len(COVERED):
        raise Invalid("passage-too-short", pointer="/passage", least=len(COVERED))
    proposal = find_proposal(session, command.number, lock=True)
    cycle = cycle_of(session, proposal)
    if cycle.settled_at is None:
        raise Conflict("proposal-words-open", number=proposal.number)
    limited = cycle.ballot_form.get("category_limits", {})
    category = () if proposal.category in limited else ("category",)
    covered = _cover_row(proposal, (*_OF_PROPOSAL, *category), passage)
    for translation in translations_of(session, proposal.id):
        covered |= _cover_row(translation, ("title", "summary"), passage)
    pack: ProposalPack | None = pack_of(session, proposal.id)
    if pack is not None:
        covered |= _cover_row(pack, _OF_PACK, passage)
    on_ballot = sa.select(CycleProject).where(
        CycleProject.cycle_id == cycle.id, CycleProject.proposal_number == proposal.number
    )
    for project in session.scalars(on_ballot):
        covered |= _cover_row(project, ("title", *category), passage)
    if not covered:
        raise Invalid("passage-not-found", pointer="/passage", number=proposal.number)
    # In the database, for two may cover at the same moment.
    cycle.times_covered = Cycle.times_covered + 1
    forget_edits(session, proposal)
    note_change(work, proposal, "covered", reason=reason)
    work.decide(
        "proposal.covered",
        f"proposal:{proposal.number}",
        reason=reason,
        projects_sha256=projects_sha256(projects_of(session, cycle)),
    )
    return proposal


def _cover_row(row: Any, names: tuple[str, ...], passage: str) -> bool:
    """Cover it in some columns of a row; says whether it was there."""
    before = {name: getattr(row, name) for name in names}
    after = {name: cover(value, passage) for name, value in before.items()}
    for name, value in after.items():
        setattr(row, name, value)
    return before != after
