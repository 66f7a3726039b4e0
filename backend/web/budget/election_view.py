"""One election's result as its page shows it: the official one first, and our count beside it."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import format_decimal
from sqlalchemy.orm import Session

from backend.ballots.models import Election, ElectionProject, Participation
from backend.ballots.published import hashes_of, transcript_of
from backend.ballots.queries import participation_of, projects_of
from backend.ballots.voting.queries import cycle_of_election
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.web.budget.election_effects import effects_view
from backend.web.budget.election_files import file_views, recount_command
from backend.web.budget.election_projects import is_shown_as_winner, project_views, winners_map
from backend.web.budget.election_words import (
    dimension_words,
    group_words,
    money,
    parameter_words,
    rule_name,
    rule_words,
    tie_words,
)
from backend.web.budget.result_views import ElectionPageView, ParticipationView, TableView

Json = Mapping[str, Any]


def election_page_view(session: Session, election: Election) -> ElectionPageView:
    """What the file calls the winners, where it names them; else what the count gives."""
    projects = projects_of(session, election)
    told = transcript_of(session, election)
    winners = [project for project in projects if is_shown_as_winner(project)]
    spent = sum(project.cost for project in winners)
    parameters = election.rule_parameters or {}
    hashes = hashes_of(session, election)
    cycle = cycle_of_election(session, election) if election.is_held_here else None
    return ElectionPageView(
        slug=election.slug,
        title=election.title,
        place=election.place,
        cycle=cycle.slug if cycle else None,
        finding=ngettext(
            "One of %(projects)s projects won, for %(spent)s",
            "%(winners)s of %(projects)s projects won, for %(spent)s",
            len(winners),
            winners=len(winners),
            projects=len(projects),
            spent=money(election, spent),
        ),
        official_words=_official_words(election, projects),
        comparison_words=_comparison_words(election),
        budget=money(election, election.budget),
        spent=money(election, spent),
        left_words=_left_words(election, election.budget - spent),
        voters=election.voters,
        projects=project_views(election, projects, told),
        has_margins=bool((election.analysis or {}).get("margins")),
        map=winners_map(session, projects),
        effects=effects_view(election, projects),
        participation=_participation(session, election),
        participation_words=_(
            "What is known of who voted. Groups with fewer than 10 people are not shown, and "
            "nothing here can be joined with a ballot."
        ),
        rule_words=rule_words(parameters) + _endowment_words(election, told),
        tie_words=tie_words(parameters),
        parameters=parameter_words(election, parameters),
        trials=_trials(election, told),
        files=file_views(election, hashes),
        transcript_sha256=election.transcript_sha256 or "",
        recount_command=recount_command(election, hashes),
        rehearsal_url=url_for("web.rehearsal", slug=election.slug),
    )


def _left_words(election: Election, left: int) -> str:
    if left < 0:
        return _("%(more)s of it from a reserve", more=money(election, -left))
    return _("%(left)s left", left=money(election, left))


def _official_words(election: Election, projects: list[ElectionProject]) -> str:
    rule = rule_name(election.rule_parameters or {})
    if election.is_held_here:
        return _("Anybody can count the ballots again and must find the same.")
    if all(project.is_official is None for project in projects):
        return _(
            "Nobody stated official winners. These are what a count by %(rule)s gives.", rule=rule
        )
    differing = sum(project.is_winner is not is_shown_as_winner(project) for project in projects)
    if not differing:
        return _("These are the official winners, and counting the ballots again gives the same.")
    return ngettext(
        "These are the official winners. Counting the ballots again by %(rule)s decides one "
        "project otherwise.",
        "These are the official winners. Counting the ballots again by %(rule)s decides %(num)s "
        "projects otherwise.",
        differing,
        rule=rule,
    )


def _comparison_words(election: Election) -> str | None:
    if not election.is_comparison:
        return None
    rule = rule_name(election.rule_parameters or {})
    if election.named_rule in ("", "unknown"):
        return _(
            "The file does not say by which rule the city counted. The count here is by %(rule)s, "
            "for comparison. It is not the city's rule.",
            rule=rule,
        )
    return _(
        "The city counted by “%(named)s”, and the file does not say how that goes. The count here "
        "is by %(rule)s, for comparison. It is not the city's rule.",
        named=election.named_rule,
        rule=rule,
    )


def _endowment_words(election: Election, told: Json) -> tuple[str, ...]:
    """What each voter's share was at last, and which of two outcomes counts."""
    facts, trials = told.get("facts", {}), told.get("trials", ())
    words = []
    if "endowment" in facts:
        first, last = Fraction(trials[0]["endowment"]), Fraction(facts["endowment"])
        shares = {"first": money(election, first), "last": money(election, last)}
        words.append(
            _("Each voter's share was %(last)s.", **shares)
            if first == last
            else _("Each voter's share began at %(first)s and ended at %(last)s.", **shares)
        )
    if "result_of" in facts:
        sides = {
            "greedy": format_decimal(facts["voters_preferring_greedy"]),
            "shares": format_decimal(facts["voters_preferring_equal_shares"]),
        }
        words.append(
            _(
                "%(greedy)s voters got more of greedy's winners and %(shares)s fewer, so greedy's "
                "result counts.",
                **sides,
            )
            if facts["result_of"] == "greedy"
            else _(
                "%(greedy)s voters would have got more of greedy's winners and %(shares)s fewer, "
                "so the result of Equal Shares counts.",
                **sides,
            )
        )
    return tuple(words)


def _trials(election: Election, told: Json) -> TableView | None:
    """How the result changed as every voter's share grew."""
    trials = told.get("trials", ())
    if len(trials) < 2:
        return None
    return TableView(
        _("How the result changed as every voter's share grew"),
        (_("Share of each voter"), _("Winners"), _("Cost")),
        tuple(
            (
                money(election, Fraction(trial["endowment"])),
                format_decimal(len(trial["winners"])),
                money(election, trial["cost"]),
            )
            for trial in trials
        ),
    )


def _participation(session: Session, election: Election) -> tuple[ParticipationView, ...]:
    rows = participation_of(session, election)
    return tuple(
        ParticipationView(dimension_words(dimension), tuple(_group(election, row) for row in group))
        for dimension, group in groupby(rows, key=lambda row: row.dimension)
    )


def _group(election: Election, row: Participation) -> tuple[str, int | None, float | None]:
    share = None if row.voters is None else row.voters / max(1, election.voters)
    return (group_words(row.dimension, row.group_name), row.voters, share)
