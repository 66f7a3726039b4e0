"""What becomes of a budget's winners, as the pages show it: plain values, put into words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.delivery.describe_project import Change, ProjectDocument, ProjectLine
from backend.ballots.delivery.overview import Overview, PartMoney
from backend.ballots.delivery.workflow import UNFINISHED, ProjectState
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.photos.queries import PublicPhoto
from backend.web.budget.delivery_words import (
    change_words,
    delay_words,
    late_words,
    milestone_step,
    milestone_words,
    progress_words,
    project_mark,
    project_next_words,
    project_state_words,
    purpose_words,
    result_words,
)
from backend.web.budget.election_words import money
from backend.web.maps import Place, city_map, map_of_places
from backend.web.view_models import HistoryView, MapView
from backend.web.words import actor_words


@dataclass(frozen=True, slots=True)
class LineView:
    """A project in a list."""

    code: str
    title: str
    part_name: str
    deliverer: str | None
    mark: str
    state_words: str
    late_words: str
    progress_words: str
    money_words: str
    overspent: str
    result_words: str


@dataclass(frozen=True, slots=True)
class MoneyView:
    """What was spent of something; `share` of 1, `over` says by how much it is more."""

    name: str
    spent: str
    whole: str
    share: float
    over: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OverviewView:
    """All winners of a budget; `finding` says in a sentence how it goes."""

    finding: str
    planned_words: str
    as_of: date
    money: MoneyView
    lines: tuple[LineView, ...]
    parts: tuple[MoneyView, ...]
    purposes: tuple[MoneyView, ...]
    map: MapView | None


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """One step of the plan; `step` is how a timeline draws it."""

    number: int
    title: str
    state: str
    step: str
    mark: str
    state_words: str
    first_due_on: date
    due_on: date
    done_on: date | None
    words: str
    late_words: str
    photos: Sequence[PublicPhoto]


@dataclass(frozen=True, slots=True)
class SpendingView:
    """One entry."""

    number: int
    spent_on: date
    amount: str
    purpose: str
    payee: str | None
    words: str
    takes_back: int | None
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class ProjectPageView:
    """One project's page."""

    line: LineView
    version: int
    state: str
    proposal: str | None
    next_words: str
    public_contact: str | None
    first_finish_on: date | None
    finish_on: date | None
    delay_words: str
    money: MoneyView
    milestones: tuple[MilestoneView, ...]
    spending: tuple[SpendingView, ...]
    purposes: tuple[MoneyView, ...]
    reassess_on: date | None
    result_words: str
    result_reason: str | None
    delays: tuple[HistoryView, ...]
    history: tuple[HistoryView, ...]
    map: MapView | None


def overview_view(session: Session, cycle: Cycle, overview: Overview) -> OverviewView:
    """The page of all winners."""
    places = [
        Place(one.lon, one.lat, "", one.title, is_strong=True)
        for one in overview.projects
        if one.lon is not None and one.lat is not None
    ]
    return OverviewView(
        finding=_finding(overview),
        planned_words=_(
            "Milestones first planned to be done by now: %(planned)s. Done: %(done)s.",
            planned=overview.planned_by_now,
            done=overview.milestones_done,
        ),
        as_of=overview.as_of,
        money=_money(cycle, "", overview.spent, overview.cost),
        lines=tuple(line_view(cycle, one) for one in overview.projects),
        parts=tuple(
            _money(cycle, part.name, part.spent, part.budget, note=_built_words(part))
            for part in overview.parts
            if part.projects
        ),
        purposes=tuple(
            _money(cycle, purpose_words(one.name), one.spent, overview.spent)
            for one in sorted(overview.purposes, key=lambda one: -one.spent)
            if one.spent
        ),
        map=map_of_places(session, _("Where the projects are"), places),
    )


def line_view(cycle: Cycle, line: ProjectLine) -> LineView:
    """A project in a list."""
    return LineView(
        code=line.code,
        title=line.title,
        part_name=line.part_name,
        deliverer=line.deliverer,
        mark=project_mark(line.state),
        state_words=project_state_words(line.state),
        late_words=late_words(line),
        progress_words=progress_words(line),
        money_words=_spent_words(cycle, line.spent, line.cost),
        overspent=money(cycle, line.overspent) if line.overspent else "",
        result_words=result_words(line.result) if line.result else "",
    )


def project_page_view(session: Session, cycle: Cycle, found: ProjectDocument) -> ProjectPageView:
    """One project with its plan, its money and its history, the newest step first.

    Dates that moved stand apart from the rest of the history.
    """
    place = None if found.lon is None or found.lat is None else (found.lon, found.lat)
    return ProjectPageView(
        line=line_view(cycle, found),
        version=found.version,
        state=found.state,
        proposal=found.proposal,
        next_words=project_next_words(found),
        public_contact=found.public_contact,
        first_finish_on=found.progress.first_finish_on,
        finish_on=found.progress.finish_on,
        delay_words=delay_words(found.progress.delay_days) if found.progress.delay_days else "",
        money=_money(cycle, "", found.spent, found.cost),
        milestones=_milestones(found),
        spending=tuple(
            SpendingView(
                one.number,
                one.spent_on,
                money(cycle, one.amount),
                purpose_words(one.purpose_name),
                one.payee,
                one.words,
                one.takes_back,
                one.is_taken_back,
            )
            for one in found.spending
        ),
        purposes=tuple(
            _money(cycle, purpose_words(one.name), one.spent, found.spent)
            for one in sorted(found.purposes, key=lambda one: -one.spent)
            if one.spent
        ),
        reassess_on=found.reassess_on,
        result_words=result_words(found.result) if found.result else "",
        result_reason=found.result_words,
        delays=_history(one for one in reversed(found.changes) if one.kind == "date"),
        history=_history(one for one in reversed(found.changes) if one.kind != "date"),
        map=city_map(session, _("Where it is"), pin=place) if place else None,
    )


def _finding(overview: Overview) -> str:
    total, built = len(overview.projects), overview.states[ProjectState.BUILT]
    if not total:
        return ""
    words = ngettext(
        "%(built)s of one project is built.",
        "%(built)s of %(num)s projects are built.",
        total,
        built=built,
    )
    if overview.late:
        return f"{words} {ngettext('One is late.', '%(num)s are late.', overview.late)}"
    open_ = sum(overview.states[state] for state in UNFINISHED)
    return f"{words} {_('None is late.')}" if open_ else words


def _built_words(part: PartMoney) -> str:
    return _("%(built)s of %(all)s built", built=part.built, all=part.projects)


def _money(cycle: Cycle, name: str, spent: int, whole: int, note: str = "") -> MoneyView:
    return MoneyView(
        name=name,
        spent=money(cycle, spent),
        whole=money(cycle, whole),
        share=spent / whole if whole else 0.0,
        over=money(cycle, spent - whole) if spent > whole else "",
        note=note,
    )


def _spent_words(cycle: Cycle, spent: int, cost: int) -> str:
    return _("%(spent)s of %(cost)s spent", spent=money(cycle, spent), cost=money(cycle, cost))


def _milestones(found: ProjectDocument) -> tuple[MilestoneView, ...]:
    is_given_up = found.state is ProjectState.ABANDONED
    marks = {"planned": "ended" if is_given_up else "new", "done": "done", "dropped": "ended"}
    return tuple(
        MilestoneView(
            number=one.number,
            title=one.title,
            state=one.state,
            step=milestone_step(one.state),
            mark=marks[one.state],
            state_words=milestone_words(one.state, is_given_up=is_given_up),
            first_due_on=one.first_due_on,
            due_on=one.due_on,
            done_on=one.done_on,
            words=one.words,
            late_words=ngettext("One day late", "%(num)s days late", one.late_days)
            if one.late_days
            else "",
            photos=one.photos,
        )
        for one in found.milestones
    )


def _history(changes: Iterable[Change]) -> tuple[HistoryView, ...]:
    return tuple(
        HistoryView(one.at, change_words(one), actor_words(one.actor), one.words) for one in changes
    )
