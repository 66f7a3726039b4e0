"""Whether it can be done: found criterion by criterion, decided in public, by another on appeal."""

import sqlalchemy as sa

from backend.ballots.proposals.change_cost import set_cost
from backend.ballots.proposals.commands import (
    Appeal,
    Criterion,
    DecideFeasibility,
    NoteFindings,
    Verdict,
)
from backend.ballots.proposals.keep_comment import keep_comment
from backend.ballots.proposals.models import Proposal, ProposalFinding, ProposalOutcome
from backend.ballots.proposals.note_change import check_version, take_step
from backend.ballots.proposals.queries import find_proposal, findings_of, outcomes_of
from backend.ballots.proposals.rules import (
    APPEAL_TIME,
    MAX_WORDS,
    check_cost,
    check_outcome,
)
from backend.ballots.proposals.standing import check_holder, check_reviewer
from backend.ballots.proposals.windows import require_changeable, require_review_begun
from backend.ballots.proposals.workflow import OUTCOMES, UNDER_REVIEW, State, find_move
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.public_words import checked_line, checked_reason
from backend.core.uow import UnitOfWork


def note_findings(work: UnitOfWork, command: NoteFindings) -> Proposal:
    """Note what was found by some criteria; the first finding takes the proposal into review.

    Until the outcome they can be noted anew. After an appeal the round begins again, and nobody
    who had a part in the round before has one in this. Raises `Invalid`, `NotFound`, `Forbidden`
    and `Conflict`.
    """
    check_reviewer(work.actor)
    findings = {
        criterion: (verdict, checked_line(words, f"/findings/{criterion}/words", MAX_WORDS))
        for criterion, (verdict, words) in command.findings.items()
    }
    proposal = find_proposal(work.session, command.number, lock=True)
    require_review_begun(work.session, proposal, work.now)
    check_version(proposal, command.version)
    round_ = _round(work, proposal)
    if proposal.state == State.SUBMITTED:
        take_step(work, proposal, State.IN_REVIEW)
    _check_reviewing(proposal)
    known = {
        one.criterion: one for one in findings_of(work.session, proposal.id) if one.round == round_
    }
    said = {criterion: (one.verdict, one.words) for criterion, one in known.items()}
    news = {name: finding for name, finding in findings.items() if said.get(name) != finding}
    if news:
        # Whoever looked before does not write over what they have not seen.
        proposal.version += 1
    for criterion, (verdict, words) in news.items():
        work.session.merge(
            ProposalFinding(
                proposal_id=proposal.id,
                round=round_,
                criterion=criterion.value,
                verdict=verdict.value,
                words=words,
                reviewer=work.actor.key,
                at=work.now,
            )
        )
        work.decide(
            "proposal.finding_noted",
            f"proposal:{proposal.number}",
            criterion=criterion.value,
            verdict=verdict.value,
        )
    return proposal


def decide_feasibility(work: UnitOfWork, command: DecideFeasibility) -> Proposal:
    """Accept it, accept it with changes, or refuse it, as the findings say, with a public reason.

    Raises as `note_findings` does, and `Invalid` where the outcome is not what was found.
    """
    check_reviewer(work.actor)
    if command.outcome not in OUTCOMES:
        choices = [one.value for one in OUTCOMES]
        raise Invalid("choice-not-offered", pointer="/outcome", choices=choices)
    if command.cost is not None:
        check_cost(command.cost)
    proposal = find_proposal(work.session, command.number, lock=True)
    require_review_begun(work.session, proposal, work.now)
    check_version(proposal, command.version)
    _check_reviewing(proposal)
    round_ = _round(work, proposal)
    found = {
        Criterion(one.criterion): Verdict(one.verdict)
        for one in findings_of(work.session, proposal.id)
        if one.round == round_
    }
    check_outcome(command.outcome, found)
    move = find_move(State(proposal.state), command.outcome)
    reason = checked_reason(command.reason, is_needed=move is not None and move.needs_reason)
    if command.cost is not None and command.cost != proposal.cost:
        set_cost(work, proposal, command.cost, reason or "As found in the review.")
    take_step(work, proposal, command.outcome, reason)
    proposal.decided_at = work.now
    work.session.add(
        ProposalOutcome(
            proposal_id=proposal.id,
            round=round_,
            state=command.outcome.value,
            reason=reason,
            reviewer=work.actor.key,
            at=work.now,
        )
    )
    return proposal


def appeal(work: UnitOfWork, command: Appeal) -> Proposal:
    """Ask that somebody else decides again, once, within `APPEAL_TIME`; again is the same.

    Raises `Forbidden` where it is not theirs, `Conflict` where it is too late or was done.
    """
    proposal = find_proposal(work.session, command.number, lock=True)
    check_holder(work, proposal, command.code)
    if proposal.state == State.APPEALED:
        return proposal
    require_changeable(work.session, proposal, work.now)
    if proposal.appealed_at is not None:
        raise Conflict("appealed-before", number=proposal.number)
    if proposal.decided_at is None or work.now > proposal.decided_at + APPEAL_TIME:
        raise Conflict("appeal-too-late", number=proposal.number, days=APPEAL_TIME.days)
    keep_comment(work, proposal, command.id, "appeal", command.reason)
    take_step(work, proposal, State.APPEALED)
    proposal.appealed_at = work.now
    return proposal


def _round(work: UnitOfWork, proposal: Proposal) -> int:
    """The round under way; raises `Forbidden` for somebody who had a part in the one before."""
    outcomes = outcomes_of(work.session, proposal.id)
    reviewers = sa.select(ProposalFinding.reviewer).where(
        ProposalFinding.proposal_id == proposal.id, ProposalFinding.round <= len(outcomes)
    )
    involved = {*work.session.scalars(reviewers), *(one.reviewer for one in outcomes)}
    if proposal.state == State.APPEALED and work.actor.key in involved:
        raise Forbidden("review-needs-another-person", number=proposal.number)
    return len(outcomes) + 1


def _check_reviewing(proposal: Proposal) -> None:
    if State(proposal.state) not in UNDER_REVIEW:
        raise Conflict("proposal-not-in-review", number=proposal.number, state=proposal.state)
