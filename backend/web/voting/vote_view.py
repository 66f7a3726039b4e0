"""A voter's ballot as its pages show it: part by part, with what is chosen and what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.ballots.cycle.models import Cycle
from backend.ballots.voting.ballot_form import BallotForm, BallotPart, Choices, Kind
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.core.problems import Problem
from backend.web.budget.election_words import money

Errors = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LineView:
    """A project that is chosen; `points` are empty where the ballot has none."""

    title: str
    cost: str
    points: str


@dataclass(frozen=True, slots=True)
class PartView:
    """What a ballot says in one part; no lines: it is left blank."""

    name: str
    lines: tuple[LineView, ...]
    sum_words: str


def part_views(
    cycle: Cycle, form: BallotForm, parts: Sequence[BallotPart], ballot: Mapping[str, Choices]
) -> list[PartView]:
    """One for each part the voter may fill in."""
    return [_part(cycle, form, part, ballot.get(part.code)) for part in parts]


def sum_words(cycle: Cycle, form: BallotForm, part: BallotPart, chosen: Choices | None) -> str:
    """How much of the money or of the points is used, and how much is left."""
    if chosen is None:
        return ""
    if form.kind is Kind.KNAPSACK:
        costs = {project.code: project.cost for project in part.projects}
        cost = sum(costs.get(code, 0) for code in chosen.projects)
        facts = {"cost": money(cycle, cost), "budget": money(cycle, part.budget)}
        if cost > part.budget:
            over = money(cycle, cost - part.budget)
            return _("Chosen: %(cost)s. That is %(over)s too much.", over=over, **facts)
        left = money(cycle, part.budget - cost)
        return _("Chosen: %(cost)s of %(budget)s. %(left)s is left.", left=left, **facts)
    if form.points is not None:
        given = sum(chosen.points or ())
        if given > form.points:
            return _("You gave %(given)s points, and have %(all)s.", given=given, all=form.points)
        return ngettext(
            "You gave %(given)s of %(all)s points. One is left.",
            "You gave %(given)s of %(all)s points. %(num)s are left.",
            form.points - given,
            given=given,
            all=form.points,
        )
    return ""


def error_views(problem: Problem, parts: Sequence[BallotPart]) -> Errors:
    """Everything wrong with a ballot, each with the id of the part it stands in."""
    first = f"{problem.detail} {problem.remedy}"
    if not problem.errors:
        return [("ballot", first)]
    ids = {part.code: f"part-{part.code}" for part in parts}
    words = [first, *(one["detail"] for one in problem.errors[1:])]
    return [
        (ids.get(_part_code(one["pointer"]), "ballot"), told)
        for one, told in zip(problem.errors, words, strict=True)
    ]


def _part(cycle: Cycle, form: BallotForm, part: BallotPart, chosen: Choices | None) -> PartView:
    if chosen is None:
        return PartView(part.name, (), "")
    projects = {project.code: project for project in part.projects}
    points = chosen.points or ("",) * len(chosen.projects)
    return PartView(
        part.name,
        tuple(
            LineView(projects[code].name, money(cycle, projects[code].cost), str(given))
            for code, given in zip(chosen.projects, points, strict=True)
        ),
        sum_words(cycle, form, part, chosen),
    )


def _part_code(pointer: str) -> str:
    """The code in `/parts/CODE/...`, unescaped (RFC 6901)."""
    steps = pointer.split("/")
    return steps[2].replace("~1", "/").replace("~0", "~") if len(steps) > 2 else ""
