"""Results of participatory-budget votes, with everything a stranger needs to count again."""

from flask import Response, render_template
from sqlalchemy.orm import Session

from backend.ballots.published import BALLOTS, published_file
from backend.ballots.queries import elections as all_elections
from backend.ballots.queries import find_election
from backend.core.access import access
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.web.budget.election_files import RECOUNT, file_name, recount_program
from backend.web.budget.election_view import election_page_view
from backend.web.budget.election_words import money
from backend.web.face import blueprint
from backend.web.kept_pages import open_page
from backend.web.view_models import ElectionLinkView


@blueprint.get("/elections")
@access()
@open_page
def elections() -> str:
    """The list."""
    return render_template("budget/elections.html", elections=election_links(current_session()))


@blueprint.get("/elections/<string:slug>")
@access()
@open_page
def election(slug: str) -> str:
    """One result."""
    session = current_session()
    view = election_page_view(session, find_election(session, slug))
    return render_template("budget/election.html", view=view)


@blueprint.get("/elections/<string:slug>.pb")
@access()
def election_file(slug: str) -> Response:
    """Every ballot and no voter, in the Pabulib format."""
    return _published(slug, BALLOTS)


@blueprint.get("/elections/<string:slug>/<string:name>")
@access()
def result_file(slug: str, name: str) -> Response:
    """The result with its parameters, or the transcript."""
    return _published(slug, name)


@blueprint.get("/recount.py")
@access()
def recount() -> Response:
    """The program that counts any of the elections again."""
    return _attachment(recount_program(), RECOUNT)


def _published(slug: str, name: str) -> Response:
    session = current_session()
    election = find_election(session, slug)
    content = published_file(session, election, name)
    return _attachment(content, file_name(election, name))


def _attachment(content: bytes, name: str) -> Response:
    kind = "application/json" if name.endswith(".json") else "text/plain"
    response = Response(content, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def election_links(session: Session) -> tuple[ElectionLinkView, ...]:
    """Every election as a line of a list."""
    return tuple(
        ElectionLinkView(
            one.slug,
            one.title,
            one.voters,
            _("A budget of %(budget)s.", budget=money(one, one.budget)),
        )
        for one in all_elections(session)
    )
