"""Proposals as their pages show them: plain values, gathered and put into words."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.queries import part_names, parts_of, proposals_on_ballot
from backend.ballots.proposals.asked_consent import asked_consent
from backend.ballots.proposals.models import ProposalComment, ProposalPack
from backend.ballots.proposals.overdue import Overdue
from backend.ballots.proposals.public_proposal import PublicProposal, public_proposal
from backend.ballots.proposals.queries import Listed
from backend.ballots.proposals.workflow import State
from backend.core.actors import ANONYMOUS
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.photos.queries import PublicPhoto
from backend.web.budget.election_words import money
from backend.web.maps import Place, city_map, map_of_places
from backend.web.proposals.proposal_words import (
    criterion_words,
    late_words,
    missing_words,
    proposal_mark,
    proposal_next_words,
    proposal_state_words,
    speaker_words,
    step_words,
    verdict_words,
)
from backend.web.proposals.rearrangement_view import WishView, wish_view
from backend.web.view_models import Choice, HistoryView, MapView, StandingView


@dataclass(frozen=True, slots=True)
class LineView:
    """A proposal in a list."""

    number: str
    title: str
    summary: str
    language: str
    part_name: str
    category: str | None
    cost: str | None
    standing: StandingView
    ballot_words: str
    support_words: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class LateView:
    """An answer that is late."""

    number: str
    title: str
    words: str
    is_city: bool
    due_at: datetime


@dataclass(frozen=True, slots=True)
class RoundView:
    """One round of review: question, answer and words by criterion, and what it came to."""

    is_appeal: bool
    findings: tuple[tuple[str, str, str], ...]
    standing: StandingView | None
    reason: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class CommentView:
    """What somebody said; `due_at` where an answer is owed still."""

    id: str
    at: datetime
    words: str
    text: str
    hidden_reason: str | None
    is_question: bool
    is_answered: bool
    due_at: datetime | None
    answers: tuple["CommentView", ...]


@dataclass(frozen=True, slots=True)
class PackView:
    """What voters should know."""

    pros: Sequence[str]
    cons: Sequence[str]
    cost_lines: tuple[tuple[str, str], ...]
    minority_statements: Sequence[str]
    is_undisputed: bool
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProposalPageView:
    """One proposal."""

    line: LineView
    version: int
    cycle_slug: str
    cycle_title: str
    description: str
    next_words: str
    answer_due_at: datetime | None
    appeal_until: datetime | None
    people: tuple[tuple[str, str], ...]
    came_from: Sequence[str]
    became: Sequence[str]
    wishes: tuple[WishView, ...]
    translations: tuple[tuple[str, str, str], ...]
    photos: Sequence[PublicPhoto]
    rounds: tuple[RoundView, ...]
    cost_changes: tuple[tuple[str | None, str, str, datetime], ...]
    pack: PackView | None
    missing: tuple[str, ...]
    comments: tuple[CommentView, ...]
    history: tuple[HistoryView, ...]
    covered: tuple[str, ...]
    map: MapView | None


def proposal_page_view(session: Session, number: str, now: datetime) -> ProposalPageView:
    """The proposal a person means by `number`, as it stands at `now`; raises `NotFound`."""
    found = public_proposal(session, number)
    proposal = found.proposal
    place = None if proposal.lon is None or proposal.lat is None else (proposal.lon, proposal.lat)
    listed, names = Listed(proposal, found.endorsements), part_names(session, found.cycle)
    return ProposalPageView(
        line=line_view(
            found.cycle,
            names,
            listed,
            proposals_on_ballot(session, found.cycle),
        ),
        version=proposal.version,
        cycle_slug=found.cycle.slug,
        cycle_title=found.cycle.title,
        description=proposal.description,
        next_words=proposal_next_words(found.state, is_counted=found.cycle.counted_at is not None),
        answer_due_at=found.answer_due_at,
        appeal_until=found.appeal_until,
        people=tuple((one.display_name or "", one.interests) for one in found.proposers),
        came_from=found.came_from,
        became=found.became,
        wishes=tuple(
            wish_view(found.cycle, names, asked_consent(session, one, now))
            for one in reversed(found.rearrangements)
        ),
        translations=tuple((one.language, one.title, one.summary) for one in found.translations),
        photos=found.photos,
        rounds=_rounds(found),
        cost_changes=tuple(
            (
                None if one.old_cost is None else money(found.cycle, one.old_cost),
                money(found.cycle, one.cost),
                one.reason,
                one.at,
            )
            for one in found.cost_changes
        ),
        pack=None if found.pack is None else pack_view(found.cycle, found.pack),
        missing=tuple(map(missing_words, found.missing)),
        comments=comment_views(found.comments),
        history=_history(found),
        covered=tuple(one.reason or "" for one in found.changes if one.kind == "covered"),
        map=None if place is None else city_map(session, _("Where it is"), pin=place),
    )


def line_view(
    cycle: Cycle, part_names: dict[str, str], one: Listed, on_ballot: Set[str] | None = None
) -> LineView:
    """A proposal in a list, with the name of its part and whether the ballot has it."""
    proposal, state = one.proposal, State(one.proposal.state)
    return LineView(
        number=proposal.number,
        title=proposal.title,
        summary=proposal.summary,
        language=proposal.language,
        part_name=part_names[proposal.part_code],
        category=proposal.category,
        cost=None if proposal.cost is None else money(cycle, proposal.cost),
        standing=StandingView(proposal_mark(state), proposal_state_words(state)),
        ballot_words=_ballot_words(proposal.number, on_ballot),
        support_words=ngettext(
            "%(num)s person supports it", "%(num)s people support it", one.endorsements
        ),
        submitted_at=proposal.submitted_at,
    )


def _ballot_words(number: str, on_ballot: Set[str] | None) -> str:
    if on_ballot is None:
        return ""
    return _("On the ballot") if number in on_ballot else _("Not on the ballot")


def part_choices(session: Session, cycle: Cycle, chosen: str | None) -> tuple[Choice, ...]:
    """What a proposal can be for."""
    return tuple(Choice(one.code, one.name, one.code == chosen) for one in parts_of(session, cycle))


def late_view(one: Overdue) -> LateView:
    """An answer that is late."""
    return LateView(one.number, one.title, late_words(one.kind), one.owes == "city", one.due_at)


def places_map(session: Session, found: Sequence[Listed]) -> MapView | None:
    """Where the proposals of a list are; None where none has a place."""
    places = [
        Place(one.proposal.lon, one.proposal.lat, "", one.proposal.title, is_strong=True)
        for one in found
        if one.proposal.lon is not None and one.proposal.lat is not None
    ]
    return map_of_places(session, _("Where the proposals on this page are"), places)


def comment_views(comments: Sequence[ProposalComment]) -> tuple[CommentView, ...]:
    """What was said, each answer under its question."""
    known = {one.id for one in comments}

    def view(one: ProposalComment) -> CommentView:
        is_open = one.due_at is not None and one.answered_at is None
        return CommentView(
            id=str(one.id),
            at=one.at,
            words=speaker_words(one.by, one.kind),
            text=one.text,
            hidden_reason=one.hidden_reason,
            is_question=one.kind == "question",
            is_answered=one.answered_at is not None,
            due_at=one.due_at if is_open else None,
            answers=tuple(view(other) for other in comments if other.answers_id == one.id),
        )

    return tuple(view(one) for one in comments if one.answers_id not in known)


def _rounds(found: PublicProposal) -> tuple[RoundView, ...]:
    outcomes = {one.round: one for one in found.outcomes}
    rounds = []
    for number, findings in groupby(found.findings, key=lambda one: one.round):
        outcome = outcomes.get(number)
        state = State(outcome.state) if outcome else None
        rounds.append(
            RoundView(
                is_appeal=number > 1,
                findings=tuple(
                    (criterion_words(one.criterion), verdict_words(one.verdict), one.words)
                    for one in findings
                ),
                standing=StandingView(proposal_mark(state), proposal_state_words(state))
                if state
                else None,
                reason=outcome.reason if outcome else None,
                decided_at=outcome.at if outcome else None,
            )
        )
    return tuple(reversed(rounds))


def pack_view(cycle: Cycle, pack: ProposalPack) -> PackView:
    """The pack with its money in words."""
    return PackView(
        pros=pack.pros,
        cons=pack.cons,
        cost_lines=tuple((line["words"], money(cycle, line["cost"])) for line in pack.cost_lines),
        minority_statements=pack.minority_statements,
        is_undisputed=pack.is_undisputed,
        sources=tuple((source["title"], source["url"]) for source in pack.sources),
    )


def _history(found: PublicProposal) -> tuple[HistoryView, ...]:
    return tuple(
        HistoryView(
            at=one.at,
            words=step_words(one.kind, one.to_state),
            actor_words=_("A resident") if one.actor == ANONYMOUS.key else _("The city"),
            reason=one.reason or _before(one.was),
            is_reason_hidden=False,
        )
        for one in reversed(found.changes)
    )


def _before(was: dict[str, object] | None) -> str | None:
    """The words an edit changed, as they were."""
    old = was or {}
    said = [str(old[name]) for name in ("title", "summary", "description") if old.get(name)]
    return _("Before: %(words)s", words=" / ".join(said)) if said else None
