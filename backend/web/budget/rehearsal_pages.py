"""Rehearsal: any rule on a stored election, beside what was published. Nothing is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any, get_args

from flask import Response, make_response, render_template, request
from flask_babel import format_decimal

from backend.ballots.asked_rule import Asked, RuleName, TiesName, asked_rule
from backend.ballots.models import Election, ElectionProject
from backend.ballots.published import published_profile
from backend.ballots.queries import find_election, projects_of
from backend.ballots.tally.amounts import read_whole
from backend.ballots.tally.equal_shares import Completion, Start
from backend.ballots.tally.greedy import Variant
from backend.ballots.tally.metrics import metrics
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.profile import Election as Profile
from backend.ballots.tally.rule_of_file import outcome_by
from backend.ballots.tally.transcript import parameters_of
from backend.core.access import access
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.core.problem_text import with_facts
from backend.core.problems import problem_texts
from backend.web.budget.election_projects import is_shown_as_winner, shown_name
from backend.web.budget.election_words import money, rule_words, tie_words
from backend.web.budget.result_views import (
    RehearsalPageView,
    RehearsalView,
    TableView,
)
from backend.web.face import blueprint
from backend.web.view_models import Choice

_OFFERED: dict[str, tuple[str, ...]] = {
    "rule": get_args(RuleName),
    "utility": ("cost", "cardinality", "score"),
    "variant": get_args(Variant),
    "completion": get_args(Completion),
    "start": get_args(Start),
    "ties": get_args(TiesName),
}
_NUMBERS = {"step": 1, "threshold": 0}


@blueprint.get("/elections/<string:slug>/rehearsal")
@access(Role.ANALYST, Role.ADMIN)
def rehearsal(slug: str) -> Response:
    """The form; with a question in the address, the answer below it."""
    session = current_session()
    election = find_election(session, slug)
    error = result = None
    if request.args:
        try:
            profile = published_profile(session, election)
            outcome = outcome_by(profile, asked_rule(profile, _asked(request.args)))
            result = _result(election, projects_of(session, election), profile, outcome)
        except Invalid as refusal:
            error = _sentences(refusal)
    view = RehearsalPageView(
        slug=election.slug,
        title=election.title,
        choices=_choices(request.args),
        written={name: request.args.get(name, "") for name in ("seed", "comparison", *_NUMBERS)},
        error=error,
        result=result,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return make_response(render_template("budget/rehearsal.html", view=view), status)


def _asked(given: Mapping[str, str]) -> Asked:
    """What is left empty is left to the rule; raises `Invalid` on what is not on offer."""
    options: dict[str, Any] = {}
    for name, offered in _OFFERED.items():
        options[name] = given.get(name) or None
        if options[name] not in (None, *offered):
            raise Invalid("choice-not-offered", pointer=f"/{name}", choices=list(offered))
    for name, least in _NUMBERS.items():
        text = given.get(name, "").strip()
        options[name] = read_whole(text) if text else None
        if text and (options[name] is None or options[name] < least):
            raise Invalid("tally-number-not-valid", option=name, value=text[:30], least=least)
    return Asked(comparison="comparison" in given, seed=given.get("seed") or None, **options)


def _sentences(refusal: Invalid) -> str:
    text = problem_texts()[refusal.slug]
    return f"{with_facts(_(text.detail), refusal.facts)} {_(text.remedy)}"


def _choices(given: Mapping[str, str]) -> dict[str, tuple[Choice, ...]]:
    words = {
        "greedy": _("Greedy"),
        "equal-shares": _("Equal Shares"),
        "phragmen": _("Phragmén"),
        "cost": _("its cost"),
        "cardinality": _("1, whatever it costs"),
        "score": _("the points given"),
        "skip": _("pass over what does not fit (skip)"),
        "no-skip": _("stop at what does not fit (no-skip)"),
        "threshold": _("pass over, with a threshold"),
        "percent80": _("stop, with a reserve from 80 of 100 (percent80)"),
        "exclusive": _("pass over, with conflicts (exclusive)"),
        "none": _("none"),
        "add1": _("raise every share until it costs too much (add1)"),
        "add1e": _("add1, or until nothing more fits (add1e)"),
        "add1u": _("add1, then by votes (add1u)"),
        "add1eu": _("add1e, then by votes (add1eu)"),
        "budget-steps": _("raise the money shared out (budget-steps)"),
        "exact": _("exact"),
        "integral": _("whole units of money (integral)"),
        "lexicographic": _("the id as text (lexicographic)"),
        "cost-votes-lot": _("lower cost, more votes, a lot (cost-votes-lot)"),
    }
    by_votes = _("by votes with what is left (greedy)")
    return {
        name: tuple(
            Choice(
                one,
                by_votes if (name, one) == ("completion", "greedy") else words[one],
                given.get(name) == one,
            )
            for one in offered
        )
        for name, offered in _OFFERED.items()
    }


def _result(
    election: Election, projects: Sequence[ElectionProject], profile: Profile, outcome: Outcome
) -> RehearsalView:
    rehearsed = set(outcome.winners)
    published = {project.code for project in projects if is_shown_as_winner(project)}
    changed = published ^ rehearsed
    spent = sum(project.cost for project in projects if project.code in published)
    parameters = parameters_of(outcome)
    come, go, win, lose = _("comes in"), _("goes out"), _("wins"), _("loses")

    def table(title: str, codes: set[str], words: tuple[str, str]) -> TableView:
        return TableView(
            title,
            (_("Project"), _("Rehearsed"), _("Votes"), _("Cost")),
            tuple(
                (
                    shown_name(one),
                    words[one.code not in rehearsed],
                    format_decimal(one.votes),
                    money(election, one.cost),
                )
                for one in projects
                if one.code in codes
            ),
        )

    return RehearsalView(
        finding=_finding(len(rehearsed - published), len(published - rehearsed)),
        rule_words=rule_words(parameters) + tie_words(parameters),
        figures=_figures(
            election, profile, (replace(outcome, winners=tuple(published), cost=spent), outcome)
        ),
        changes=table(_("Decided otherwise"), changed, (come, go)),
        unchanged=table(_("Decided alike"), {one.code for one in projects} - changed, (win, lose)),
    )


def _figures(election: Election, profile: Profile, outcomes: Sequence[Outcome]) -> TableView:
    """Of the published winners and of those that are rehearsed."""
    found = [metrics(profile, outcome) for outcome in outcomes]
    return TableView(
        _("In figures"),
        (_("What"), _("Published"), _("Rehearsed")),
        (
            (_("Winners"), *(format_decimal(len(one.winners)) for one in outcomes)),
            (_("Cost"), *(money(election, one.cost) for one in outcomes)),
            (
                _("Voters who got none of what they chose"),
                *(format_decimal(one.excluded) for one in found),
            ),
            (
                _("Winners that a voter chose, on average"),
                *(format_decimal(round(float(one.mean_approved_winners), 2)) for one in found),
            ),
        ),
    )


def _finding(come: int, go: int) -> str:
    if not come and not go:
        return _("The same projects win")
    coming = ngettext("One project comes in", "%(num)s projects come in", come)
    going = ngettext("one goes out", "%(num)s go out", go)
    return _("%(coming)s and %(going)s", coming=coming, going=going)
