"""Results of participatory-budget votes, with everything a stranger needs to count again."""

from flask import Response, render_template
from sqlalchemy.orm import Session

from backend.ballots.export_election import export_election
from backend.ballots.queries import elections as all_elections
from backend.ballots.queries import find_election
from backend.core.access import access
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.web.election_view import election_page_view, money
from backend.web.face import blueprint
from backend.web.view_models import ElectionLinkView


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
    view = election_page_view(session, find_election(session, slug))
    return render_template("election.html", view=view)


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
            _("A budget of %(budget)s.", budget=money(one, one.budget)),
        )
        for one in all_elections(session)
    )
