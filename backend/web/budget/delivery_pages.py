"""What becomes of what won: all projects of a budget, and each of them, for everybody."""

from flask import render_template, url_for

from backend.ballots.cycle.queries import public_cycle
from backend.ballots.delivery.describe_project import project_document
from backend.ballots.delivery.overview import delivery_overview
from backend.core.access import access
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.web.budget.delivery_view import overview_view, project_page_view
from backend.web.budget.delivery_words import day_words
from backend.web.face import blueprint
from backend.web.kept_pages import open_page


@blueprint.get("/budget/<string:slug>/projects")
@access()
@open_page
def projects(slug: str) -> str:
    """All winners of a budget, late ones first."""
    session, now = current_session(), current_runtime().clock.now()
    cycle = public_cycle(session, slug)
    overview = delivery_overview(session, cycle, now)
    names = {
        "projects.csv": _("Projects, as they are"),
        "projects-spreadsheet.csv": _("Projects, safe for spreadsheets"),
        "spending.csv": _("Every entry of spending, as it is"),
        "spending-spreadsheet.csv": _("Every entry of spending, safe for spreadsheets"),
    }
    files = [
        (url_for("api_exports.projects_file", slug=slug, name=name), name, words)
        for name, words in names.items()
    ]
    return render_template(
        "budget/projects.html",
        cycle=cycle,
        view=overview_view(session, cycle, overview),
        files=files,
        day_words=day_words,
    )


@blueprint.get("/budget/<string:slug>/projects/<string:code>")
@access()
@open_page
def project(slug: str, code: str) -> str:
    """One winner: who builds it, by when, for how much, and what came of it."""
    session, now = current_session(), current_runtime().clock.now()
    cycle = public_cycle(session, slug)
    found = project_document(session, cycle, code, now)
    view = project_page_view(session, cycle, found)
    return render_template("budget/project.html", cycle=cycle, view=view, day_words=day_words)
