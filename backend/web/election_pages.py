"""Results of participatory-budget votes, with everything a stranger needs to count again."""

from decimal import Decimal
from itertools import groupby

from flask import Response, render_template, url_for
from flask_babel import format_decimal
from sqlalchemy.orm import Session

from backend.ballots.export_election import export_election
from backend.ballots.models import Election, ElectionProject, Participation
from backend.ballots.queries import elections as all_elections
from backend.ballots.queries import find_election, participation_of, projects_of
from backend.core.access import access
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.web.face import blueprint
from backend.web.view_models import (
    ElectionLinkView,
    ElectionPageView,
    ParticipationView,
    ProjectView,
)


@blueprint.get("/elections")
@access()
def elections() -> str:
    """The list."""
    return render_template("elections.html", elections=election_links(current_session()))


@blueprint.get("/elections/<string:slug>")
@access()
def election(slug: str) -> str:
    """One result."""
    session = current_session()
    return render_template("election.html", view=_view(session, find_election(session, slug)))


@blueprint.get("/elections/<string:slug>.pb")
@access()
def election_file(slug: str) -> Response:
    """Every ballot and no voter, in the Pabulib format."""
    session = current_session()
    text = export_election(session, find_election(session, slug))
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={slug}.pb"
    return response


def election_links(session: Session) -> tuple[ElectionLinkView, ...]:
    """Every election as a line of a list."""
    return tuple(
        ElectionLinkView(
            one.slug,
            one.title,
            one.voters,
            _(
                "%(spent)s of %(budget)s were given out.",
                spent=_money(one, one.spent or 0),
                budget=_money(one, one.budget),
            ),
        )
        for one in all_elections(session)
    )


def _view(session: Session, election: Election) -> ElectionPageView:
    projects = projects_of(session, election)
    spent = election.spent or 0
    winners = sum(project.is_winner for project in projects)
    return ElectionPageView(
        slug=election.slug,
        title=election.title,
        place=election.place,
        finding=str(
            ngettext(
                "One of %(projects)s projects gets built, for %(spent)s",
                "%(winners)s of %(projects)s projects get built, for %(spent)s",
                winners,
                winners=winners,
                projects=len(projects),
                spent=_money(election, spent),
            )
        ),
        rule_words=_rule_words(election),
        tie_words=_tie_words(election),
        budget=_money(election, election.budget),
        spent=_money(election, spent),
        spent_share=spent / election.budget,
        left=_money(election, election.budget - spent),
        voters=election.voters,
        projects=tuple(_project(election, project) for project in projects),
        participation=_participation(session, election),
        participation_words=_(
            "What the file says of who voted. Groups with fewer than 10 people are not shown, and "
            "nothing here can be joined with a ballot."
        ),
        transcript_sha256=election.transcript_sha256 or "",
        file_url=url_for("web.election_file", slug=election.slug),
        recount_command=_recount_command(election),
    )


def _project(election: Election, project: ElectionProject) -> ProjectView:
    return ProjectView(
        position=project.rank or 0,
        name=project.name,
        category=project.category,
        cost=_money(election, project.cost),
        votes=project.votes,
        score=project.score,
        is_winner=project.is_winner,
        verdict_words=_verdict_words(project.verdict or ""),
        share_of_budget=project.cost / election.budget,
    )


def _verdict_words(verdict: str) -> str:
    return {
        "funded": _("It was next in the order and the money was enough."),
        "does-not-fit": _("When its turn came, the money left was less than its cost."),
        "stopped": _("The rule had stopped before its turn."),
        "no-support": _("Nobody chose it."),
    }[verdict]


def _rule_words(election: Election) -> str:
    parameters = election.rule_parameters or {}
    order = _("points") if parameters.get("score") == "points" else _("votes")
    if parameters.get("variant") == "no-skip":
        return _(
            "Projects were taken in the order of their %(order)s until one cost more than was "
            "left; there the rule stops (greedy, no skip).",
            order=order,
        )
    return _(
        "Projects were taken in the order of their %(order)s; one that cost more than was left "
        "was passed over (greedy, skip).",
        order=order,
    )


def _tie_words(election: Election) -> str:
    words = {"votes": _("more votes"), "cost": _("lower cost"), "id": _("the project's id")}
    criteria = [words.get(one, one) for one in (election.rule_parameters or {})["tie_break"]]
    return _("Ties go by %(criteria)s, in this order.", criteria=", ".join(criteria))


def _recount_command(election: Election) -> str:
    variant = (election.rule_parameters or {})["variant"]
    return f"python -m backend tally {election.slug}.pb --rule greedy --variant {variant} --json"


def _participation(session: Session, election: Election) -> tuple[ParticipationView, ...]:
    titles = {
        "age": _("By age"),
        "sex": _("By sex"),
        "voting_method": _("How they voted"),
        "district": _("By district"),
        "neighborhood": _("By neighbourhood"),
        "education": _("By education"),
        "subunit": _("By part of the city"),
    }
    rows = participation_of(session, election)
    return tuple(
        ParticipationView(
            titles.get(dimension, dimension),
            tuple(_group(election, row) for row in group),
        )
        for dimension, group in groupby(rows, key=lambda row: row.dimension)
    )


def _group(election: Election, row: Participation) -> tuple[str, int | None, float | None]:
    share = None if row.voters is None else row.voters / max(1, election.voters)
    return (row.group_name or _("not stated"), row.voters, share)


def _money(election: Election, units: int) -> str:
    amount = format_decimal(Decimal(units) / election.money_scale)
    return f"{amount} {election.currency}".strip()
