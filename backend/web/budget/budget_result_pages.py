"""What a vote held here came to: how many took part, and where each part's result stands."""

from dataclasses import dataclass

from flask import render_template
from flask_babel import format_decimal

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.queries import projects_of
from backend.ballots.voting.queries import counted_cycle, counted_parts
from backend.ballots.voting.turnout import Turnout, turnout_of
from backend.core.access import access
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.web.budget.election_words import money
from backend.web.face import blueprint
from backend.web.kept_pages import open_page


@dataclass(frozen=True, slots=True)
class PartResultView:
    """One part: what won there, and the page that says why."""

    name: str
    slug: str
    finding: str
    winners: tuple[str, ...]


@blueprint.get("/budget/<string:slug>/results")
@access()
@open_page
def budget_results(slug: str) -> str:
    """The results of every part, with who took part."""
    session = current_session()
    cycle = counted_cycle(session, slug)
    turnout = turnout_of(session, cycle)
    return render_template(
        "budget/budget_results.html",
        cycle=cycle,
        turnout=turnout,
        finding=_finding(turnout),
        parts=_parts(cycle),
    )


def _finding(turnout: Turnout) -> str:
    """How many of those who could vote did."""
    return ngettext(
        "One of %(entitled)s people voted",
        "%(voted)s of %(entitled)s people voted",
        turnout.voted,
        voted=format_decimal(turnout.voted),
        entitled=format_decimal(turnout.entitled),
    )


def _parts(cycle: Cycle) -> list[PartResultView]:
    session = current_session()
    projects = projects_of(session, cycle)
    views = []
    for part, election in counted_parts(session, cycle):
        here = [one for one in projects if one.part_code == part.code]
        won = [one for one in here if one.is_winner]
        facts = {
            "projects": len(here),
            "spent": money(cycle, sum(one.cost for one in won)),
            "budget": money(cycle, part.budget),
        }
        finding = _("No project won.")
        if won:
            finding = ngettext(
                "One of %(projects)s projects won, for %(spent)s of %(budget)s.",
                "%(num)s of %(projects)s projects won, for %(spent)s of %(budget)s.",
                len(won),
                **facts,
            )
        views.append(
            PartResultView(part.name, election.slug, finding, tuple(one.title for one in won))
        )
    return views
