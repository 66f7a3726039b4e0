"""One participatory budget as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle, CyclePart, CycleProject
from backend.ballots.cycle.move_date import can_open
from backend.ballots.cycle.phases import ORDER, Calendar, Phase, Span
from backend.ballots.cycle.queries import calendar_of, date_moves_of, parts_of, projects_of
from backend.ballots.cycle.rule_terms import rule_faults
from backend.ballots.cycle.rule_words import rule_words
from backend.ballots.cycle.statement import statement_sha256
from backend.ballots.voting.ballot_form import form_from_json
from backend.ballots.voting.envelope import key_fingerprint
from backend.ballots.voting.form_faults import form_faults
from backend.ballots.voting.queries import counted_parts
from backend.core.i18n import gettext as _
from backend.web.budget.cycle_words import (
    form_words,
    formula_words,
    level_words,
    phase_purpose,
    phase_words,
    source_words,
)
from backend.web.budget.election_words import money
from backend.web.face import local
from backend.web.words import measure_words


@dataclass(frozen=True, slots=True)
class DatesView:
    """When something is; where `has_hours` is False these are whole days, the last one included."""

    first: datetime
    last: datetime
    has_hours: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """One of the seven steps; `state` is done, moving or new, as everywhere."""

    phase: str
    name: str
    purpose: str
    state: str
    state_words: str
    dates: DatesView
    starts_local: str
    ends_local: str
    can_start_move: bool
    can_end_move: bool


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project on the ballot; `proposal` is the number of what it came from."""

    title: str
    category: str | None
    cost: str
    proposal: str | None


@dataclass(frozen=True, slots=True)
class PartView:
    """A part's money; the shares, of 1, are None where no formula gave it.

    `projects` are those on its ballot, none before it is settled; `result` is the address of its
    election, None before the count.
    """

    name: str
    projects: tuple[ProjectView, ...]
    budget: str
    share_of_whole: float
    population: int | None
    by_population: float | None = None
    by_need: float | None = None
    by_equity: float | None = None
    share: float | None = None
    floor_words: str = ""
    figures: tuple[str, ...] = ()
    result: str | None = None


@dataclass(frozen=True, slots=True)
class DateMoveView:
    """A date that was moved."""

    phase_name: str
    old: DatesView
    new: DatesView
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CyclePageView:
    """A budget's page; `budgets_words` says whether the parts' money is there yet."""

    slug: str
    title: str
    standing: str
    is_draft: bool
    is_settled: bool
    is_counted: bool
    budget: str
    remit: str
    out_of_scope: str
    level: str
    steps: tuple[StepView, ...]
    parts: tuple[PartView, ...]
    has_shares: bool
    budgets_words: str
    formula: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    form: tuple[str, ...]
    rule: tuple[str, ...]
    seed: str | None
    moves: tuple[DateMoveView, ...]
    statement_sha256: str
    key_fingerprint: str


def cycle_page_view(session: Session, cycle: Cycle, now: datetime) -> CyclePageView:
    """Drafts too, for those who may see them; what they do not say yet is left out."""
    calendar, parts = calendar_of(session, cycle), parts_of(session, cycle)
    is_whole = not any(rule_faults(cycle.rule))
    has_form = not any(form_faults(cycle.ballot_form, {}))
    formula, projects = cycle.budget_formula, projects_of(session, cycle)
    results = {part.code: election.slug for part, election in counted_parts(session, cycle)}
    return CyclePageView(
        slug=cycle.slug,
        title=cycle.title,
        standing=standing_words(calendar, now),
        is_draft=cycle.published_at is None,
        is_settled=cycle.settled_at is not None,
        is_counted=cycle.counted_at is not None,
        budget=money(cycle, cycle.budget),
        remit=cycle.remit,
        out_of_scope=cycle.out_of_scope,
        level=level_words(cycle.participation_level),
        steps=tuple(_step(cycle, phase, calendar.spans[phase], now) for phase in ORDER),
        parts=tuple(_part(cycle, part, projects, results.get(part.code)) for part in parts),
        has_shares=any(part.share for part in parts),
        budgets_words=_budgets_words(cycle, parts),
        formula=tuple(formula_words(cycle, formula)) if formula else (),
        sources=tuple(
            (measure_words(measure), source_words(source))
            for measure, source in sorted((cycle.budget_sources or {}).items())
        ),
        form=tuple(form_words(form_from_json(cycle.ballot_form))) if has_form else (),
        rule=rule_words(cycle.rule, cycle.currency) if is_whole else (),
        seed=cycle.rule.get("seed"),
        moves=tuple(
            DateMoveView(
                phase_words(Phase(move.phase)),
                dates_view(Span(move.old_starts_at, move.old_ends_at)),
                dates_view(Span(move.starts_at, move.ends_at)),
                move.reason,
                move.at,
            )
            for move in reversed(date_moves_of(session, cycle))
        ),
        statement_sha256=statement_sha256(cycle, parts),
        key_fingerprint=key_fingerprint(cycle.voting_key) if cycle.voting_key else "",
    )


def standing_words(calendar: Calendar, now: datetime) -> str:
    """Where it stands, in a few words."""
    phase, following = calendar.phase_at(now), calendar.next_phase(now)
    if phase is not None:
        return _("Now: %(phase)s", phase=phase_words(phase))
    if following is not None:
        return _("Next: %(phase)s", phase=phase_words(following))
    return _("This budget has ended")


def dates_view(span: Span) -> DatesView:
    """A span by the city's clock; one from midnight to midnight in whole days."""
    first, last = local(span.starts_at), local(span.ends_at)
    if first.time() == last.time() == time():
        return DatesView(first, last - timedelta(days=1), has_hours=False)
    return DatesView(first, last, has_hours=True)


def _step(cycle: Cycle, phase: Phase, span: Span, now: datetime) -> StepView:
    if span.ends_at <= now:
        state, words = "done", _("Over")
    elif span.starts_at <= now:
        state, words = "moving", _("Now")
    else:
        state, words = "new", _("To come")
    return StepView(
        phase=phase.value,
        name=phase_words(phase),
        purpose=phase_purpose(phase),
        state=state,
        state_words=words,
        dates=dates_view(span),
        starts_local=f"{local(span.starts_at):%Y-%m-%dT%H:%M}",
        ends_local=f"{local(span.ends_at):%Y-%m-%dT%H:%M}",
        can_start_move=now < span.starts_at or not can_open(cycle, phase),
        can_end_move=now < span.ends_at or not can_open(cycle, phase),
    )


def _part(
    cycle: Cycle, part: CyclePart, projects: Sequence[CycleProject], result: str | None
) -> PartView:
    share = part.share or {}
    shares = {
        name: float(Fraction(share[name])) if share else None
        for name in ("by_population", "by_need", "by_equity", "share")
    }
    return PartView(
        name=part.name,
        projects=tuple(
            ProjectView(one.title, one.category, money(cycle, one.cost), one.proposal_number)
            for one in projects
            if one.part_code == part.code
        ),
        budget=money(cycle, part.budget) if part.budget else "",
        share_of_whole=part.budget / cycle.budget if cycle.budget else 0.0,
        population=part.population,
        floor_words=_floor_words(share) if share else "",
        figures=tuple(
            f"{measure_words(measure)}: {value.removesuffix('.0')}"
            for measure, value in share.get("figures", {}).items()
        ),
        result=result,
        **shares,
    )


def _floor_words(share: Mapping[str, Any]) -> str:
    """What the floor did to a district, where it did anything."""
    weighted = f"{float(Fraction(share['weighted'])) * 100:.2f}"
    if share["is_lifted"]:
        return _("By the weights %(weighted)s of 100; lifted to the floor.", weighted=weighted)
    if share["weighted"] != share["share"]:
        return _("By the weights %(weighted)s of 100; pays for the floor.", weighted=weighted)
    return ""


def _budgets_words(cycle: Cycle, parts: list[CyclePart]) -> str:
    if cycle.settled_at is not None:
        return _("The money of each part was settled before the vote.")
    if sum(part.budget for part in parts) != cycle.budget:
        return _("The money of each part follows from the formula below, before the vote.")
    if cycle.budget_formula is not None:
        return _(
            "Computed by the formula below. With better figures it can be computed again until "
            "the vote is settled."
        )
    return _("Every part has its own money, and it stands.")
