"""One election's result as its page shows it: the official one first, and the recount beside it."""

from decimal import Decimal
from itertools import groupby

from flask import url_for
from flask_babel import format_decimal
from sqlalchemy.orm import Session

from backend.ballots.models import Election, ElectionProject, Participation
from backend.ballots.queries import participation_of, projects_of
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.web.view_models import ElectionPageView, ParticipationView, ProjectView


def election_page_view(session: Session, election: Election) -> ElectionPageView:
    """What the file calls the winners, where it names them; else what the count gives."""
    projects = projects_of(session, election)
    winners = [project for project in projects if _is_shown_as_winner(project)]
    spent = sum(project.cost for project in winners)
    return ElectionPageView(
        slug=election.slug,
        title=election.title,
        place=election.place,
        finding=ngettext(
            "One of %(projects)s projects won, for %(spent)s",
            "%(winners)s of %(projects)s projects won, for %(spent)s",
            len(winners),
            winners=len(winners),
            projects=len(projects),
            spent=money(election, spent),
        ),
        official_words=_official_words(election, projects),
        rule_words=_rule_words(election),
        tie_words=_tie_words(election),
        budget=money(election, election.budget),
        spent=money(election, spent),
        left=money(election, election.budget - spent),
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


def money(election: Election, units: int) -> str:
    """An amount in the election's currency."""
    amount = format_decimal(Decimal(units) / election.money_scale)
    return f"{amount} {election.currency}".strip()


def _is_shown_as_winner(project: ElectionProject) -> bool:
    return project.is_winner if project.is_official is None else project.is_official


def _official_words(election: Election, projects: list[ElectionProject]) -> str:
    if all(project.is_official is None for project in projects):
        return _("The file names no official winners. These are what a greedy count gives.")
    differing = sum(project.is_winner is not _is_shown_as_winner(project) for project in projects)
    if not differing:
        return _("These are the official winners, and counting the ballots again gives the same.")
    return ngettext(
        "These are the official winners, found by the rule “%(rule)s”. A greedy count of the same "
        "ballots decides one project otherwise.",
        "These are the official winners, found by the rule “%(rule)s”. A greedy count of the same "
        "ballots decides %(num)s projects otherwise.",
        differing,
        rule=election.named_rule or _("not named"),
    )


def _project(election: Election, project: ElectionProject) -> ProjectView:
    is_winner = _is_shown_as_winner(project)
    return ProjectView(
        position=project.rank or 0,
        name=project.name,
        category=project.category,
        cost=money(election, project.cost),
        votes=project.votes,
        score=project.score,
        is_winner=is_winner,
        verdict_words=_verdict_words(project, is_winner),
        share_of_budget=project.cost / election.budget,
    )


def _verdict_words(project: ElectionProject, is_winner: bool) -> str:
    if is_winner and not project.is_winner:
        return _("The city's own rule chose it; the greedy count would not have.")
    if project.is_winner and not is_winner:
        return _("The greedy count would have chosen it; the city's own rule did not.")
    match project.verdict:
        case "funded":
            return _("It was next in the order and the money was enough.")
        case "does-not-fit":
            return _("When its turn came, the money left was less than its cost.")
        case "stopped":
            return _("The rule had stopped before its turn.")
        case _:
            return _("Nobody chose it.")


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
    words = {
        "more-votes": _("more votes"),
        "lower-cost": _("lower cost"),
        "id": _("the project's id compared as text"),
    }
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
    return (_group_words(row), row.voters, share)


def _group_words(row: Participation) -> str:
    known = {"F": _("Women"), "M": _("Men"), "O": _("Other"), "": _("not stated")}
    return (
        known.get(row.group_name, row.group_name)
        if row.dimension == "sex"
        else (row.group_name or _("not stated"))
    )
