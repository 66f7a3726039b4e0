"""A row in every table of a participatory budget, from its calendar to what was paid."""

from datetime import timedelta

import sqlalchemy as sa
from cycles import A_CYCLE, DATES
from worlds import STAFF

from backend.ballots.cycle.create_cycle import create_cycle
from backend.ballots.cycle.models import CITYWIDE, Cycle, CycleDateMove, CycleProject
from backend.ballots.cycle.phases import Phase
from backend.ballots.delivery.commands import AddMilestone, RecordSpending
from backend.ballots.delivery.plan_milestones import add_milestone
from backend.ballots.delivery.record_spending import record_spending
from backend.ballots.paper.models import PaperBatch, PaperDoubt, PaperKeying, PaperSheet
from backend.ballots.proposals.models import (
    Proposal,
    ProposalChange,
    ProposalComment,
    ProposalContact,
    ProposalCostChange,
    ProposalEndorsement,
    ProposalFinding,
    ProposalInvitation,
    ProposalOrigin,
    ProposalOutcome,
    ProposalPack,
    ProposalProposer,
    ProposalTranslation,
    Rearrangement,
    RearrangementConsent,
    RearrangementOrigin,
)
from backend.ballots.voting.models import (
    CountedPart,
    RollEntry,
    SealedBallot,
    VoteCode,
    VotingSecret,
)
from backend.core.uow import UnitOfWork


def fill_budget_tables(work: UnitOfWork) -> None:
    draw_up_budget(work)
    build_winner(work)
    propose_together(work)
    hold_vote(work)
    key_paper(work)


def draw_up_budget(work: UnitOfWork) -> None:
    """A cycle with a date that was moved and a project on its ballot."""
    cycle, span = create_cycle(work, A_CYCLE), DATES[Phase.VOTE]
    moved = {"old_starts_at": span.starts_at, "old_ends_at": span.ends_at}
    moved |= {"starts_at": span.starts_at, "ends_at": span.ends_at + timedelta(days=1)}
    told = {"reason": "Post is late", "at": work.now, "actor": STAFF.key}
    swings = {"position": 0, "code": "1", "title": "Swings", "cost": 6}
    work.session.add_all(
        [
            CycleDateMove(cycle_id=cycle.id, phase=Phase.VOTE.value, **moved, **told),
            CycleProject(cycle_id=cycle.id, part_code=CITYWIDE, **swings),
        ]
    )


def build_winner(work: UnitOfWork) -> None:
    """The project won, somebody builds it, and a bill is paid."""
    work.session.execute(sa.update(Cycle).values(counted_at=work.now))
    work.session.execute(sa.update(CycleProject).values(is_winner=True))
    key, today = (A_CYCLE.slug, "1"), work.now.date()
    add_milestone(work, AddMilestone(*key, 0, "Dig", today))
    bill = RecordSpending(*key, work.runtime.ids.uuid(), today, 6, "works", "Chains")
    record_spending(work, bill)


def propose_together(work: UnitOfWork) -> None:
    """Two proposals, one of which came from the other, and everything that can be said of them."""
    session, by = work.session, {"actor": STAFF.key, "at": work.now}
    first, second = (proposed(work, number) for number in ("00000001", "00000002"))
    session.add_all([first, second])
    session.flush()
    person = ProposalProposer(proposal_id=first.id, interests="", joined_at=work.now)
    wish = Rearrangement(
        id=work.runtime.ids.uuid(),
        cycle_id=1,
        kind="split",
        state="done",
        reason="x",
        drafts=[],
        **by,
    )
    session.add_all([person, wish])
    session.flush()
    seen = {"proposal_id": first.id, "at": work.now}
    words = {"title": "x", "summary": "x"}
    lists = dict.fromkeys(("pros", "cons", "cost_lines", "minority_statements", "sources"), ())
    packed = {name: list(items) for name, items in lists.items()}
    found = {"reviewer": STAFF.key, **seen}
    session.add_all(
        [
            ProposalContact(proposer_id=person.id, sealed=b"x"),
            ProposalInvitation(token_hash="x", proposal_id=first.id, expires_at=work.now),
            ProposalOrigin(proposal_id=second.id, origin_id=first.id),
            ProposalChange(kind="submitted", actor=STAFF.key, **seen),
            ProposalTranslation(language="pl", actor=STAFF.key, **words, **seen),
            ProposalEndorsement(person_hash="x", **seen),
            ProposalFinding(round=1, criterion="legal", verdict="met", words="x", **found),
            ProposalOutcome(round=1, state="accepted", **found),
            ProposalCostChange(cost=7, reason="x", actor=STAFF.key, **seen),
            ProposalPack(is_undisputed=True, actor=STAFF.key, **packed, **seen),
            RearrangementOrigin(rearrangement_id=wish.id, proposal_id=first.id),
            RearrangementConsent(
                rearrangement_id=wish.id, proposer_id=person.id, agrees=True, **by
            ),
            ProposalComment(
                id=work.runtime.ids.uuid(),
                kind="comment",
                by="city",
                actor=STAFF.key,
                text="x",
                **seen,
            ),
        ]
    )


def proposed(work: UnitOfWork, number: str) -> Proposal:
    words = {"language": "en", "title": "Swings", "summary": "Three", "description": ""}
    kept = {"channel": "app", "state": "submitted", "fingerprint": "x", "version": 1}
    moments = {"submitted_at": work.now, "changed_at": work.now}
    where = {"cycle_id": 1, "part_code": CITYWIDE}
    return Proposal(id=work.runtime.ids.uuid(), number=number, **words, **kept, **moments, **where)


def hold_vote(work: UnitOfWork) -> None:
    """A row of a roll and of a box, and where the result of a part stands."""
    [cycle_id] = work.session.scalars(sa.select(Cycle.id))
    hashed, of_cycle = {"cycle_id": cycle_id, "is_test": False}, {"cycle_id": cycle_id}
    work.session.add_all(
        [
            VotingSecret(secret="a secret", **of_cycle),
            RollEntry(voter_key="0" * 64, state="eligible", code_hash="1" * 64, **hashed),
            VoteCode(
                id=work.runtime.ids.uuid(),
                key="2" * 64,
                is_of_voter=True,
                kind="email",
                expires_at=work.now,
                **of_cycle,
            ),
            SealedBallot(
                box_key="3" * 64, sequence=1, attempt_hash="4" * 64, sealed=b"sealed", **hashed
            ),
            CountedPart(part_code="citywide", election_id=1, **of_cycle),
        ]
    )


def key_paper(work: UnitOfWork) -> None:
    """A batch of paper ballots with a voter in doubt and a sheet that one person keyed."""
    [cycle_id] = work.session.scalars(sa.select(Cycle.id))
    kept = {"state": "counted", "checked_in": 1, "faults": {}, "causes": {}}
    work.session.add(PaperBatch(cycle_id=cycle_id, number=1, place="Town hall", **kept))
    work.session.flush()
    of_batch, hashed = {"cycle_id": cycle_id, "batch": 1}, "5" * 64
    work.session.add_all(
        [
            PaperDoubt(number=1, kind="unreadable", state="waiting", **of_batch),
            PaperSheet(sheet_hash=hashed, **of_batch),
            PaperKeying(look=1, sheet_hash=hashed, sealed=b"sealed", **of_batch),
        ]
    )
